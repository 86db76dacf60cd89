"""Packaging: one filing for several cases that are heard together, a copy of it on every one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from portal.models import Case, Hearing, Party, Submission
from portal.rules import rules
from portal.rules.deadlines import Deadline, deadlines

Rows = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Joined:
    """Another case that a draft can be for, or that papers were filed in too."""

    id: UUID
    title: str
    file_numbers: Sequence[str]
    division: str
    deadlines: Sequence[Deadline] = ()


def told(row: Any) -> Joined:  # noqa: ANN401 - a row
    """The row with what follows from it."""
    days = {date.fromisoformat(day) for day in row.hearing_days or ()}
    limits = deadlines(division=row.division, office=row.office, hearings=days)
    return Joined(row.id, row.title, row.file_numbers or (), row.division, limits)


def offered(submission_id: sa.BindParameter[UUID]) -> Rows:
    """The cases heard together with a draft's own, where it could be filed in the same name.

    Who may file it is offered those where he may file; who prepares it, where he may prepare.
    """
    own = aliased(Case)
    drafts = sa.func.portal_drafts
    whose = sa.case(
        (drafts(Submission.case_id, Submission.principal_id, sa.null()), sa.null()),
        else_=Submission.drafted_by,
    )
    lead = (
        sa.select(sa.func.coalesce(own.joined_to, own.id))
        .join(Submission, Submission.case_id == own.id)
        .where(Submission.id == submission_id, Submission.filed_at.is_(None))
        .scalar_subquery()
    )
    return (
        _cases()
        .join(Submission, Submission.id == submission_id)
        .where(sa.or_(Case.id == lead, Case.joined_to == lead), Case.id != Submission.case_id)
        .where(Case.closed_at.is_(None), Submission.replaces_id.is_(None))
        .where(drafts(Case.id, Submission.principal_id, whose))
        .order_by(Case.opened_at, Case.id)
    )


def filed_too(submission_id: sa.BindParameter[UUID]) -> Rows:
    """The other cases that the same papers were filed in, as far as I may read there."""
    this = aliased(Submission)
    return (
        _cases()
        .join(Submission, Submission.case_id == Case.id)
        .join(this, this.package_id == Submission.package_id)
        .where(this.id == submission_id, Submission.id != submission_id)
        .order_by(Case.opened_at, Case.id)
    )


def _cases() -> Rows:
    number = aggregate_order_by(Party.file_number, Party.file_number)
    numbers = sa.select(sa.func.array_agg(number)).where(Party.case_id == Case.id).correlate(Case)
    day = sa.cast(sa.cast(Hearing.local_start, sa.Date), sa.Text)
    days = (
        sa.select(sa.func.array_agg(day))
        .where(Hearing.case_id == Case.id, Hearing.cancelled_at.is_(None))
        .correlate(Case)
    )
    return sa.select(
        Case.id,
        Case.title,
        Case.office,
        Case.division,
        numbers.scalar_subquery().label("file_numbers"),
        days.scalar_subquery().label("hearing_days"),
    )


_TAKE_TURNS = sa.text(
    "select pg_advisory_xact_lock(hashtextextended(one::text, 8))"
    " from (select unnest(cast(:cases as uuid[])) as one order by 1) as cases"
)


async def take_turns(session: AsyncSession, cases: Sequence[UUID]) -> None:
    """One filing at a time in each of these cases, until this ends; their numbers follow on."""
    await session.execute(_TAKE_TURNS, {"cases": list(cases)})


async def number(session: AsyncSession, submission_id: UUID, letter: str) -> None:
    """Give the files of a draft that is being filed their exhibit numbers, in their order."""
    await session.execute(sa.select(sa.func.portal_number(submission_id, letter)))


async def file_also(
    session: AsyncSession,
    first: UUID,
    onto: Joined,
    *,
    loan: UUID | None,
    judged: Mapping[str, Any] | None,
    side: str,
) -> UUID:
    """File what was filed in this transaction on a joined case too; the copy's id."""
    letter = rules.divisions[onto.division].exhibits[side]
    there = sa.cast(dict(judged) if judged else sa.null(), JSONB)
    made: UUID = await session.scalar(  # pyright: ignore[reportAssignmentType]
        sa.select(sa.func.portal_file_also(first, onto.id, loan, there, letter))
    )
    return made
