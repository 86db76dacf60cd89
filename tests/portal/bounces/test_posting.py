"""The door for mail providers: signed and fresh, or nothing; each event once."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from notices.courier import deliver
from notices.model import Attempt
from portal.bounces.taking import read_bounces
from portal.models import Account, Bounce
from portal.parts import Parts
from portal.settings import Settings
from storage.database import Database
from tests.cast import CLAIRE
from tests.conftest import Browser
from tests.notices.bounced import Sent, out_of_office, postfix
from tests.notices.mailroom import open_mailroom
from tests.notices.samples import COUNSEL, NOW, issue_sample
from tests.postbox import Postbox

SECRET = "f" * 64
ELSEWHERE = UUID("11111111-1111-4111-8111-111111111111")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a door for the provider."""
    return settings.model_copy(update={"bounce_secret": SecretStr(SECRET)})


@pytest.fixture
async def sent(database: Database) -> Sent:
    """A notice's mail that its server took."""
    async with database.system_transaction() as session:
        await issue_sample(session, recipients=[COUNSEL])
        attempt = (await session.scalars(sa.select(Attempt.id))).one()
    with open_mailroom() as room:
        await deliver(database, room.channel(), attempt, NOW)
    return Sent(attempt, CLAIRE.email)


def event(sent: Sent, **change: Any) -> dict[str, Any]:
    """What a provider tells of a mail that failed."""
    return {
        "sent_at": datetime.now(UTC).isoformat(),
        "event": "failed",
        "mail": sent.message_id,
        "recipient": sent.address,
        "status": "5.1.1",
        "words": f"550 5.1.1 <{sent.address}>: no such user",
    } | change


async def post(
    browser: Browser, told: dict[str, Any] | bytes, *, secret: str = SECRET, signed: bool = True
) -> int:
    """Post it as the provider does: no cookie, no origin, a signature."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    mac = hmac.digest(secret.encode(), body, hashlib.sha256).hex()
    headers = {"x-dossier-signature": f"sha256={mac}"} if signed else {}
    browser.headers.pop("sec-fetch-site", None)
    answer = await browser.post("/bounces", content=body, headers=headers)
    assert "set-cookie" not in answer.headers
    return answer.status_code


async def state_of(database: Database, attempt_id: UUID) -> str:
    """What became of the attempt."""
    async with database.system_transaction() as session:
        return (await session.get_one(Attempt, attempt_id)).state


async def test_an_event_ends_the_attempt_and_marks_the_account(
    browser: Browser, database: Database, sent: Sent
) -> None:
    """As if the message itself had come: and no address is kept in the words."""
    assert await post(browser, event(sent)) == 204

    async with database.system_transaction() as session:
        attempt = await session.get_one(Attempt, sent.attempt)
        account = await session.get_one(Account, CLAIRE.id)
    assert (attempt.state, attempt.bounce_code) == ("bounced", "5.1.1")
    assert attempt.bounce_detail == "550 5.1.1 <…>: no such user"
    assert account.mail_failed_at is not None


async def test_a_whole_message_is_taken_too(
    browser: Browser, database: Database, sent: Sent
) -> None:
    """Handed on as it came; found in the mailbox as well, it counts once."""
    raw = base64.b64encode(postfix(sent)).decode()
    told = {"sent_at": datetime.now(UTC).isoformat(), "message": raw}

    assert await post(browser, told) == 204

    assert await state_of(database, sent.attempt) == "bounced"
    async with database.system_transaction() as session:
        assert (await session.scalars(sa.select(Bounce.sha256))).all() == [
            hashlib.sha256(postfix(sent)).hexdigest()
        ]


async def test_told_again_it_is_the_same_event(
    browser: Browser, database: Database, sent: Sent
) -> None:
    """A provider that got no answer tells again, with a new time and signature."""
    for seconds in range(3):
        at = datetime.now(UTC) - timedelta(seconds=seconds)
        assert await post(browser, event(sent, sent_at=at.isoformat())) == 204

    async with database.system_transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Bounce)) == 1


@pytest.mark.parametrize(
    ("change", "how", "status"),
    [
        ({}, {"secret": "e" * 64}, 401),
        ({}, {"signed": False}, 401),
        ({"sent_at": "2026-01-01T00:00:00Z"}, {}, 401),
        ({"sent_at": "2199-01-01T00:00:00Z"}, {}, 401),
        ({"sent_at": "2026-01-01T00:00:00"}, {}, 422),
        ({"event": "exploded"}, {}, 422),
        ({"surplus": "x"}, {}, 422),
        ({"status": "five"}, {}, 422),
        ({"mail": "x" * 1001}, {}, 422),
        ({"mail": f"<{ELSEWHERE}@portal.example>"}, {}, 204),
        ({"mail": "no id of ours"}, {}, 204),
    ],
)
async def test_what_is_not_ours_changes_nothing(
    browser: Browser,
    database: Database,
    sent: Sent,
    *,
    change: dict[str, Any],
    how: dict[str, Any],
    status: int,
) -> None:
    """Unsigned, stale, garbled, or about a mail that is not ours."""
    assert await post(browser, event(sent, **change), **how) == status
    assert await state_of(database, sent.attempt) == "accepted"


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"{" * 1000, b"null"])
async def test_garbage_is_not_understood(browser: Browser, body: bytes) -> None:
    """Signed, but no report."""
    assert await post(browser, body) == 422


async def test_a_flood_is_cut_off(browser: Browser) -> None:
    """Nobody fills the memory."""
    assert await post(browser, b"x" * 1_600_000) == 413


async def test_the_mailbox_is_read_into_the_register(
    portal: Parts, database: Database, sent: Sent, postbox: Postbox
) -> None:
    """From a real mailbox: the bounce counts, the out-of-office does not, both are put away."""
    postbox.receives(out_of_office(sent), postfix(sent), b"Subject: hello\r\n\r\nHello.\r\n")

    assert await read_bounces(replace(portal, bounces=postbox.mailbox())) == 3

    assert await state_of(database, sent.attempt) == "bounced"
    assert (postbox.holds("INBOX"), postbox.holds("Read")) == (0, 3)
    async with database.system_transaction() as session:
        verdicts = (await session.scalars(sa.select(Bounce.verdict))).all()
    assert sorted(verdicts) == ["failed", "no_report", "no_report"]


async def test_without_a_mailbox_there_is_nothing_to_read(portal: Parts) -> None:
    """The job comes every few minutes all the same."""
    assert await read_bounces(portal) == 0
