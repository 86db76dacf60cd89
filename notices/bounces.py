"""Reading what came back: a delivery report (RFC 3464), a bounce of the older kinds, or neither.

A report says which mail it is about in up to four places: the envelope sender that it was sent to
(VERP), the envelope id (RFC 3461), and the Message-ID in the headers it returns or answers to.
Whoever was sent a mail knows all of these; so `notices.returning` asks for more before it believes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Literal, TypeAlias, cast
from uuid import UUID

from notices.address import ANY_ADDRESS

Verdict = Literal["failed", "delayed", "delivered", "no_report"]
# Generic to type checkers only, before Python 3.13.
Headers: TypeAlias = "Message[str, str]"

ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
VERP = re.compile(rf"\+({ID})@", re.IGNORECASE)
MESSAGE_ID = re.compile(rf"<({ID})@[^<>\s]+>", re.IGNORECASE)
WHOLE_ID = re.compile(ID, re.IGNORECASE)
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
# The headers in which the address that a bounce was sent to survives its way to the mailbox.
ARRIVED_AT = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
# Where a report's own headers name the mail they answer.
ANSWERS = ("In-Reply-To", "References", "X-Message-ID")
# Beyond this, a bounce holds only the mail it returns.
LONGEST_TEXT = 64 * 1024

ROBOTS = re.compile(r"^(?:.*<)?(?:mailer-daemon|postmaster|mail-daemon)@?", re.IGNORECASE)
GIVEN_UP = re.compile(
    r"permanent (?:fatal )?error|could not be delivered to|"
    r"wasn't able to deliver your message|delivery to the following recipients? failed|"
    r"n'a pas pu être (?:remis|livré)",
    re.IGNORECASE,
)
STILL_TRYING = re.compile(
    r"has not (?:yet )?been delivered|will (?:be retried|continue to try|keep trying)|"
    r"delivery attempts will continue|message \S+ delayed",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What one message says of one of our mails, if it is a report at all.

    `names`: the ids of attempts it may be about, the surest first. `recipients`: the addresses it
    says it could not reach, in lower case. `code`: the enhanced status (RFC 3463). `detail`: the
    server's words in one line, at most 500 characters, without addresses.
    """

    verdict: Verdict
    names: tuple[UUID, ...] = ()
    recipients: tuple[str, ...] = ()
    code: str | None = None
    detail: str = ""


def read_report(raw: bytes) -> Report:
    """Whatever the bytes are, a report or `no_report`; nothing in them raises."""
    message = message_from_bytes(raw)
    if message.get_content_type() == "multipart/report":
        return _delivery_report(message)
    return _plain_bounce(message)


def _delivery_report(message: Headers) -> Report:
    """RFC 3464: the second part says what happened; the third returns headers or the whole mail.

    Only the report's own parts count: one that lies inside a forwarded mail is somebody's talk.
    """
    parts = _own_parts(message)
    status = next((p for p in parts if p.get_content_type() == "message/delivery-status"), None)
    if status is None:
        # A read receipt or a complaint (RFC 8098, RFC 5965): no word on delivery.
        return Report(verdict="no_report")
    mail, *people = _blocks(status)
    told = [one for one in people if one.get("Action")]
    worst = min(told, key=_rank, default=None)
    if worst is None or _rank(worst) == len(RANKS):
        return Report(verdict="no_report")
    code = STATUS.search(_text(worst, "Status"))
    words = _text(worst, "Diagnostic-Code").partition(";")
    return Report(
        verdict=RANKS[_rank(worst)][1],
        names=_names(message, _text(mail, "Original-Envelope-Id"), _returned(parts)),
        recipients=tuple(address for one in told for address in _addresses(one)),
        code=code[1] if code else None,
        detail=_line(words[2] or words[0]),
    )


# Of several recipients, the worst off decides; a mail of ours has one.
RANKS: tuple[tuple[str, Verdict], ...] = (
    ("failed", "failed"),
    ("delayed", "delayed"),
    ("delivered", "delivered"),
    ("relayed", "delivered"),
    ("expanded", "delivered"),
)


def _rank(block: Headers) -> int:
    action = _text(block, "Action").lower()
    return next((i for i, (word, _) in enumerate(RANKS) if word == action), len(RANKS))


