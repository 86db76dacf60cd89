"""Who works with whom is the business of those people: the database shows it to nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Ending, Membership, Reminder, Team
from storage.database import Database
from tests.cast import (
    AMIRA,
    CLAIRE,
    DINA,
    FARIDA,
    JONAS,
    LOUIS,
    MARC,
    NOOR,
    RENEE,
    SAM,
    VICTOR,
    known,
)

NOW = datetime.now(UTC)
TEAM = known("intake team")
# Who works with whom: no case's business, and no business of anybody who is not in it.
PRIVATE = ("team", "membership", "delegation", "answer", "ending")


@pytest.fixture(autouse=True)
async def claires_affairs(database: Database) -> None:
    """Claire leads a team, has ended loans, and is to be reminded of something."""
    async with database.system_transaction() as session:
        session.add(Team(id=TEAM, code="CLINIC", name="Intake team", started_by=CLAIRE.id))
        await session.flush()
        session.add_all(
            [
                _membership(),
                Ending(grantor_id=CLAIRE.id, ended_by=CLAIRE.id, ended_by_name=CLAIRE.name),
                Reminder(person_id=CLAIRE.id, kind="lapse", about=NOOR, due_on=NOW.date()),
            ]
        )


def _membership() -> Membership:
    return Membership(
        team_id=TEAM,
        person_id=CLAIRE.id,
        invited_email=CLAIRE.email,
        invited_by=CLAIRE.id,
        open_until=NOW + timedelta(days=7),
        joined_at=NOW,
        leads_since=NOW,
    )


@pytest.mark.parametrize("table", PRIVATE)
async def test_who_works_with_whom_is_seen_by_them_alone(database: Database, table: str) -> None:
    """Strangers, the other side, the client and officers see no team, loan, answer or ending."""
    async with database.transaction(CLAIRE.id) as session:
        assert await _count(session, table) > 0

    for person in (None, SAM, LOUIS, MARC, FARIDA, DINA, RENEE, VICTOR):
        async with database.transaction(person.id if person else None) as session:
            assert await _count(session, table) == 0, person


async def test_a_delegate_sees_his_own_loan_and_answer(database: Database) -> None:
    """Amira sees hers and not Jonas's; neither sees Claire's team or what she ended."""
    for person in (AMIRA, JONAS):
        async with database.transaction(person.id) as session:
            found = [await _count(session, table) for table in PRIVATE]
        assert found == [0, 0, 1, 1, 0]


async def test_a_team_is_known_to_whom_it_is_lent_or_offered(database: Database) -> None:
    """Invited, Sam sees the team and the invitation; the code alone shows him nobody in it."""
    invited = {"invited_by": CLAIRE.id, "open_until": NOW + timedelta(days=7)}
    async with database.system_transaction() as session:
        session.add(Membership(team_id=TEAM, invited_email=SAM.email, **invited))
    async with database.transaction(SAM.id) as session:
        assert [await _count(session, table) for table in ("team", "membership")] == [1, 1]
    async with database.transaction(LOUIS.id) as session:
        found = await session.scalar(sa.text("select name from portal_team('clinic')"))
        assert found == "Intake team"
        assert await _count(session, "membership") == 0


async def test_reminders_are_read_by_nobody(database: Database) -> None:
    """They are the jobs' business."""
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with database.transaction(CLAIRE.id) as session:
            await _count(session, "reminder")


async def _count(session: AsyncSession, table: str) -> int:
    return int(await session.scalar(sa.text(f'select count(*) from "{table}"')) or 0)
