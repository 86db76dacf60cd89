"""Taking a whole batch back while its notices have not left, the first to leave first."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.models import Batch, BatchRow, BatchState, RowState
from portal.registry.batches.issuing import stop
from portal.registry.issued.recalling import HasLeft, recall
from storage.database import Database
from storage.jobs import defer

# So many notices are taken back in one transaction.
LOT = 50


async def recall_batch(session: AsyncSession, batch: Batch, *, by: Actor, now: datetime) -> bool:
    """Stop what is not issued, and let the worker recall what is; whether this press did.

    The caller holds the batch.
    """
    if batch.state == BatchState.draft or batch.recalled_at is not None:
        return False
    await stop(session, batch, by=by, now=now)
    batch.recalled_at, batch.recalled_by, batch.recalled_by_name = now, by.id, by.name
    await session.flush()
    await _go_on(session, batch.id, after=0)
    return True


async def recall_lot(database: Database, batch_id: UUID, *, after: int) -> None:
    """Recall the next notices of the batch, in the name of who asked; `after`: the last row seen.

    Done again, it finds those recalled already. What has left meanwhile stays issued.
    """
    async with database.system_transaction() as session:
        asked = await session.get(Batch, batch_id)
        if asked is None or asked.recalled_by is None:
            return
        by = Actor(asked.recalled_by, asked.recalled_by_name or "")
    async with database.transaction(by.id) as session:
        rows = await _next_rows(session, batch_id, after)
        for row in rows:
            await _recall_row(session, row, by)
        if rows:
            await _go_on(session, batch_id, after=rows[-1].place)


async def _next_rows(session: AsyncSession, batch_id: UUID, after: int) -> list[BatchRow]:
    """In the order in which they were issued, which is that in which they leave."""
    found = await session.scalars(
        sa.select(BatchRow)
        .where(BatchRow.batch_id == batch_id, BatchRow.place > after)
        .where(BatchRow.state == RowState.issued)
        .order_by(BatchRow.place)
        .limit(LOT)
        .with_for_update()
    )
    return list(found.all())


async def _recall_row(session: AsyncSession, row: BatchRow, by: Actor) -> None:
    now: datetime = (await session.execute(sa.select(sa.func.clock_timestamp()))).scalar_one()
    assert row.notice_id is not None  # noqa: S101 - an issued row has a notice; the table says so
    with suppress(HasLeft):
        await recall(session, row.notice_id, by=by, now=now)


async def _go_on(session: AsyncSession, batch_id: UUID, *, after: int) -> None:
    # Before everything else: what is to be taken back leaves within minutes.
    await defer(session, "recall_batch", priority=10, batch=str(batch_id), after=after)
