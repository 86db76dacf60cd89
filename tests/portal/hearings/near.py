"""The Noors' hearing on a day far ahead, and what the portal has reminded of by then."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from notices.issuing import By, Recipient, issue
from notices.model import Service
from portal.models import Hearing, Reminder
from portal.parts import Parts
from portal.reminding import mail_reminder
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, DINA, FARIDA, HEARING, MARC, NOOR, RENEE, Character
from tests.notices.samples import APPEAR

DAY = date(2031, 5, 14)
TOLD = {CLAIRE.id, AMIRA.id, FARIDA.id, DINA.id, MARC.id}


async def fix(database: Database, key: UUID = HEARING, **values: Any) -> None:
    """The hearing is at nine on DAY in Toronto, fixed long before, unless said otherwise."""
    local = values.pop("local_start", datetime.combine(DAY, time(9)))
    zone = values.pop("zone", "America/Toronto")
    row = {"local_start": local, "zone": zone, "scheduled_at": datetime(2030, 1, 1, tzinfo=UTC)}
    row["starts_at"] = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    async with database.system_transaction() as session:
        await session.execute(sa.update(Hearing).where(Hearing.id == key).values(row | values))


def noon(before: int, *, zone: str = "America/Toronto") -> datetime:
    """Twelve o'clock there, so many days before."""
    return datetime.combine(DAY - timedelta(days=before), time(12), ZoneInfo(zone)).astimezone(UTC)


async def written(portal: Parts) -> list[Reminder]:
    """The rows of reminders."""
    async with portal.database.system_transaction() as session:
        return list(await session.scalars(sa.select(Reminder).order_by(Reminder.due_on)))


async def deliver(portal: Parts, now: datetime) -> int:
    """Do every job that is left; how many mails went out."""
    folder = portal.caught_mail or Path()
    before = len(list(folder.glob("*.eml")))
    for one in await written(portal):
        await mail_reminder(portal, one.id, now=now)
    return len(list(folder.glob("*.eml"))) - before


async def served(
    portal: Parts, who: Character, *, acknowledged: datetime, issued: datetime
) -> None:
    """This person was sent the notice of the hearing, and acknowledged it."""
    async with portal.database.transaction(RENEE.id) as session:
        one = Recipient(person_id=who.id, name=who.name, capacity="copy", why="", language="en")
        notice = await issue(
            session, notice_id=uuid4(), case_id=NOOR, facts=APPEAR, language="en",
            recipients=[one], issued_by=By(RENEE.id, RENEE.name), now=issued, hearing_id=HEARING,
        )  # fmt: skip
    by = {"opened_by": who.id, "opened_by_name": who.name, "opened_at": acknowledged}
    by |= {"acknowledged_by": who.id, "acknowledged_by_name": who.name}
    async with portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Service)
            .where(Service.notice_id == notice.id)
            .values(by | {"acknowledged_at": acknowledged})
        )
