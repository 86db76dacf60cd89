"""All my hearings, what is coming first: driven from the cases I may see, in one question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.gate import my_cases
from portal.models import Case, Hearing
from storage.bundle import bundle

MOST = 100

Rows = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Hearings:
    """What is still to come (or going on), soonest first; what is over, newest first."""

    coming: Sequence[Any]
    past: Sequence[Any]


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
    over = Hearing.starts_at + Hearing.minutes * sa.text("interval '1 minute'") <= now
    found = await bundle(
        session,
        coming=hearings.where(sa.not_(over)).order_by(Hearing.starts_at).limit(MOST),
        past=hearings.where(over).order_by(Hearing.starts_at.desc()).limit(MOST),
    )
    return Hearings(found.coming, found.past)


def _hearings() -> Rows:
    return sa.select(*Hearing.__table__.columns, Case.title, Case.division).join(
        Case, Case.id == Hearing.case_id
    )
