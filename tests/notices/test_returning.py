"""What came back, recorded: once, of mails that are ours, with what follows for the address."""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.bounces import read_report
from notices.courier import Claim, deliver
from notices.model import Attempt
from notices.postroom import Bounce, Suppression
from notices.returning import take_report
from storage.database import Database
from tests.cast import CLAIRE
from tests.notices.bounced import FAILURES, Sent, out_of_office, postfix
from tests.notices.mailroom import Mailroom
from tests.notices.samples import NOW
from tests.notices.test_courier import attempt_of, issue_to_claire

LATER = NOW + timedelta(minutes=7)


@pytest.fixture
async def sent(database: Database, mailroom: Mailroom) -> Sent:
    """A notice's mail that its server took."""
    attempt = await issue_to_claire(database)
    await deliver(database, mailroom.channel(), attempt, NOW)
    return Sent(attempt, CLAIRE.email)


async def take(database: Database, raw: bytes, marked: list[tuple[UUID, str]] | None = None) -> str:
    """Take one message back, as the mailbox would hand it on."""

    async def mark(session: AsyncSession, claim: Claim, detail: str) -> None:
        if marked is not None:
            marked.append((claim.person_id, detail))

    async with database.system_transaction() as session:
        return await take_report(
            session,
            read_report(raw),
            sha256=hashlib.sha256(raw).hexdigest(),
            came_by="mailbox",
            now=LATER,
            bad_address=mark,
        )


async def listed(database: Database) -> list[tuple[str, str]]:
    """The addresses that nothing is sent to, and why."""
    async with database.system_transaction() as session:
        rows = await session.execute(sa.select(Suppression.address, Suppression.why))
        return [(row.address, row.why) for row in rows]


@pytest.mark.parametrize("manner", FAILURES, ids=lambda manner: manner.__name__)
async def test_a_failure_ends_the_attempt_and_marks_the_address(
    database: Database, sent: Sent, manner: Callable[[Sent], bytes]
) -> None:
    """When it was taken stays; when it came back, with which code and words, stands beside it."""
    marked: list[tuple[UUID, str]] = []
    taken = (await attempt_of(database, sent.attempt)).settled_at

    assert await take(database, manner(sent), marked) == "failed"

    attempt = await attempt_of(database, sent.attempt)
    assert (attempt.state, attempt.bounced_at, attempt.settled_at) == ("bounced", LATER, taken)
    assert (attempt.bounce_code or "").startswith("5.")
    assert sent.address not in (attempt.bounce_detail or "")
    assert [person for person, _ in marked] == [CLAIRE.id]
    assert await listed(database) == [(CLAIRE.email, "bounced")]


async def test_a_message_counts_once(database: Database, sent: Sent) -> None:
    """Read again after a crash, or by two readers at once, it changes nothing more."""
    marked: list[tuple[UUID, str]] = []
    raw = postfix(sent)

    said = await asyncio.gather(*(take(database, raw, marked) for _ in range(5)))

    assert sorted(said) == ["failed", *["known"] * 4]
    assert len(marked) == 1
    assert await take(database, raw + b"\n", marked) == "failed"
    assert len(marked) == 1


async def test_a_bounce_may_be_quicker_than_our_own_record(
    database: Database, mailroom: Mailroom
) -> None:
    """It comes while the courier still speaks to the server: bounced it stays."""
    attempt = await issue_to_claire(database)
    sent = Sent(attempt, CLAIRE.email)

    class Quick(type(mailroom.channel())):
        async def send(self, address: str, **how: object):  # noqa: ANN202 - as the channel's
            outcome = await super().send(address, **how)  # pyright: ignore[reportArgumentType]
            await take(database, postfix(sent))
            return outcome

    await deliver(database, Quick(**vars(mailroom.channel())), attempt, NOW)

    assert (await attempt_of(database, attempt)).state == "bounced"


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("delivered", "2.1.5"), ("relayed", "2.1.5")]
)
async def test_a_delay_or_a_success_is_only_recorded(
    database: Database, sent: Sent, action: str, status: str
) -> None:
    """The attempt stays accepted, and the address good."""
    marked: list[tuple[UUID, str]] = []

    await take(database, postfix(sent, action=action, status=status), marked)

    assert (await attempt_of(database, sent.attempt)).state == "accepted"
    assert (marked, await listed(database)) == ([], [])
    async with database.system_transaction() as session:
        bounce = (await session.scalars(sa.select(Bounce))).one()
    assert (bounce.attempt_id, bounce.code) == (sent.attempt, status)


async def test_a_closed_way_is_no_fault_of_the_address(database: Database, sent: Sent) -> None:
    """Given up after days of 4.x.x: the mail did not arrive, but the address is not condemned."""
    marked: list[tuple[UUID, str]] = []

    await take(database, postfix(sent, status="4.4.1"), marked)

    assert (await attempt_of(database, sent.attempt)).state == "bounced"
    assert (marked, await listed(database)) == ([], [])


async def test_an_out_of_office_reply_changes_nothing(database: Database, sent: Sent) -> None:
    """It even says "could not be delivered" and "permanent error"."""
    assert await take(database, out_of_office(sent)) == "no_report"
    assert (await attempt_of(database, sent.attempt)).state == "accepted"


async def test_a_report_on_somebody_elses_mail_is_foreign(database: Database, sent: Sent) -> None:
    """A made-up name fits no attempt of ours, whatever address stands beside it."""
    assert await take(database, postfix(Sent(uuid4(), sent.address))) == "foreign"
    assert (await attempt_of(database, sent.attempt)).state == "accepted"


async def test_a_forged_report_on_a_mail_that_nobody_took_counts_for_nothing(
    database: Database, mailroom: Mailroom
) -> None:
    """Still being tried, its address is another one: whoever wrote this guesses."""
    attempt = await issue_to_claire(database)
    untried = await take(database, postfix(Sent(attempt, CLAIRE.email)))
    mailroom.rcpt = "450 4.2.1 greylisted"
    await deliver(database, mailroom.channel(), attempt, NOW)

    forged = await take(database, postfix(Sent(attempt, "mallory@evil.example")))

    assert (untried, forged) == ("foreign", "foreign")
    assert (await attempt_of(database, attempt)).state == "deferred"


async def test_nothing_is_sent_to_an_address_that_bounced(
    database: Database, mailroom: Mailroom, sent: Sent
) -> None:
    """The next notice's mail is not even tried, says so, and never comes back."""
    await take(database, postfix(sent))
    attempt = await issue_to_claire(database)

    await deliver(database, mailroom.channel(), attempt, NOW)

    async with database.system_transaction() as session:
        kept = await session.get_one(Attempt, attempt)
    assert (kept.state, kept.tries, kept.settled_at) == ("undeliverable", 0, NOW)
    assert "on the list" in (kept.detail or "")
    assert len(mailroom.mails) == 1
