"""Taking what came back: each message in a transaction of its own, and once."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    Base64Bytes,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from notices.address import ANY_ADDRESS
from notices.bounces import MESSAGE_ID, WHOLE_ID, Report, read_report
from notices.returning import Means, take_report
from portal.parts import Parts
from portal.people.signing_in import mark_bad_address

# A post this much older or newer than our clock may be somebody's copy of an earlier one.
FRESH = timedelta(minutes=5)

Status = Annotated[str, StringConstraints(pattern=r"^[245]\.\d{1,3}\.\d{1,3}$")]


class NotAuthentic(Exception):
    """The post is not signed with our secret, or was signed too long ago."""


class NotUnderstood(Exception):
    """The post is signed, and is not what this door takes."""


class Whole(BaseModel):
    """A mail provider hands on the message that came back, as it came (base64)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sent_at: AwareDatetime
    message: Base64Bytes


class Event(BaseModel):
    """A mail provider tells what happened, in its own words, to a mail of ours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sent_at: AwareDatetime
    event: Literal["failed", "delayed", "delivered"]
    # Our Message-ID or the envelope id (ENVID) that the mail went out with.
    mail: str = Field(max_length=1000)
    recipient: str = Field(max_length=320)
    status: Status | None = None
    words: str = Field(default="", max_length=2000)


async def read_bounces(portal: Parts) -> int:
    """Take everything from the mailbox, if there is one; how many messages there were.

    Raises notices.mailbox.MailboxUnreachable; what was taken by then stays taken.
    """
    if portal.bounces is None:
        return 0

    async def take(raw: bytes) -> None:
        digest = hashlib.sha256(raw).hexdigest()
        await take_one(portal, read_report(raw), sha256=digest, came_by="mailbox")

    return await portal.bounces.read(take)


async def take_one(portal: Parts, report: Report, *, sha256: str, came_by: Means) -> str:
    """Record one report in a transaction; what it was."""
    async with portal.database.system_transaction() as session:
        return await take_report(
            session,
            report,
            sha256=sha256,
            came_by=came_by,
            now=datetime.now(UTC),
            bad_address=mark_bad_address,
        )


def read_post(body: bytes, *, signature: str, secret: str, now: datetime) -> tuple[Report, str]:
    """What a provider posted, and the hash by which it counts once.

    `signature`: `sha256=` and the HMAC-SHA256 (RFC 2104) of the body, in hexadecimal. Raises
    NotAuthentic, NotUnderstood.
    """
    wanted = f"sha256={hmac.digest(secret.encode(), body, hashlib.sha256).hex()}"
    if not hmac.compare_digest(wanted.encode(), signature.encode()):
        raise NotAuthentic
    posted = _understood(body)
    if abs(now - posted.sent_at) > FRESH:
        raise NotAuthentic
    if isinstance(posted, Whole):
        return read_report(posted.message), hashlib.sha256(posted.message).hexdigest()
    # Told again with a new time and signature, it is the same event.
    told = posted.model_dump_json(exclude={"sent_at"})
    return _report(posted), hashlib.sha256(told.encode()).hexdigest()


def _understood(body: bytes) -> Whole | Event:
    for kind in (Whole, Event):
        try:
            return kind.model_validate_json(body)
        except ValidationError:
            continue
    raise NotUnderstood


def _report(event: Event) -> Report:
    name = MESSAGE_ID.search(event.mail) or WHOLE_ID.fullmatch(event.mail)
    words = " ".join("".join(c if c.isprintable() else " " for c in event.words).split())
    return Report(
        verdict=event.event,
        names=(UUID(name[name.re.groups]),) if name else (),
        recipients=(event.recipient.strip().lower(),),
        code=event.status,
        detail=ANY_ADDRESS.sub("…", words)[:500],
    )
