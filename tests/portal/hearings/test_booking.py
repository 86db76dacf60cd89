"""Nobody sits, interprets or pleads at two hearings at once, and no room holds two."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from bench.figures import record
from portal.audit import Actor
from portal.hearings.booking import DoubleBooked
from portal.hearings.scheduling import Arrangement, cancel, move, schedule
from portal.models import Booking, Case, Hearing, Standing
from storage.database import Database
from tests.cast import LOUIS, NOOR, OKAFOR, RENEE, VICTOR
from tests.conftest import Browser
from tests.portal.registry.pressing import press
from tests.portal.registry.scheduled import planned

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LONG = "LONG" in os.environ
TRIALS = 1000 if LONG else 60
RENEE_ACTS = Actor(RENEE.id, RENEE.name)
MEMBER: dict[str, Any] = {"member": "J. Roy"}
ROOM: dict[str, Any] = {"mode": "in_person", "place": "74 Example Street, room 12"}
INTERPRETER: dict[str, Any] = {"interpreter": "Dari", "interpreter_name": "P. Azimi"}


def sitting(day: int = 0, hour: int = 9, **other: Any) -> Arrangement:
    """Two hours on a day to come, some of it otherwise."""
    start = datetime(2027, 1, 4, hour) + timedelta(days=day)  # noqa: DTZ001 - a wall clock's
    wanted: dict[str, Any] = {
        "local_start": start, "zone": "America/Toronto", "minutes": 120, "mode": "video",
        "place": None, "link": None, "dial_in": None, "interpreter": None,
    } | other  # fmt: skip
    return Arrangement(**wanted)


async def fix(database: Database, case_id: UUID, arrangement: Arrangement) -> Hearing:
    """Schedule it, in a transaction of its own."""
    async with database.transaction(RENEE.id) as session:
        return await schedule(
            session, arrangement,
            hearing_id=uuid4(), case_id=case_id, kind="hearing", by=RENEE_ACTS, now=NOW,
        )  # fmt: skip


async def to_the_next_day(database: Database, hearing: Hearing) -> None:
    """Move it there, in a transaction of its own."""
    async with database.transaction(RENEE.id) as session:
        found = await session.get_one(Hearing, hearing.id)
        await move(session, found, sitting(day=1, **MEMBER), by=RENEE_ACTS, now=NOW)


@pytest.fixture
async def cases(database: Database) -> list[UUID]:
    """Two cases of the division without counsel, and two with the same."""
    made = [uuid4() for _ in range(4)]
    async with database.system_transaction() as session:
        for number, case_id in enumerate(made):
            session.add(
                Case(id=case_id, division="rpd", office="toronto", title=f"Case {number}",
                     language="en", opened_by=RENEE.id)
            )  # fmt: skip
        await session.flush()
        for case_id in made[2:]:
            session.add(
                Standing(case_id=case_id, person_id=LOUIS.id, role="counsel",
                         began_how="recorded by the registry", recorded_by=RENEE.id)
            )  # fmt: skip
    return made


@pytest.mark.parametrize("needs", [MEMBER, ROOM, INTERPRETER])
async def test_what_is_taken_is_refused_and_said(
    database: Database, cases: list[UUID], needs: dict[str, Any]
) -> None:
    """Written with other capitals and spaces it is the same; the loser is told who, and when."""
    await fix(database, cases[0], sitting(**needs))
    text = next(one for one in ("member", "place", "interpreter_name") if one in needs)
    again: dict[str, Any] = needs | {text: f"  {needs[text].upper()}  ".replace(" ", "  ")}

    with pytest.raises(DoubleBooked) as refused:
        await fix(database, cases[1], sitting(hour=10, **again))

    assert refused.value.who == needs[text]
    assert refused.value.starts_at == datetime(2027, 1, 4, 14, tzinfo=UTC)
    assert refused.value.ends_at == datetime(2027, 1, 4, 16, tzinfo=UTC)


async def test_counsel_is_at_one_hearing_only(database: Database, cases: list[UUID]) -> None:
    """Nobody types counsel's name: who stands in the case is booked with it."""
    await fix(database, cases[2], sitting())

    with pytest.raises(DoubleBooked) as refused:
        await fix(database, cases[3], sitting(hour=10))

    assert refused.value.who == LOUIS.name


