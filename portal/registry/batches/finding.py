"""What the pages of batches show: the list of them, one with its rows, and the cases of a search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.cases.listing import matching
from portal.models import Batch, BatchRow, Case, Party, RowState
from portal.registry.batches.gathering import MOST_ROWS
from storage.bundle import bundle

# Rows of one page of the check; so many problems are shown at once.
A_PAGE = 50
MOST_SHOWN = 200
RECENT = 50


@dataclass(frozen=True)
class Counts:
    """How many rows are in which state, and whom those that are issued or will be reach."""

    states: dict[str, int]
    people: int
    mails: int
    letters: int
    changed: int
    last_issued: datetime | None

    def __getattr__(self, state: str) -> int:
        """The number of rows in this state."""
        if state not in RowState.__members__:
            raise AttributeError(state)
        return self.states.get(state, 0)

    @property
    def total(self) -> int:
        """All rows of the list."""
        return sum(self.states.values())

    @property
    def to_issue(self) -> int:
        """All that was to be issued when the officer pressed the button."""
        return self.total - self.problem - self.left_out

    @property
    def settled(self) -> int:
        """What nothing more happens to."""
        return self.to_issue - self.ready

    def recallable(self, recall_for: timedelta, now: datetime) -> bool:
        """Whether anything that was issued can still be taken back."""
        return self.last_issued is not None and now < self.last_issued + recall_for


@dataclass(frozen=True)
class Shown:
    """A batch and as many of its rows as a page shows."""

    batch: Batch
    counts: Counts
    problems: Sequence[Any]
    rows: Sequence[Any]


async def list_batches(session: AsyncSession, divisions: Sequence[str]) -> Sequence[Any]:
    """The latest batches of these divisions, with how many rows are issued, to do, and failed."""
    latest = (
        sa.select(
            Batch.id,
            Batch.kind,
            Batch.division,
            Batch.state,
            Batch.begun_at,
            Batch.begun_by_name,
            Batch.recalled_at,
        )
        .where(Batch.division.in_(divisions))
        .order_by(Batch.begun_at.desc())
        .limit(RECENT)
        .subquery()
    )
    states = [
        sa.func.count().filter(BatchRow.state == state).label(state)
        for state in (RowState.issued, RowState.ready, RowState.failed, RowState.problem)
    ]
    counts = (
        sa.select(*states, sa.func.count(BatchRow.place).label("lines"))
        .where(BatchRow.batch_id == latest.c.id)
        .lateral("counts")
    )
    rows = await session.execute(
        sa.select(latest, counts).join(counts, sa.true()).order_by(latest.c.begun_at.desc())
    )
    return rows.all()


async def show_batch(session: AsyncSession, batch: Batch, *, page: int = 1) -> Shown:
    """Its counts, its rows with problems, and one page of the others, in the order of the list."""
    mine = BatchRow.batch_id == batch.id
    wrong = BatchRow.state.in_((RowState.problem, RowState.failed))
    found = await bundle(
        session,
        counts=_counts(mine),
        problems=_rows().where(mine, wrong).order_by(BatchRow.place).limit(MOST_SHOWN),
        rows=_rows()
        .where(mine, sa.not_(wrong))
        .order_by(BatchRow.place)
        .limit(A_PAGE + 1)
        .offset((page - 1) * A_PAGE),
    )
    return Shown(batch, _counted(found.counts), found.problems, found.rows)


async def all_rows(session: AsyncSession, batch_id: UUID) -> Sequence[BatchRow]:
    """Every row, in the order of the list."""
    found = await session.scalars(
        sa.select(BatchRow).where(BatchRow.batch_id == batch_id).order_by(BatchRow.place)
    )
    return found.all()


async def find_row(session: AsyncSession, batch_id: UUID, case_id: UUID) -> BatchRow | None:
    """The row of this case, if the list names it."""
    of_case = (BatchRow.batch_id == batch_id, BatchRow.case_id == case_id)
    return await session.scalar(sa.select(BatchRow).where(*of_case).order_by(BatchRow.place))


async def numbers_found(session: AsyncSession, division: str, words: Sequence[str]) -> str:
    """One file number of each open case that a search finds, one on a line."""
    cases = (
        sa.select(Case.id)
        .where(Case.division == division, Case.closed_at.is_(None), *matching(words))
        .order_by(Case.opened_at, Case.id)
        .limit(MOST_ROWS)
        .subquery()
    )
    first = (
        sa.select(sa.func.min(Party.file_number)).where(Party.case_id == cases.c.id)
    ).scalar_subquery()
    numbers = await session.scalars(sa.select(first).select_from(cases))
    return "\n".join(filter(None, numbers))


def _rows() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        BatchRow.place,
        BatchRow.line,
        BatchRow.written,
        BatchRow.case_id,
        BatchRow.file_number,
        BatchRow.state,
        BatchRow.problem,
        BatchRow.about,
        BatchRow.people,
        BatchRow.mails,
        BatchRow.letters,
        BatchRow.changed,
        BatchRow.notice_id,
    )


def _counts(mine: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    issued = BatchRow.state == RowState.issued
    return (
        sa.select(
            BatchRow.state,
            sa.func.count().label("rows"),
            sa.func.sum(BatchRow.people).label("people"),
            sa.func.sum(BatchRow.mails).label("mails"),
            sa.func.sum(BatchRow.letters).label("letters"),
            sa.func.count().filter(BatchRow.changed != []).label("changed"),
            sa.func.max(BatchRow.settled_at).filter(issued).label("last_issued"),
        )
        .where(mine)
        .group_by(BatchRow.state)
    )


def _counted(rows: Sequence[SimpleNamespace]) -> Counts:
    reach = [row for row in rows if row.state in {RowState.ready, RowState.issued}]
    return Counts(
        states={row.state: row.rows for row in rows},
        people=sum(row.people for row in reach),
        mails=sum(row.mails for row in reach),
        letters=sum(row.letters for row in reach),
        changed=sum(row.changed for row in rows),
        last_issued=next((row.last_issued for row in rows if row.last_issued), None),
    )
