"""What the registry's tests look up: rows, entries, and a place in a case given past the pages."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Entry, Standing
from tests.cast import NOOR, RENEE, Character
from tests.conftest import Browser


async def rows(browser: Browser, select: sa.Select[Any]) -> list[Any]:
    """What is in the database, as nobody in particular."""
    async with browser.portal.database.system_transaction() as session:
        return list((await session.scalars(select)).all())


async def recorded(browser: Browser, act: str) -> list[Entry]:
    """The entries of this act, on whatever case."""
    return await rows(browser, sa.select(Entry).where(Entry.act == act))


async def acts(browser: Browser, case: UUID = NOOR) -> list[str]:
    """What was done on a case, oldest first; looks left out."""
    done = sa.select(Entry.act).where(Entry.case_id == case, Entry.act != "case.read")
    return await rows(browser, done.order_by(Entry.number))


async def stand(
    session: AsyncSession, person: Character, case: UUID, role: str = "counsel"
) -> None:
    """Give this person a place, since a while ago."""
    session.add(
        Standing(
            case_id=case,
            person_id=person.id,
            role=role,
            starts_at=datetime.now(UTC) - timedelta(days=30),
            began_how="recorded by the registry",
            recorded_by=RENEE.id,
        )
    )
    await session.flush()


async def sees(browser: Browser, person: Character, *, case: object = NOOR) -> int:
    """How the case page answers this person."""
    await browser.sign_in(person)
    return (await browser.get(f"/cases/{case}")).status_code