async def test_one_ends_as_the_other_begins(database: Database, cases: list[UUID]) -> None:
    """Nine to eleven and eleven to one share nobody's time."""
    await fix(database, cases[0], sitting(**MEMBER))
    await fix(database, cases[1], sitting(hour=11, **MEMBER))


async def test_cases_heard_together_are_one_sitting(database: Database, cases: list[UUID]) -> None:
    """Joined cases have the same member, room and counsel at the same time."""
    async with database.system_transaction() as session:
        await session.execute(sa.update(Case).where(Case.id == cases[3]).values(joined_to=cases[2]))
    await fix(database, cases[2], sitting(**ROOM, **MEMBER))
    await fix(database, cases[3], sitting(**ROOM, **MEMBER))


async def test_moving_and_cancelling_let_go(database: Database, cases: list[UUID]) -> None:
    """What a hearing does not need any more, another can have."""
    first = await fix(database, cases[0], sitting(**MEMBER))
    await to_the_next_day(database, first)
    second = await fix(database, cases[1], sitting(**MEMBER))
    with pytest.raises(DoubleBooked):
        await to_the_next_day(database, second)
    async with database.transaction(RENEE.id) as session:
        found = await session.get_one(Hearing, first.id)
        await cancel(session, found, why="adjourned", by=RENEE_ACTS, now=NOW)
    await to_the_next_day(database, second)

    async with database.system_transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Booking)) == 1


async def test_another_division_learns_the_time_and_no_case(
    database: Database, cases: list[UUID]
) -> None:
    """An officer of another division is refused too, and sees nothing of the hearing."""
    await fix(database, cases[0], sitting(**MEMBER))
    async with database.transaction(VICTOR.id) as session:
        assert (await session.scalars(sa.select(Booking))).all() == []


async def test_two_officers_at_once_a_thousand_times(database: Database, cases: list[UUID]) -> None:
    """Never a double booking; one of them wins, and the loser is told who has it. 1,000 times in full."""
    needs = [MEMBER, ROOM, INTERPRETER, {}, MEMBER | ROOM | INTERPRETER]
    days = count()

    async def trial(number: int) -> None:
        wanted, day = needs[number % len(needs)], next(days)
        pair = cases[2:] if not wanted or number % 2 else cases[:2]
        starts = (sitting(day, 9, **wanted), sitting(day, 9 + number % 2, **wanted))
        outcomes = await asyncio.gather(
            *(fix(database, case, start) for case, start in zip(pair, starts, strict=True)),
            return_exceptions=True,
        )
        lost = [one for one in outcomes if isinstance(one, BaseException)]
        assert len(lost) == 1, outcomes
        assert isinstance(lost[0], DoubleBooked)
        assert lost[0].who

    for number in range(TRIALS):
        await trial(number)
    async with database.system_transaction() as session:
        double = await session.scalar(_DOUBLE)
    if LONG:
        record("double_bookings", double or 0, limit=0, command="make test-long")
    assert double == 0


# Counted without the constraint that is to prevent it.
_DOUBLE = sa.text(
    """
    select count(*) from booking a join booking b
        on (a.kind, a.resource) = (b.kind, b.resource) and a.hearing_id < b.hearing_id
        and a.during && b.during and a.sitting_id <> b.sitting_id
    """
)


async def test_the_page_says_who_has_it(browser: Browser, database: Database) -> None:
    """The officer keeps what was typed, and reads who is taken, from when to when."""
    at: dict[str, Any] = {"day__day": "4", "day__month": "1", "day__year": "2027", "at": "10:00"}
    check = await planned(
        browser, case=NOOR, language="fr", zone="America/Toronto", member="j. roy", **at
    )
    await fix(database, OKAFOR, sitting(**MEMBER))

    answer = await press(browser, check, "fix")

    assert answer.status_code == 422
    assert "J. Roy siège à une autre audience" in answer.text
    assert 'value="j. roy"' in answer.text
