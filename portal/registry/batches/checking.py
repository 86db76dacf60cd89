"""Checking a list line by line before anything of it is sent: which case, what it says, to whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Batch, BatchRow, RowState
from portal.registry.batches.gathering import Line, gather, numbers_in
from portal.registry.batches.preparing import Lot, look_up
from portal.registry.batches.problems import Problem
from portal.registry.batches.stating import column_names
from portal.registry.notices.known import joined

# So many lines are looked up together; between two such lots other pages have their turn.
TOGETHER = 200


@dataclass(frozen=True)
class Named:
    """A case that a list names, with all its file numbers."""

    case_id: UUID
    division: str
    file_number: str


async def check_batch(session: AsyncSession, batch: Batch, *, now: datetime) -> None:
    """Write the rows of a draft anew: each is ready, or says what is wrong with it.

    Raises Unreadable where the list cannot be read at all; then nothing has changed. The caller
    holds the batch.
    """
    gathered = gather(batch.pasted, column_names(batch.kind))
    await session.execute(sa.delete(BatchRow).where(BatchRow.batch_id == batch.id))
    batch.columns_unused, batch.checked_at = list(gathered.unused), now
    first_named: dict[UUID, int] = {}
    for begin in range(0, len(gathered.lines), TOGETHER):
        lines = gathered.lines[begin : begin + TOGETHER]
        found = await _cases_of(session, lines, batch.division, first_named)
        numbers = {one.case_id: one.file_number for one in found if isinstance(one, Named)}
        lot = await look_up(session, batch, numbers, now=now)
        rows = [
            {"batch_id": batch.id, "division": batch.division, "place": place}
            | _row(line, case, lot)
            for place, (line, case) in enumerate(zip(lines, found, strict=True), begin + 1)
        ]
        await session.execute(sa.insert(BatchRow), rows)


async def leave_out(session: AsyncSession, batch: Batch) -> int:
    """Go on without the rows that have a problem; how many there were. The caller holds the batch."""
    left = await session.scalars(
        sa.update(BatchRow)
        .where(BatchRow.batch_id == batch.id, BatchRow.state == RowState.problem)
        .values(state=RowState.left_out)
        .returning(BatchRow.place)
    )
    return len(left.all())


async def cases_named(
    session: AsyncSession, numbers: Iterable[str]
) -> Mapping[str, Sequence[Named]]:
    """The cases of my divisions that have these file numbers or UCIs, by number."""
    asked = list(dict.fromkeys(numbers))
    ucis = [one for one in asked if one.isdecimal()]
    found = sa.func.portal_numbered(
        sa.cast(asked, ARRAY(sa.Text)), sa.cast(ucis, ARRAY(sa.Text))
    ).table_valued(
        "named",
        sa.column("case_id", sa.Uuid),
        "division",
        sa.column("file_numbers", ARRAY(sa.Text)),
    )
    named: dict[str, list[Named]] = {}
    for row in await session.execute(sa.select(found)):
        case = Named(row.case_id, row.division, joined(row.file_numbers))
        named.setdefault(row.named, []).append(case)
    return named


async def _cases_of(
    session: AsyncSession, lines: Sequence[Line], division: str, first_named: dict[UUID, int]
) -> list[Named | Problem]:
    """The case that each line means, or why it means none."""
    wanted = [numbers_in(line.written) for line in lines]
    named = await cases_named(session, [number for some in wanted for number in some])
    return [
        _case_of(line, numbers, named, division, first_named)
        for line, numbers in zip(lines, wanted, strict=True)
    ]


def _case_of(
    line: Line,
    numbers: Sequence[str],
    named: Mapping[str, Sequence[Named]],
    division: str,
    first_named: dict[UUID, int],
) -> Named | Problem:
    """`first_named`: on which line each case was named first, filled as the lines are read."""
    if line.overlong:
        return Problem("overlong")
    if not numbers or not all(number in named for number in numbers):
        return Problem("unknown")
    meant = {one.case_id: one for number in numbers for one in named[number]}
    if len(meant) > 1:
        return Problem("several", {"numbers": ", ".join(one.file_number for one in meant.values())})
    (case,) = meant.values()
    if case.division != division:
        return Problem("elsewhere")
    if case.case_id in first_named:
        return Problem("twice", {"line": str(first_named[case.case_id])})
    first_named[case.case_id] = line.line
    return case


def _row(line: Line, case: Named | Problem, lot: Lot) -> dict[str, Any]:
    """One row as the table has it."""
    row: dict[str, Any] = {
        "line": line.line,
        "written": line.written,
        "columns": dict(line.columns),
        "case_id": None,
        "file_number": None,
        "state": RowState.ready,
        "problem": None,
        "about": {},
        "people": 0,
        "mails": 0,
        "letters": 0,
        "seen": None,
    }
    try:
        if isinstance(case, Problem):
            raise case
        row |= {"case_id": case.case_id, "file_number": case.file_number}
        prepared = lot.prepare(case.case_id, line.columns)
    except Problem as problem:
        about = {"state": RowState.problem, "problem": problem.code, "about": dict(problem.about)}
        return row | about
    return row | prepared.counts | {"seen": prepared.seen}
