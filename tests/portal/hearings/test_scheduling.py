"""Fixing, moving and cancelling: wall clocks are truth, one row remains, the sequence rises."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import ProgrammingError

from portal.audit import Actor, verify
from portal.hearings.scheduling import (
    Arrangement,
    Cancelled,
    FormUsed,
    InThePast,
    NoSuchTime,
    cancel,
    instant,
    move,
    schedule,
)
from portal.models import Entry, Hearing
from storage.database import Database
from tests.cast import HEARING, LOUIS, NOOR, RENEE, VICTOR, Character

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
RENEE_ACTS = Actor(RENEE.id, RENEE.name)
ZONES = (
    "America/St_Johns",
    "America/Halifax",
    "America/Toronto",
    "America/Winnipeg",
    "America/Edmonton",
    "America/Vancouver",
    "Europe/Paris",
    "Asia/Tehran",
)


def wall(text: str) -> datetime:
    """What a clock on the wall shows; it has no zone of its own."""
    return datetime.fromisoformat(text)


def sitting(**other: object) -> Arrangement:
    """What a form for a hearing holds, some of it changed."""
    wanted: dict[str, Any] = {
        "local_start": wall("2026-12-10 09:00"),
        "zone": "America/Toronto",
        "minutes": 180,
        "mode": "video",
        "place": None,
        "link": "https://video.example.org/x",
        "dial_in": None,
        "interpreter": "Dari",
    } | other
    return Arrangement(**wanted)


async def test_a_hearing_is_fixed_once_however_often_the_form_is_sent(database: Database) -> None:
    """The same form sent twice leaves one hearing and one entry."""
    key = uuid4()
    for _ in range(2):
        async with database.transaction(RENEE.id) as session:
            made = await schedule(
                session,
                sitting(),
                hearing_id=key,
                case_id=NOOR,
                kind="hearing",
                by=RENEE_ACTS,
                now=NOW,
            )

            assert made.starts_at == datetime(2026, 12, 10, 14, tzinfo=UTC)
    assert await acts(database) == ["hearing.scheduled"]


async def test_a_used_form_with_other_details_does_nothing(database: Database) -> None:
    """A form's id that fixed one hearing cannot fix, or change, another."""
    fixed: dict[str, Any] = {
        "hearing_id": uuid4(),
        "case_id": NOOR,
        "kind": "hearing",
        "by": RENEE_ACTS,
        "now": NOW,
    }
    async with database.transaction(RENEE.id) as session:
        await schedule(session, sitting(), **fixed)
    with pytest.raises(FormUsed):
        async with database.transaction(RENEE.id) as session:
            await schedule(session, sitting(minutes=60), **fixed)

    assert (await row(database, fixed["hearing_id"])).minutes == 180


async def test_a_move_keeps_the_row_and_says_from_where(database: Database) -> None:
    """After a move the hearing has its old instant in `moved_from`, and the entry has both."""
    before = (await row(database, HEARING)).starts_at
    await moved(database, zone="America/Vancouver", local_start=wall("2026-12-11 13:30"))

    after = await row(database, HEARING)
    assert (after.sequence, after.moved_from) == (1, before)
    # British Columbia stays on UTC-7 from 2026 on: pinned data, not the machine's.
    assert after.starts_at == datetime(2026, 12, 11, 20, 30, tzinfo=UTC)
    async with database.system_transaction() as session:
        facts = await session.scalar(sa.select(Entry.facts).where(Entry.act == "hearing.moved"))
        assert facts == {
            "hearing_id": str(HEARING),
            "from": before.isoformat(),
            "to": after.starts_at.isoformat(),
            "zone": "America/Vancouver",
            "zone_from": "America/Toronto",
        }
        assert await verify(session, NOOR) is None


async def test_a_move_to_where_it_is_changes_nothing(database: Database) -> None:
    """Sent twice, the same move is one move."""
    for _ in range(2):
        await moved(database)

    assert (await row(database, HEARING)).sequence == 1
    assert await acts(database) == ["hearing.moved"]


async def test_another_link_is_no_other_time(database: Database) -> None:
    """Changing only how a hearing takes place raises the sequence and is not called a move."""
    await moved(database)
    first = await row(database, HEARING)
    await moved(database, link="https://video.example.org/y")

    after = await row(database, HEARING)
    assert (after.sequence, after.moved_from) == (2, first.moved_from)
    assert await acts(database) == ["hearing.moved", "hearing.changed"]


