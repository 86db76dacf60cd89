"""Seven, three and one days before a hearing: once each, to whom it concerns, of no dead date."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from notices.suppressing import suppress
from portal.models import Case, Hearing, Person, Preference, Standing
from portal.parts import Parts
from portal.reminding import remind
from storage.database import Database
from tests import cast
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, DINA, FARIDA, JONAS, NOOR, RENEE, TORONTO
from tests.portal.hearings.near import DAY, TOLD, deliver, fix, noon, served, written


@pytest.fixture
async def fixed(portal: Parts) -> Parts:
    """The Noors' hearing is on DAY; the portal that reminds of it."""
    await fix(portal.database)
    return portal


async def test_seven_three_and_one_days_before(fixed: Parts) -> None:
    """Each once, however often the hour strikes, to all who receive notices; not to Jonas."""
    hour, made = noon(9), dict[date, int]()
    while hour < noon(-1):
        local = hour.astimezone(TORONTO).date()
        made[local] = made.get(local, 0) + await remind(fixed, now=hour)
        hour += timedelta(hours=3)

    assert {day: count for day, count in made.items() if count} == {
        DAY - timedelta(days=before): len(TOLD) for before in (7, 3, 1)
    }
    assert {one.person_id for one in await written(fixed)} == TOLD
    assert JONAS.id not in TOLD


async def test_each_mail_is_neutral_and_sent_once(fixed: Parts) -> None:
    """In the reader's language, with the link that stops reminders, and no fact of the hearing."""
    async with fixed.database.system_transaction() as session:
        french = sa.update(Person).where(Person.id == FARIDA.id).values(language="fr")
        await session.execute(french)
    await remind(fixed, now=noon(3))

    assert (await deliver(fixed, noon(3)), await deliver(fixed, noon(3))) == (len(TOLD), 0)
    mails = [path.read_text("utf-8") for path in (fixed.caught_mail or Path()).glob("*.eml")]
    [to_farida] = [mail for mail in mails if FARIDA.email in mail]
    assert "Subject: Quelque chose vous attend" in to_farida
    for mail in mails:
        assert "List-Unsubscribe-Post" in mail
        for secret in ("Noor", "TC6", "hearing", "audience", "2031", "09:00", "9 h", "Toronto"):
            assert secret not in mail


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("America/Vancouver", "23:30"),
        ("America/St_Johns", "00:30"),
        ("Asia/Tehran", "08:00"),
    ],
)
async def test_days_are_whole_days_on_the_clock_of_the_place(
    fixed: Parts, zone: str, local: str
) -> None:
    """Due from midnight there, a week before; a minute earlier it is not."""
    start = datetime.combine(DAY, time.fromisoformat(local))
    await fix(fixed.database, local_start=start, zone=zone)
    week = DAY - timedelta(days=7)
    midnight = datetime.combine(week, time(), ZoneInfo(zone)).astimezone(UTC)

    early = await remind(fixed, now=midnight - timedelta(minutes=1))

    assert (early, await remind(fixed, now=midnight)) == (0, len(TOLD))
    assert {one.due_on for one in await written(fixed)} == {week}


async def test_the_week_in_which_clocks_change_has_seven_days(fixed: Parts) -> None:
    """From noon to nine over the night of the change is less or more than six days; the day counts."""
    for day in (date(2031, 3, 12), date(2031, 11, 5)):
        await fix(fixed.database, local_start=datetime.combine(day, time(9)))
        midnight = datetime.combine(day - timedelta(days=7), time(), TORONTO).astimezone(UTC)

        early = await remind(fixed, now=midnight - timedelta(minutes=1))

        assert (early, await remind(fixed, now=midnight)) == (0, len(TOLD))


@pytest.mark.parametrize(("before", "steps"), [(8, [7, 3, 1]), (5, [3, 1]), (2, [1]), (0, [])])
async def test_what_was_fixed_late_is_not_made_up_for(
    fixed: Parts, before: int, steps: list[int]
) -> None:
    """A hearing fixed two days before gets the last reminder only, and never several at once."""
    await fix(fixed.database, scheduled_at=noon(before))
    for days in range(before, -2, -1):
        await remind(fixed, now=noon(days) + timedelta(hours=1))

    found = {(DAY - one.due_on).days for one in await written(fixed)}
    assert found == set(steps)


async def test_a_day_nobody_worked_loses_none(fixed: Parts) -> None:
    """The worker was down on the seventh day: it goes out on the sixth; what is overtaken does not."""
    late = await remind(fixed, now=noon(6))
    sent = await deliver(fixed, noon(3))
    await remind(fixed, now=noon(1))

    assert (late, sent) == (len(TOLD), 0)
    assert await deliver(fixed, noon(1)) == len(TOLD)


async def test_a_date_given_up_is_never_reminded_of(fixed: Parts) -> None:
    """Moved between the hour and the mail: nothing is sent, and the new date has its own three."""
    await remind(fixed, now=noon(7))
    await fix(
        fixed.database,
        local_start=datetime.combine(DAY + timedelta(days=4), time(9)),
        moved_at=noon(7) + timedelta(minutes=5),
    )

    assert await deliver(fixed, noon(7) + timedelta(minutes=6)) == 0
    sent: dict[int, int] = {}
    for days in range(7, -5, -1):
        await remind(fixed, now=noon(days))
        sent[days + 4] = await deliver(fixed, noon(days))
    assert {day: mails for day, mails in sent.items() if mails} == dict.fromkeys(
        (7, 3, 1), len(TOLD)
    )


