"""The worker's part: a lot of rows at a time, papers first, then everything of it in one transaction."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from notices.issuing import DifferentNotice, Paper
from portal.audit import Actor
from portal.gate import hold_everybody
from portal.models import Batch, BatchRow, BatchState, RowState
from portal.parts import Parts
from portal.registry.batches.issuing import defer_work
from portal.registry.batches.preparing import Lot, Prepared, look_up, numbers_of
from portal.registry.batches.problems import Problem
from portal.registry.batches.taking import moment_of, officer_of, take
from portal.registry.noticing import Order, issue_to, keep_letter, write_letter
from storage.database import Database, unavailable

log = structlog.get_logger()


@dataclass(frozen=True)
class Work:
    """A lot of a batch as a worker has it in hand, with the papers it has made."""

    batch: Batch
    rows: Sequence[BatchRow]
    lot: Lot
    papers: Mapping[int, Paper]
    # Rows that cannot be issued, by place.
    failed: Mapping[int, Problem]

    @property
    def by(self) -> Actor:
        """In whose name the notices go out."""
        return Actor(self.batch.issued_by, self.batch.issued_by_name or "")


async def issue_lot(portal: Parts, batch_id: UUID) -> None:
    """Issue the next rows of a running batch, and queue the lot after them.

    Done twice, killed in the middle or done by two workers at once: a row's notice, its state and
    all that follows are one transaction, and a row that is not ready any more is not issued.
    """
    officer = await officer_of(portal.database, batch_id)
    if officer is None:
        return
    taken = await take(portal.database, batch_id, officer)
    if taken is None:
        return
    batch, rows, lot = taken
    papers, failed = await _write(portal, batch, rows, lot)
    work = Work(batch, rows, lot, papers, failed)
    kept: set[str] = set()
    try:
        kept = await _commit(portal, work, rows)
    except DBAPIError as error:
        if unavailable(error):
            raise
        log.warning("lot one by one", batch=str(batch_id), error=type(error).__name__)
        kept = await _one_by_one(portal, work)
    await _discard(portal, [paper.key for paper in papers.values() if paper.key not in kept])


def notice_id(batch_id: UUID, case_id: UUID) -> UUID:
    """The id of a case's notice in a batch: always the same."""
    return uuid5(batch_id, case_id.hex)


async def _write(
    portal: Parts, batch: Batch, rows: Sequence[BatchRow], lot: Lot
) -> tuple[dict[int, Paper], dict[int, Problem]]:
    """Make the papers and put them into the store, before any transaction."""
    papers: dict[int, Paper] = {}
    failed: dict[int, Problem] = {}
    # One at a time, while others are being stored: pages and scans need the processors too.
    turn = asyncio.Lock()

    async def write(row: BatchRow) -> None:
        try:
            prepared = _prepared(lot, row)
            async with turn:
                pdf = await asyncio.to_thread(_typeset, portal, batch, prepared, lot)
            papers[row.place] = await asyncio.to_thread(keep_letter, portal.store, pdf)
        except Problem as problem:
            failed[row.place] = problem

    await asyncio.gather(*(write(row) for row in rows))
    return papers, failed


def _prepared(lot: Lot, row: BatchRow) -> Prepared:
    assert row.case_id is not None  # noqa: S101 - a ready row has a case; the table says so
    return lot.prepare(row.case_id, row.columns)


def _typeset(portal: Parts, batch: Batch, prepared: Prepared, lot: Lot) -> bytes:
    """One paper. Raises Problem where it cannot be made."""
    key = notice_id(batch.id, prepared.case.id)
    try:
        return write_letter(
            prepared.facts, prepared.case, notice_id=key, settings=portal.settings, now=lot.now
        )
    except (ValueError, RuntimeError) as error:
        log.exception("paper not made", batch=str(batch.id), notice=str(key))
        raise Problem("paper") from error


