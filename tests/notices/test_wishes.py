"""Wishes: at once or daily, a second address, no name in the subject; never no mail at all."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import undefer

from notices.bounces import read_report
from notices.courier import deliver
from notices.facts import LANGUAGES, Kind, Language
from notices.model import Attempt
from notices.postroom import Preference, StopLink
from notices.returning import take_report
from notices.suppressing import suppress
from notices.wishes import hashed, is_pressing
from storage.database import Database
from tests.cast import CLAIRE, NOOR
from tests.notices.bounced import Sent, postfix
from tests.notices.mailroom import Mailroom
from tests.notices.samples import APPEAR, COUNSEL, HEARD, NOW, SAMPLES, issue_sample

LETTER = SAMPLES[-1]
# NOW is 17:05 in Toronto; this is 8:00 there, the next day.
EIGHT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
ZONE = "America/Toronto"


async def wish(database: Database, **wishes: Any) -> None:
    """Claire chooses how she is told."""
    async with database.system_transaction() as session:
        session.add(Preference(person_id=CLAIRE.id, **wishes))


async def issue_to_claire(database: Database, facts: Kind = LETTER, **change: Any) -> UUID:
    """Issue a notice to her; its id."""
    async with database.system_transaction() as session:
        return (await issue_sample(session, facts, **{"recipients": [COUNSEL], **change})).id


async def attempts(database: Database) -> Sequence[Attempt]:
    """All mails there are, with their addresses."""
    async with database.system_transaction() as session:
        everything = sa.select(Attempt).options(undefer(Attempt.address))
        return (await session.scalars(everything.order_by(Attempt.due_at, Attempt.number))).all()


async def test_all_that_came_in_a_day_is_one_mail_at_eight(
    database: Database, mailroom: Mailroom
) -> None:
    """Three notices, one mail; each attempt says when it went and under which Message-ID."""
    await wish(database, digest_since=NOW)
    for _ in range(3):
        await issue_to_claire(database)
    planned = await attempts(database)
    for attempt in planned:
        await deliver(database, mailroom.channel(), attempt.id, EIGHT - timedelta(seconds=1))
    assert mailroom.mails == []

    for attempt in planned:
        await deliver(database, mailroom.channel(), attempt.id, EIGHT)

    assert {(one.due_at, one.digest_on) for one in planned} == {(EIGHT, date(2026, 11, 22))}
    [mail] = mailroom.messages
    after = await attempts(database)
    assert {(one.state, one.tries, one.message_id) for one in after} == {
        ("accepted", 1, mail["Message-ID"])
    }


async def test_racing_couriers_send_one_daily_mail(database: Database, mailroom: Mailroom) -> None:
    """Each attempt has a job of its own; whichever comes first takes the others along."""
    await wish(database, digest_since=NOW)
    for _ in range(6):
        await issue_to_claire(database)

    await asyncio.gather(
        *(deliver(database, mailroom.channel(), a.id, EIGHT) for a in await attempts(database))
    )

    assert len(mailroom.mails) == 1
    assert {one.state for one in await attempts(database)} == {"accepted"}


async def test_a_daily_mail_that_is_put_off_stays_one_mail(
    database: Database, mailroom: Mailroom
) -> None:
    """Greylisted at eight, it goes later under the same name; what came since has its own day."""
    await wish(database, digest_since=NOW)
    for _ in range(2):
        await issue_to_claire(database)
    mailroom.rcpt = "450 4.2.1 greylisted"
    for attempt in await attempts(database):
        await deliver(database, mailroom.channel(), attempt.id, EIGHT)
    mailroom.rcpt = "250 OK"
    await issue_to_claire(database, now=EIGHT)
    first, second, third = await attempts(database)

    for attempt in (second, first, third):
        await deliver(database, mailroom.channel(), attempt.id, first.due_at)

    assert third.digest_on == date(2026, 11, 23)
    assert len(mailroom.mails) == 1
    states = [(one.state, one.tries) for one in await attempts(database)]
    assert states == [("accepted", 2), ("accepted", 2), ("waiting", 0)]


async def test_a_daily_mail_that_comes_back_bounces_for_all_it_stood_for(
    database: Database, mailroom: Mailroom
) -> None:
    """None of the notices was told of; each attempt says so."""
    await wish(database, digest_since=NOW)
    for _ in range(2):
        await issue_to_claire(database)
    for attempt in await attempts(database):
        await deliver(database, mailroom.channel(), attempt.id, EIGHT)
    [mail] = mailroom.messages
    raw = postfix(Sent(UUID(mail["Message-ID"][1:37]), CLAIRE.email))

    async with database.system_transaction() as session:
        digest = hashlib.sha256(raw).hexdigest()
        report = read_report(raw)
        await take_report(session, report, sha256=digest, came_by="mailbox", now=EIGHT)

    assert [one.state for one in await attempts(database)] == ["bounced", "bounced"]


async def test_a_pressing_notice_leaves_at_once_all_the_same(database: Database) -> None:
    """Documents are due in two days: that cannot wait for tomorrow's mail."""
    await wish(database, digest_since=NOW)
    await issue_to_claire(database, APPEAR)

    [attempt] = await attempts(database)

    assert (attempt.due_at, attempt.digest_on) == (NOW, None)