async def test_moved_away_and_back_the_date_is_a_new_one(fixed: Parts) -> None:
    """What was dropped of it on the way does not keep people from being told."""
    await remind(fixed, now=noon(7))
    await fix(fixed.database, moved_at=noon(7) + timedelta(minutes=5))

    await remind(fixed, now=noon(7) + timedelta(hours=1))

    assert await deliver(fixed, noon(7) + timedelta(hours=1)) == len(TOLD)


async def test_a_cancelled_hearing_is_not_reminded_of(fixed: Parts) -> None:
    """Neither what waits to be sent nor anything after."""
    await remind(fixed, now=noon(3))
    gone: dict[str, Any] = {"cancelled_at": noon(3), "cancelled_by": RENEE.id}
    await fix(fixed.database, **gone, cancelled_why="withdrawn")

    assert await deliver(fixed, noon(3)) == 0
    assert await remind(fixed, now=noon(1)) == 0


@pytest.mark.parametrize(
    ("acknowledged", "issued", "reminded"),
    [(10, 30, False), (8, 30, False), (11, 30, True), (8, 20, True)],
)
async def test_who_has_just_acknowledged_it_is_left_alone(
    fixed: Parts, acknowledged: int, issued: int, reminded: bool
) -> None:
    """Within three days before; not earlier, not a date given up, and nobody else's word counts."""
    moved_at = noon(15) if issued == 20 else None
    await fix(fixed.database, moved_at=moved_at)
    await served(fixed, CLAIRE, acknowledged=noon(acknowledged), issued=noon(issued))

    for days in (7, 6, 5, 4):
        await remind(fixed, now=noon(days))

    assert {one.person_id for one in await written(fixed)} == (
        TOLD if reminded else TOLD - {CLAIRE.id}
    )


async def test_who_acknowledges_between_the_hour_and_the_mail_gets_none(fixed: Parts) -> None:
    """It is asked again when the mail goes out."""
    await remind(fixed, now=noon(3))
    await served(fixed, CLAIRE, acknowledged=noon(3), issued=noon(30))

    assert await deliver(fixed, noon(3)) == len(TOLD) - 1


async def _stopped(database: Database) -> None:
    async with database.system_transaction() as session:
        stopped = {"reminders_stopped_at": noon(9), "reminders_stopped_by": "page"}
        session.add(Preference(person_id=AMIRA.id, **stopped))


async def _suppressed(database: Database) -> None:
    async with database.system_transaction() as session:
        await suppress(session, AMIRA.email, why="refused", detail="550", since=noon(9))


async def _ended(database: Database) -> None:
    async with database.system_transaction() as session:
        ending = "update delegation set ended_at = now(), ended_by = :by where id = :id"
        await session.execute(sa.text(ending), {"by": CLAIRE.id, "id": CLAIRE_TO_AMIRA})


@pytest.mark.parametrize("quiet", [_stopped, _suppressed, _ended])
async def test_who_is_not_to_be_written_to_is_not(
    fixed: Parts, quiet: Callable[[Database], Any]
) -> None:
    """Reminders stopped, an address that does not work, a loan that ended before the mail."""
    await remind(fixed, now=noon(3))
    await quiet(fixed.database)

    assert await deliver(fixed, noon(3)) == len(TOLD) - 1


async def test_at_night_it_waits_for_the_readers_morning(fixed: Parts) -> None:
    """Midnight in Toronto is nine in the evening in Vancouver: Dina's telephone stays dark till eight."""
    async with fixed.database.system_transaction() as session:
        west = sa.update(Person).where(Person.id == DINA.id).values(zone="America/Vancouver")
        await session.execute(west)
    night = datetime.combine(DAY - timedelta(days=1), time(0, 7), TORONTO).astimezone(UTC)
    await remind(fixed, now=night)

    at_night = await deliver(fixed, night)
    in_toronto = await deliver(fixed, night + timedelta(hours=8))

    assert (at_night, in_toronto) == (0, len(TOLD) - 1)
    assert await deliver(fixed, night + timedelta(hours=11)) == 1


async def test_cases_heard_together_are_reminded_of_once(fixed: Parts) -> None:
    """Counsel of a family gets one mail of one sitting; of another hour, another."""
    made: list[Hearing] = []
    async with fixed.database.system_transaction() as session:
        for title in ("Noor, A.", "Noor, B."):
            case = Case(id=uuid4(), division="rpd", office="toronto", title=title, language="en",
                        opened_by=RENEE.id, joined_to=NOOR)  # fmt: skip
            session.add(case)
            await session.flush()
            session.add(
                Standing(case_id=case.id, person_id=CLAIRE.id, role="counsel",
                         began_how="recorded", recorded_by=RENEE.id)
            )  # fmt: skip
            made.append(cast.hearing(case.id, uuid4(), days=1))
        session.add_all(made)
    await fix(fixed.database, made[0].id)
    await fix(fixed.database, made[1].id, local_start=datetime.combine(DAY, time(14)))

    await remind(fixed, now=noon(7))

    assert [one.person_id for one in await written(fixed)].count(CLAIRE.id) == 2