def _own_parts(message: Headers) -> list[Headers]:
    payload = message.get_payload()
    return cast("list[Headers]", payload) if isinstance(payload, list) else []


def _blocks(status: Headers) -> list[Headers]:
    """The fields about the mail, then those about each recipient."""
    blocks = _own_parts(status)
    return blocks or [Message()]


def _addresses(block: Headers) -> Iterator[str]:
    """Whom it was for: as we wrote it, and as a server on the way rewrote it."""
    for field in ("Original-Recipient", "Final-Recipient"):
        kind, _, address = _text(block, field).partition(";")
        if kind.strip().lower() in ("rfc822", "utf-8") and address.strip():
            yield address.strip().strip("<>").lower()


def _returned(parts: Sequence[Headers]) -> str:
    """The Message-ID of the mail that came back, from its headers or from the whole of it."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            return next((_text(inner, "Message-ID") for inner in _own_parts(part)), "")
        if kind in ("text/rfc822-headers", "message/rfc822-headers"):
            return _message_id_line(_body(part))
    return ""


def _plain_bounce(message: Headers) -> Report:
    """A bounce from before RFC 3464: who sent it, and words that only such servers use.

    Exim names whom it could not reach in a header of its own, and also says in `Auto-Submitted`
    what an out-of-office robot says; so that header excludes nothing.
    """
    text = _body(message)
    failed = _text(message, "X-Failed-Recipients")
    from_robot = bool(ROBOTS.match(_text(message, "From")))
    verdict: Verdict = "no_report"
    if failed or (from_robot and GIVEN_UP.search(text)):
        verdict = "failed"
    elif from_robot and STILL_TRYING.search(f"{_text(message, 'Subject')}\n{text}"):
        verdict = "delayed"
    if verdict == "no_report":
        return Report(verdict="no_report")
    # What the server says stands above the mail it returns.
    said, _, _ = re.split(
        r"(^-{3,}.*(?:copy|original|below this line).*$)",
        text + "\n---copy",
        maxsplit=1,
        flags=re.I | re.M,
    )
    code = STATUS.search(said)
    return Report(
        verdict=verdict,
        names=_names(message, "", _message_id_line(text)),
        recipients=tuple(one.strip().lower() for one in failed.split(",") if one.strip())
        or tuple(
            found.lower() for found in re.findall(r"^\s*<?([^\s<>]+@[^\s<>:]+)>?:?\s*$", said, re.M)
        ),
        code=code[1] if code else None,
        detail=_line(_reason(said)),
    )


def _reason(said: str) -> str:
    """The line in which the server gives its reason: the first with a refusal's number."""
    for line in said.splitlines():
        if STATUS.search(line) or re.search(r"\b[45]\d\d\b", line):
            return line
    return next((line for line in said.splitlines() if line.strip()), "")


def _names(message: Headers, envelope_id: str, returned: str) -> tuple[UUID, ...]:
    """The ids of the attempts that it may be about, each once, the surest first."""
    found: list[str] = []
    for header in ARRIVED_AT:
        for value in message.get_all(header, ()):
            found += VERP.findall(str(value))
    found += WHOLE_ID.findall(envelope_id)
    found += MESSAGE_ID.findall(returned)
    for header in ANSWERS:
        found += MESSAGE_ID.findall(_text(message, header))
    return tuple(dict.fromkeys(UUID(one) for one in found))


def _message_id_line(text: str) -> str:
    found = re.search(r"^Message-ID:\s*(<[^<>\s]+>)", text, re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""


def _text(message: Headers, name: str) -> str:
    """One header as text; strange bytes in it are only strange letters."""
    return str(message.get(name, "")).strip()


def _body(message: Headers) -> str:
    """The text of a part, or of the first part that is text."""
    for part in message.walk():
        if part.get_content_maintype() in ("text", "message") and not part.is_multipart():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload[:LONGEST_TEXT].decode("utf-8", "replace")
    return ""


def _line(text: str) -> str:
    """A server's words on one line, fit for a page, with nobody's address in them."""
    one = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return ANY_ADDRESS.sub("…", one)[:500]
