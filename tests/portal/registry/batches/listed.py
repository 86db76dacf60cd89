"""A batch as an officer brings it to the point that a test is about."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from portal.audit import Actor
from portal.models import Batch, BatchRow
from portal.parts import Parts
from portal.registry.batches.checking import check_batch
from portal.registry.batches.issuing import (
    NewBatch,
    begin_batch,
    hold_batch,
    issue_batch,
    say_alike,
)
from portal.registry.batches.running import issue_lot
from storage.database import Database
from tests.cast import RENEE, Character
from tests.many import open_many

LETTER: Mapping[str, Any] = {
    "subject": {"en": "Our new address", "fr": "Notre nouvelle adresse"},
    "body": {"en": "We have moved.", "fr": "Nous avons déménagé."},
    "answer_by": None,
}


def as_actor(person: Character) -> Actor:
    """Somebody, as the one who acts."""
    return Actor(person.id, person.name)


async def now_of(session: Any) -> datetime:  # noqa: ANN401 - of whatever transaction
    """The database's time."""
    return (await session.execute(sa.select(sa.func.now()))).scalar_one()


async def opened(database: Database, count: int) -> list[str]:
    """So many cases more; their file numbers."""
    async with database.login_transaction() as session:
        return await open_many(session, count)


async def checked(
    database: Database,
    pasted: str,
    *,
    kind: str = "general_letter",
    facts: Mapping[str, Any] | None = None,
    by: Character = RENEE,
    division: str = "rpd",
) -> UUID:
    """A draft whose list was checked."""
    key = uuid4()
    async with database.transaction(by.id) as session:
        now = await now_of(session)
        new = NewBatch(id=key, division=division, kind=kind, pasted=pasted)
        batch = await begin_batch(session, new, by=as_actor(by), now=now)
        say_alike(batch, LETTER if facts is None and kind == "general_letter" else facts or {})
        await check_batch(session, batch, now=now)
    return key


async def issued(database: Database, batch_id: UUID, *, by: Character = RENEE) -> bool:
    """Press the button; whether that began it."""
    async with database.transaction(by.id) as session:
        batch = await hold_batch(session, batch_id)
        now = await now_of(session)
        return await issue_batch(
            session, batch, checked_at=batch.checked_at, by=as_actor(by), now=now
        )


async def worked(portal: Parts, batch_id: UUID, *, lots: int = 1000) -> None:
    """Do what a worker would, until nothing is left, or so many lots."""
    for _ in range(lots):
        await issue_lot(portal, batch_id)
        async with portal.database.system_transaction() as session:
            batch = await session.get_one(Batch, batch_id)
            if batch.state != "running":
                return


async def rows_of(database: Database, batch_id: UUID) -> list[BatchRow]:
    """Its rows, in the order of the list."""
    async with database.system_transaction() as session:
        found = await session.scalars(
            sa.select(BatchRow).where(BatchRow.batch_id == batch_id).order_by(BatchRow.place)
        )
        return list(found)