async def test_a_cancelled_hearing_stays_cancelled(database: Database) -> None:
    """Cancelling is recorded once with its reason, and what is cancelled cannot be moved."""
    for why in ("Settled", "Again"):
        async with database.transaction(RENEE.id) as session:
            found = await session.get_one(Hearing, HEARING)
            await cancel(session, found, why=why, by=RENEE_ACTS, now=NOW)
    with pytest.raises(Cancelled):
        await moved(database)

    after = await row(database, HEARING)
    assert (after.cancelled_why, after.cancelled_by, after.sequence) == ("Settled", RENEE.id, 1)
    assert await acts(database) == ["hearing.cancelled"]


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("America/Toronto", wall("2027-03-14 02:30")),
        ("America/St_Johns", wall("2027-03-14 02:00")),
        ("Europe/Paris", wall("2027-03-28 02:59")),
    ],
)
async def test_a_time_the_clocks_skip_is_refused(
    database: Database, zone: str, local: datetime
) -> None:
    """Nobody can come at a time that does not exist."""
    with pytest.raises(NoSuchTime):
        await moved(database, zone=zone, local_start=local)

    assert (await row(database, HEARING)).sequence == 0


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    """When clocks go back, 01:30 is the earlier of the two: nobody comes too late."""
    assert instant(wall("2027-11-07 01:30"), "America/Toronto") == datetime(
        2027, 11, 7, 5, 30, tzinfo=UTC
    )


async def test_the_past_is_refused(database: Database) -> None:
    """A hearing is not moved to a day gone by; a wrong year is the usual slip."""
    with pytest.raises(InThePast):
        await moved(database, local_start=wall("2025-12-10 09:00"))


@pytest.mark.parametrize("person", [VICTOR, LOUIS])
async def test_only_the_cases_own_registry_schedules(database: Database, person: Character) -> None:
    """Another division's officer, and counsel, are stopped by the database itself."""
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database.transaction(person.id) as session:
            await schedule(
                session,
                sitting(),
                hearing_id=uuid4(),
                case_id=NOOR,
                kind="hearing",
                by=Actor(person.id, person.name),
                now=NOW,
            )


@dataclass(frozen=True)
class Move:
    """One move: a wall-clock time in a zone."""

    local: datetime
    zone: str


MOVES = st.lists(
    st.builds(
        Move,
        st.datetimes(wall("2027-01-01 00:00"), wall("2029-01-01 00:00")).map(
            lambda moment: moment.replace(second=0, microsecond=0)
        ),
        st.sampled_from(ZONES),
    ),
    max_size=12,
)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=MOVES)
async def test_many_moves_leave_one_hearing(database: Database, moves: list[Move]) -> None:
    """After any moves: one row, a sequence that rose with each, and clocks that agree with it."""
    key = uuid4()
    async with database.transaction(RENEE.id) as session:
        found = await schedule(
            session,
            sitting(),
            hearing_id=key,
            case_id=NOOR,
            kind="hearing",
            by=RENEE_ACTS,
            now=NOW,
        )
        for one in moves:
            before = (found.sequence, found.local_start, found.zone)
            try:
                wanted = sitting(local_start=one.local, zone=one.zone)
                await move(session, found, wanted, by=RENEE_ACTS, now=NOW)
            except NoSuchTime:
                assert (found.sequence, found.local_start, found.zone) == before
                continue
            changed = (one.local, one.zone) != before[1:]
            assert found.sequence == before[0] + changed
        there = found.starts_at.astimezone(ZoneInfo(found.zone)).replace(tzinfo=None)
        assert there == found.local_start
        count = await session.scalar(
            sa.select(sa.func.count()).select_from(Hearing).where(Hearing.id == key)
        )
        assert count == 1


async def moved(database: Database, **other: object) -> None:
    """Renée moves the Noors' hearing."""
    async with database.transaction(RENEE.id) as session:
        found = await session.get_one(Hearing, HEARING)
        await move(session, found, sitting(**other), by=RENEE_ACTS, now=NOW)


async def row(database: Database, key: UUID) -> Hearing:
    """The hearing as the database has it."""
    async with database.system_transaction() as session:
        return await session.get_one(Hearing, key)


async def acts(database: Database) -> list[str]:
    """What the case's history says, oldest first."""
    async with database.system_transaction() as session:
        found = await session.scalars(
            sa.select(Entry.act).where(Entry.case_id == NOOR).order_by(Entry.number)
        )
        return list(found)
