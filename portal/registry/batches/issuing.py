"""What officers do with a batch: begin it, correct it, issue, pause, go on, stop, try a row again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_if_new
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.gate import Unknown
from portal.models import Batch, BatchRow, BatchState, RowState
from storage.jobs import defer

# Whatever else a worker has to do comes first; only mails, and what looks for old faults, come later.
PRIORITY = -5


class ListChanged(Exception):
    """The list was checked anew since the officer looked at it."""


class NotReady(Exception):
    """Rows with problems are neither corrected nor left out, or there is no row to issue."""


@dataclass(frozen=True, kw_only=True)
class NewBatch:
    """A list as an officer sends it; its id comes with the form."""

    id: UUID
    division: str
    kind: str
    pasted: str


async def begin_batch(session: AsyncSession, new: NewBatch, *, by: Actor, now: datetime) -> Batch:
    """Keep the list as a draft; sent again, it is the draft that is there, with the newer list."""
    row = vars(new) | {"begun_at": now, "begun_by": by.id, "begun_by_name": by.name}
    await session.execute(insert_if_new(Batch).values(row).on_conflict_do_nothing())
    batch = await hold_batch(session, new.id)
    if batch.state == BatchState.draft:
        correct(batch, new.pasted)
    return batch


async def hold_batch(session: AsyncSession, batch_id: UUID) -> Batch:
    """The batch, held until the transaction ends; Unknown to whom it is not shown."""
    batch = await session.get(Batch, batch_id, with_for_update=True, populate_existing=True)
    if batch is None:
        raise Unknown
    return batch


def correct(batch: Batch, pasted: str) -> None:
    """Take this list in place of the one before; `check_batch` comes after it."""
    batch.pasted = pasted


def say_alike(batch: Batch, facts: Mapping[str, Any]) -> None:
    """Fix what all its notices say alike; `check_batch` comes after it."""
    batch.facts = dict(facts)


async def issue_batch(
    session: AsyncSession, batch: Batch, *, checked_at: datetime | None, by: Actor, now: datetime
) -> bool:
    """Let the worker begin; whether this press did. The caller holds the batch.

    `checked_at`: of the check that the officer looked at. Raises ListChanged, NotReady.
    """
    if batch.state != BatchState.draft:
        return False
    if batch.checked_at is None or batch.checked_at != checked_at:
        raise ListChanged
    counts = await count_rows(session, batch.id)
    if counts.get(RowState.problem) or not counts.get(RowState.ready):
        raise NotReady
    batch.issued_at = now
    await _run(session, batch, by=by, now=now)
    return True


def pause(batch: Batch, *, by: Actor, now: datetime) -> None:
    """Issue no more for now; what a worker has in hand goes back to the rows that wait."""
    if batch.state == BatchState.running:
        _change(batch, BatchState.paused, by=by, now=now)


async def go_on(session: AsyncSession, batch: Batch, *, by: Actor, now: datetime) -> None:
    """Issue the rest, in the name of who says so."""
    if batch.state == BatchState.paused:
        await _run(session, batch, by=by, now=now)


async def stop(session: AsyncSession, batch: Batch, *, by: Actor, now: datetime) -> None:
    """Never issue what is not issued yet."""
    if batch.state not in {BatchState.running, BatchState.paused}:
        return
    _change(batch, BatchState.stopped, by=by, now=now)
    batch.finished_at = now
    rest = (BatchRow.batch_id == batch.id, BatchRow.state == RowState.ready)
    await session.execute(
        sa.update(BatchRow).where(*rest).values(state=RowState.stopped, settled_at=now)
    )


async def try_again(
    session: AsyncSession,
    batch: Batch,
    *,
    places: Collection[int] = (),
    by: Actor,
    now: datetime,
) -> int:
    """Let failed rows be tried once more, these or (none named) all; how many there are."""
    if batch.state in {BatchState.draft, BatchState.stopped} or batch.recalled_at:
        return 0
    failed = [BatchRow.batch_id == batch.id, BatchRow.state == RowState.failed]
    if places:
        failed.append(BatchRow.place.in_(places))
    waiting = await session.scalars(
        sa.update(BatchRow)
        .where(*failed)
        .values(state=RowState.ready, problem=None, about={}, settled_at=None, taken_until=None)
        .returning(BatchRow.place)
    )
    count = len(waiting.all())
    if count and batch.state == BatchState.finished:
        batch.finished_at = None
        await _run(session, batch, by=by, now=now)
    return count


async def count_rows(session: AsyncSession, batch_id: UUID) -> dict[str, int]:
    """How many rows are in each state."""
    found = await session.execute(
        sa.select(BatchRow.state, sa.func.count().label("rows"))
        .where(BatchRow.batch_id == batch_id)
        .group_by(BatchRow.state)
    )
    return {row.state: row.rows for row in found}


async def defer_work(session: AsyncSession, batch_id: UUID) -> None:
    """Queue the next lot of rows."""
    await defer(session, "issue_batch", priority=PRIORITY, batch=str(batch_id))


async def _run(session: AsyncSession, batch: Batch, *, by: Actor, now: datetime) -> None:
    _change(batch, BatchState.running, by=by, now=now)
    batch.issued_by, batch.issued_by_name, batch.worked_at = by.id, by.name, now
    batch.issued_at = batch.issued_at or now
    await session.flush()
    await defer_work(session, batch.id)


def _change(batch: Batch, state: BatchState, *, by: Actor, now: datetime) -> None:
    batch.state, batch.changed_at, batch.changed_by_name = state, now, by.name
