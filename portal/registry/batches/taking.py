"""Taking rows of a batch in hand: the next lot of them, for one worker, for a minute."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Batch, BatchRow, BatchState, RowState
from portal.registry.batches.issuing import defer_work
from portal.registry.batches.preparing import Lot, look_up, numbers_of
from storage.database import Database

# Short enough that a pause acts within seconds, and that no transaction holds many cases for long.
LOT = 40
# Longer than a lot ever takes: a worker that still lives is not overtaken.
LEASE = timedelta(minutes=1)


async def take(
    database: Database, batch_id: UUID, officer: UUID
) -> tuple[Batch, Sequence[BatchRow], Lot] | None:
    """The next rows, so that no other worker makes their papers too; None: nothing is left to do."""
    async with database.transaction(officer) as session:
        now = await moment_of(session)
        batch = await session.get(Batch, batch_id, with_for_update=True)
        if batch is not None:
            rows = await _next_rows(session, batch, now)
            if rows:
                numbers = await numbers_of(session, [row.case_id for row in rows if row.case_id])
                return batch, rows, await look_up(session, batch, numbers, now=now)
            await _finish(session, batch, now)
            return None
    # The officer is posted here no more: somebody else must say that it goes on.
    async with database.system_transaction() as session:
        halted = sa.update(Batch).where(Batch.id == batch_id, Batch.state == BatchState.running)
        await session.execute(
            halted.values(state=BatchState.paused, changed_at=sa.func.now(), changed_by_name=None)
        )
    return None


async def _next_rows(session: AsyncSession, batch: Batch, now: datetime) -> Sequence[BatchRow]:
    if batch.state != BatchState.running:
        return ()
    found = await session.scalars(
        sa.select(BatchRow)
        .where(BatchRow.batch_id == batch.id, BatchRow.state == RowState.ready)
        .where(sa.or_(BatchRow.taken_until.is_(None), BatchRow.taken_until < now))
        .order_by(BatchRow.place)
        .limit(LOT)
        .with_for_update(skip_locked=True)
    )
    rows = found.all()
    for row in rows:
        row.taken_until = now + LEASE
    batch.worked_at = now
    return rows


async def _finish(session: AsyncSession, batch: Batch, now: datetime) -> None:
    """Say so where no row waits; what another worker has in hand still waits."""
    waiting = sa.exists().where(BatchRow.batch_id == batch.id, BatchRow.state == RowState.ready)
    if batch.state == BatchState.running and not await session.scalar(sa.select(waiting)):
        batch.state, batch.finished_at = BatchState.finished, now


async def officer_of(database: Database, batch_id: UUID) -> UUID | None:
    """As whom this batch works: the database itself then asks what he or she may do."""
    async with database.system_transaction() as session:
        batch = await session.get(Batch, batch_id)
        running = batch is not None and batch.state == BatchState.running
        return batch.issued_by if batch is not None and running else None


async def resume_forgotten(database: Database, now: datetime) -> int:
    """Queue again what no worker has had in hand for a while: its worker died; how many."""
    async with database.system_transaction() as session:
        forgotten = await session.scalars(
            sa.select(Batch.id)
            .where(sa.text("batch.state = 'running'"), Batch.worked_at < now - LEASE)
            .with_for_update(skip_locked=True)
        )
        ids = forgotten.all()
        await session.execute(sa.update(Batch).where(Batch.id.in_(ids)).values(worked_at=now))
        for one in ids:
            await defer_work(session, one)
    return len(ids)


async def moment_of(session: AsyncSession) -> datetime:
    """The database's time; of a transaction that waited for others, not its beginning."""
    return (await session.execute(sa.select(sa.func.clock_timestamp()))).scalar_one()