@pytest.mark.parametrize(
    ("facts", "at", "pressing"),
    [
        (APPEAR, HEARD.at - timedelta(days=20), False),
        (APPEAR, HEARD.at - timedelta(days=3), True),
        (APPEAR, HEARD.at + timedelta(minutes=1), False),
        (LETTER, datetime(2026, 11, 27, 12, tzinfo=UTC), False),
        (LETTER, datetime(2026, 11, 28, 12, tzinfo=UTC), True),
        (LETTER, datetime(2026, 12, 1, 12, tzinfo=UTC), True),
        (LETTER, datetime(2026, 12, 2, 12, tzinfo=UTC), False),
    ],
)
def test_what_is_pressing_names_a_day_within_three(
    facts: Kind, at: datetime, pressing: bool
) -> None:
    """A hearing to come, an answer due; what lies behind presses nobody."""
    assert is_pressing(facts, at, zone=ZONE) is pressing


async def test_both_addresses_get_the_mail_and_each_fails_alone(
    database: Database, mailroom: Mailroom
) -> None:
    """The first is dead: the second is told all the same, once."""
    await wish(database, second_address="claire@second.example")
    async with database.system_transaction() as session:
        await suppress(session, CLAIRE.email, why="refused", detail="550", since=NOW)
    await issue_to_claire(database)

    for attempt in await attempts(database):
        await deliver(database, mailroom.channel(), attempt.id, NOW)

    assert [recipients for recipients, _ in mailroom.mails] == [["claire@second.example"]]
    assert [(one.number, one.address, one.state) for one in await attempts(database)] == [
        (1, CLAIRE.email, "undeliverable"),
        (2, "claire@second.example", "accepted"),
    ]


async def test_a_second_address_is_told_where_the_first_gets_letters(database: Database) -> None:
    """The account's address came back before the notice was issued."""
    await wish(database, second_address="claire@second.example")
    await issue_to_claire(database, recipients=[replace(COUNSEL, address=None)])

    assert [one.address for one in await attempts(database)] == ["claire@second.example"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_neutral_mail_names_nobody(
    database: Database, mailroom: Mailroom, language: Language
) -> None:
    """Whoever sees the list of mails learns neither the portal's name nor the tribunal's."""
    await wish(database, neutral_since=NOW)
    await issue_to_claire(database, recipients=[replace(COUNSEL, language=language)])
    [attempt] = await attempts(database)
    await deliver(database, mailroom.channel(), attempt.id, NOW)

    [mail] = mailroom.messages
    assert str(mail["Subject"]) in {"Something is waiting for you", "Quelque chose vous attend"}
    assert str(mail["From"]) == "no-reply@portal.example"


async def remind(database: Database, service_id: UUID) -> UUID:
    """A reminder of a notice, as the hourly job makes it; its id."""
    attempt = uuid4()
    async with database.system_transaction() as session:
        values = {"id": attempt, "service_id": service_id, "case_id": NOOR, "number": 2}
        values |= {"address": CLAIRE.email, "purpose": "reminder", "zone": ZONE}
        values |= {"due_at": NOW, "give_up_at": NOW + timedelta(days=3)}
        await session.execute(sa.insert(Attempt).values(values))
    return attempt


async def test_only_reminders_can_be_unsubscribed_from(
    database: Database, mailroom: Mailroom
) -> None:
    """RFC 8058 in a reminder, with a link that holds no name; in a notice's mail, nothing of it."""
    await issue_to_claire(database)
    [notice] = await attempts(database)
    await deliver(database, mailroom.channel(), notice.id, NOW)
    reminder = await remind(database, notice.service_id)
    await deliver(database, mailroom.channel(), reminder, NOW)

    told, reminded = mailroom.messages
    assert not [name for name in told.keys() if name.lower().startswith("list-")]  # noqa: SIM118
    assert "reminders/" not in told.get_content()
    link = str(reminded["List-Unsubscribe"]).strip("<>")
    assert reminded["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in reminded.get_content()
    token = link.removeprefix("https://portal.example/reminders/")
    async with database.system_transaction() as session:
        assert (await session.get_one(StopLink, hashed(token))).person_id == CLAIRE.id


async def test_a_reminder_is_put_off_at_night_and_withdrawn_when_stopped(
    database: Database, mailroom: Mailroom
) -> None:
    """Deferred into the night it waits for eight; stopped meanwhile, it never goes."""
    await issue_to_claire(database)
    [notice] = await attempts(database)
    reminder = await remind(database, notice.service_id)
    await deliver(database, mailroom.channel(), reminder, NOW + timedelta(hours=6))
    async with database.system_transaction() as session:
        waits = await session.get_one(Attempt, reminder)
    assert (waits.state, waits.tries, waits.due_at) == ("waiting", 0, EIGHT)

    await wish(database, reminders_stopped_at=NOW, reminders_stopped_by="link")
    await deliver(database, mailroom.channel(), reminder, EIGHT)

    async with database.system_transaction() as session:
        assert (await session.get_one(Attempt, reminder)).state == "withdrawn"
    assert mailroom.mails == []
