"""Two lenders of one case: Louis is counsel with Claire, and lends Amira the Noors' case too."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from httpx2 import Response

from portal.models import Acting, Entry, Standing
from storage.database import Database
from tests.cast import AMIRA, LOUIS, NOOR, RENEE, known, lend
from tests.conftest import Browser
from tests.portal.registry.pressing import form_on

LOUIS_TO_AMIRA = known("delegation Louis to Amira")
QUESTION = f"/cases/{NOOR}/principal"


async def two_lenders(database: Database, *, rights: tuple[str, ...] = ("see", "read")) -> None:
    """Amira holds the Noors' case from Claire and from Louis."""
    async with database.system_transaction() as session:
        session.add(
            Standing(
                case_id=NOOR,
                person_id=LOUIS.id,
                role="counsel",
                starts_at=datetime.now(UTC) - timedelta(days=60),
                began_how="recorded by the registry",
                recorded_by=RENEE.id,
            )
        )
        await session.flush()
        await lend(session, LOUIS, AMIRA, rights=rights, cases=[NOOR], key=LOUIS_TO_AMIRA)


async def choose(browser: Browser, asked: str, principal: object) -> Response:
    """Answer the question at this address."""
    form = form_on(await browser.get(asked), QUESTION)
    return await browser.post(QUESTION, data=form.values | {"principal": str(principal)})


async def remembered(database: Database) -> list[tuple[UUID, UUID]]:
    """For whom Amira acts, case by case."""
    async with database.system_transaction() as session:
        rows = await session.execute(sa.select(Acting.case_id, Acting.principal_id))
        return [(row[0], row[1]) for row in rows]


async def entries(database: Database, act: str) -> list[tuple[Any, ...]]:
    """Who did this, and for whom."""
    async with database.system_transaction() as session:
        rows = await session.execute(
            sa.select(Entry.actor_name, Entry.principal_name, Entry.delegation_id)
            .where(Entry.act == act)
            .order_by(Entry.at, Entry.number)
        )
        return [tuple(row) for row in rows]
