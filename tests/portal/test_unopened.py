"""Reminders of what lies unopened: once, to whom it was served, by day, unless they are stopped."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import undefer

from notices.kinds import KINDS
from notices.model import Attempt, Notice, Service
from notices.postroom import Preference
from notices.suppressing import suppress
from portal.parts import Parts
from portal.unopened import remind_of_unopened
from portal.worker import tasks_for
from storage.database import Database
from tests.cast import CLAIRE
from tests.notices.samples import COUNSEL, DELEGATE, NOW, SAMPLES, issue_sample

LETTER = SAMPLES[-1]
DAYS = timedelta(days=KINDS[LETTER.code].remind_after)


@pytest.fixture(autouse=True)
async def served(database: Database) -> None:
    """A letter served on Claire, a copy to Amira."""
    async with database.system_transaction() as session:
        await issue_sample(session, LETTER, recipients=[COUNSEL, DELEGATE])


async def reminders(database: Database) -> Sequence[Attempt]:
    """All that there are, with their addresses."""
    async with database.system_transaction() as session:
        asked = sa.select(Attempt).where(Attempt.purpose == "reminder").order_by(Attempt.number)
        return (await session.scalars(asked.options(undefer(Attempt.address)))).all()


async def change(database: Database, table: type[Any], **values: Any) -> None:
    """Something happens to the one row that there is of it, or to all."""
    async with database.system_transaction() as session:
        await session.execute(sa.update(table).values(values))


async def test_after_its_days_a_notice_is_reminded_of_once(
    portal: Parts, database: Database
) -> None:
    """Not before, not twice, not the copy; the reminder stands in the ladder after the mail."""
    early = await remind_of_unopened(portal, now=NOW + DAYS - timedelta(seconds=1))
    due = [await remind_of_unopened(portal, now=NOW + DAYS + timedelta(hours=h)) for h in range(3)]

    [reminder] = await reminders(database)
    assert (early, due) == (0, [1, 0, 0])
    assert (reminder.address, reminder.number, reminder.state) == (CLAIRE.email, 2, "waiting")
    assert reminder.zone == "America/Toronto"


async def test_a_reminder_due_at_night_is_queued_for_the_morning(
    portal: Parts, database: Database
) -> None:
    """23:00 in Toronto: its job is there for 8:00."""
    night = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)

    await remind_of_unopened(portal, now=night)

    [reminder] = await reminders(database)
    assert reminder.due_at == datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
    async with database.login_transaction() as session:
        job = sa.text("select scheduled_at from procrastinate_jobs where args->>'attempt' = :id")
        assert await session.scalar(job, {"id": str(reminder.id)}) == reminder.due_at


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (Service, {"opened_at": NOW, "opened_by": CLAIRE.id, "opened_by_name": CLAIRE.name}),
        (Notice, {"recalled_at": NOW, "recalled_by": CLAIRE.id, "recalled_by_name": "C"}),
        (Service, {"placed_at": NOW - timedelta(days=60)}),
    ],
    ids=["opened", "recalled", "long ago"],
)
async def test_what_needs_no_reminder_gets_none(
    portal: Parts, database: Database, table: type[Any], values: dict[str, Any]
) -> None:
    """Read, taken back, or a matter for the registry by now."""
    await change(database, table, **values)

    assert await remind_of_unopened(portal, now=NOW + DAYS) == 0


async def test_who_stopped_reminders_or_has_no_address_gets_none(
    portal: Parts, database: Database
) -> None:
    """The second address is reminded where the first is dead; stopped, neither is."""
    async with database.system_transaction() as session:
        session.add(Preference(person_id=CLAIRE.id))
        await suppress(session, CLAIRE.email, why="bounced", detail="x", since=NOW)
    assert await remind_of_unopened(portal, now=NOW + DAYS) == 0

    stopped = {"reminders_stopped_at": NOW, "reminders_stopped_by": "page"}
    await change(database, Preference, second_address="claire@second.example", **stopped)
    assert await remind_of_unopened(portal, now=NOW + DAYS) == 0

    await change(database, Preference, reminders_stopped_at=None, reminders_stopped_by=None)
    assert await remind_of_unopened(portal, now=NOW + DAYS) == 1
    assert [one.address for one in await reminders(database)] == ["claire@second.example"]


async def test_two_workers_at_once_remind_once(portal: Parts, database: Database) -> None:
    """The database holds one reminder to an address of each service."""
    await asyncio.gather(*(remind_of_unopened(portal, now=NOW + DAYS) for _ in range(5)))

    assert len(await reminders(database)) == 1


async def test_the_worker_comes_by_itself(portal: Parts) -> None:
    """Reminders every hour; bounces often enough for the desk to know within 15 minutes."""
    app: Any = tasks_for(portal)
    crons = {
        periodic.task.name: periodic.cron
        for periodic in app.periodic_registry.periodic_tasks.values()
    }

    assert (crons["unopened"], crons["bounces"]) == ("37 * * * *", "*/3 * * * *")