async def _commit(portal: Parts, work: Work, rows: Sequence[BatchRow]) -> set[str]:
    """Issue these rows, and queue what comes after; the keys of the papers that are now kept."""
    kept: set[str] = set()
    async with portal.database.transaction(work.by.id) as session:
        batch = await session.get(Batch, work.batch.id, with_for_update=True)
        if batch is None:
            return kept
        ready = await _still_ready(session, batch, rows)
        if batch.state != BatchState.running:
            for row in ready:
                row.taken_until = None
            return kept
        cases = sorted(row.case_id for row in ready if row.case_id)
        await hold_everybody(session, cases)
        now = await moment_of(session)
        lot = await look_up(session, batch, await numbers_of(session, cases), now=now)
        for row in ready:
            key = await _issue_row(session, work, lot, row, portal.settings.recall_for)
            kept |= {key} if key else set()
        batch.worked_at = now
        await session.flush()
        await defer_work(session, batch.id)
    return kept


async def _still_ready(
    session: AsyncSession, batch: Batch, rows: Sequence[BatchRow]
) -> Sequence[BatchRow]:
    """The rows that nobody else has settled meanwhile, held, in the order of their cases."""
    places = [row.place for row in rows]
    found = await session.scalars(
        sa.select(BatchRow)
        .where(BatchRow.batch_id == batch.id, BatchRow.place.in_(places))
        .where(BatchRow.state == RowState.ready)
        .order_by(BatchRow.case_id)
        .with_for_update()
    )
    return found.all()


async def _issue_row(
    session: AsyncSession, work: Work, lot: Lot, row: BatchRow, recall_for: timedelta
) -> str | None:
    """Issue one row as the case is now; the key of its paper, if that is kept."""
    try:
        if row.place in work.failed:
            raise work.failed[row.place]
        prepared = _prepared(lot, row)
    except Problem as problem:
        _fail(row, problem, lot.now)
        return None
    # Facts that changed while the paper was made: the row waits for a paper of its own.
    if prepared.facts != _prepared(work.lot, row).facts:
        row.taken_until = None
        return None
    paper = work.papers[row.place]
    order = Order(
        notice_id=notice_id(work.batch.id, prepared.case.id),
        facts=prepared.facts,
        seen="",
        hearing_id=prepared.hearing_id,
    )
    try:
        notice = await issue_to(
            session,
            order,
            prepared.reached,
            case=prepared.case,
            paper=paper,
            by=work.by,
            now=lot.now,
            recall_for=recall_for,
        )
    except DifferentNotice:
        _fail(row, Problem("unforeseen"), lot.now)
        return None
    row.state, row.notice_id, row.settled_at = RowState.issued, notice.id, lot.now
    row.changed = prepared.changed_from(row.seen)
    row.people, row.mails, row.letters = prepared.counts.values()
    return paper.key


def _fail(row: BatchRow, problem: Problem, now: datetime) -> None:
    row.state, row.settled_at, row.taken_until = RowState.failed, now, None
    row.problem, row.about = problem.code, dict(problem.about)


async def _one_by_one(portal: Parts, work: Work) -> set[str]:
    """A lot that the database refused: one row's fault is not its neighbours'."""
    kept: set[str] = set()
    for row in work.rows:
        try:
            kept |= await _commit(portal, work, [row])
        except DBAPIError as error:
            if unavailable(error):
                raise
            log.exception("row not issued", batch=str(work.batch.id), row=row.place)
            await _give_up(portal.database, work, row)
    return kept


async def _give_up(database: Database, work: Work, row: BatchRow) -> None:
    async with database.transaction(work.by.id) as session:
        for one in await _still_ready(session, work.batch, [row]):
            _fail(one, Problem("unforeseen"), await moment_of(session))


async def _discard(portal: Parts, keys: Sequence[str]) -> None:
    for key in keys:
        await asyncio.to_thread(portal.store.delete, key)
