"""All my hearings, what is coming first, and one of them: each in one question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.gate import Unknown, my_cases
from portal.hearings.clashing import clashes
from portal.hearings.moves import untold
from portal.models import Case, Hearing
from storage.bundle import bundle

MOST = 100

Rows = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Hearings:
    """What is still to come (or going on), soonest first; what is over, newest first."""

    coming: Sequence[Any]
    past: Sequence[Any]
    # Of mine to come, those that overlap with another.
    clashes: frozenset[UUID]


async def list_hearings(
    session: AsyncSession,
    me: UUID,
    *,
    now: datetime,
    divisions: Sequence[str] = (),
    day: date | None = None,
) -> Hearings:
    """My hearings; an officer's (who has `divisions`) are those of the divisions.

    `day`: only those on this date where they take place.
    """
    mine = Case.division.in_(divisions) if divisions else Hearing.case_id.in_(my_cases(me))
    hearings = _hearings().where(mine)
    if day is not None:
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock's
        hearings = hearings.where(
            Hearing.local_start >= midnight, Hearing.local_start < midnight + timedelta(days=1)
        )
    over = Hearing.ends_at <= now
    found = await bundle(
        session,
        coming=hearings.where(sa.not_(over)).order_by(Hearing.starts_at).limit(MOST),
        past=hearings.where(over).order_by(Hearing.starts_at.desc()).limit(MOST),
    )
    overlapping = frozenset[UUID]() if divisions else clashes(found.coming)
    return Hearings(found.coming, found.past, overlapping)


async def read_hearing(session: AsyncSession, hearing_id: UUID) -> Any:  # noqa: ANN401 - a row
    """One hearing as the lists have it, if row-level security shows it; else Unknown."""
    found = (await session.execute(_hearings().where(Hearing.id == hearing_id))).one_or_none()
    if found is None:
        raise Unknown
    return found


def _hearings() -> Rows:
    sitting = sa.func.coalesce(Case.joined_to, Case.id).label("sitting_id")
    columns: list[Any] = [*Hearing.__table__.columns, Case.title, Case.division, sitting, untold()]
    return sa.select(*columns).join(Case, Case.id == Hearing.case_id)
