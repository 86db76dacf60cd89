"""Hearings that come near: who is reminded of which, and on which day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.model import Notice, Service
from portal.models import Case, Hearing, Right
from portal.models.standing import authority

# Whole days before the hearing, on the clock of its place.
STEPS = (7, 3, 1)
# Who said so few days before that the notice of this date came, needs no word more.
FRESH = timedelta(days=3)
# Further than seven days away on any clock.
HORIZON = timedelta(days=9)
CALLING = ("notice_to_appear", "hearing_moved", "hearing_changed")


@dataclass(frozen=True)
class Nearing:
    """One person's hearing, so many days ahead; `fixed_at` tells its date from one given up."""

    person_id: UUID
    hearing_id: UUID
    due_on: date
    fixed_at: datetime


async def nearing(
    session: AsyncSession, now: datetime, *, hearing_id: UUID | None = None
) -> Sequence[Nearing]:
    """Every reminder of a hearing that is due at this moment, once a person and sitting.

    It stays due until the next step's day begins, so that an hour nobody worked loses none.
    """
    rows = await session.execute(_coming(now, hearing_id))
    found: dict[tuple[UUID, UUID, datetime], Nearing] = {}
    for row in rows:
        due_on = _due_on(row, now)
        if due_on and not _knows(row, due_on):
            one = Nearing(row.person_id, row.id, due_on, row.fixed_at)
            found.setdefault((row.person_id, row.sitting_id, row.starts_at), one)
    return list(found.values())


def _coming(now: datetime, hearing_id: UUID | None) -> sa.Select[*tuple[Any, ...]]:
    """Hearings of the days to come, with everybody who receives notices in their cases.

    That is whoever is served or sent a copy by authority, a delegate only with `receive`.
    """
    fixed_at = sa.func.coalesce(Hearing.moved_at, Hearing.scheduled_at)
    acknowledged = (
        sa.select(sa.func.max(Service.acknowledged_at))
        .join(Notice, Notice.id == Service.notice_id)
        .where(Notice.hearing_id == Hearing.id, Notice.kind.in_(CALLING))
        .where(Notice.issued_at >= fixed_at, Service.acknowledged_by == authority.c.person_id)
        .correlate(Hearing, authority)
        .scalar_subquery()
    )
    select = (
        sa.select(
            Hearing.id,
            Hearing.local_start,
            Hearing.zone,
            Hearing.starts_at,
            fixed_at.label("fixed_at"),
            sa.func.coalesce(Case.joined_to, Case.id).label("sitting_id"),
            authority.c.person_id,
            acknowledged.label("acknowledged_at"),
        )
        .distinct()
        .join(Case, Case.id == Hearing.case_id)
        .join(authority, authority.c.case_id == Hearing.case_id)
        .where(authority.c.right == Right.receive.value, Hearing.cancelled_at.is_(None))
        .where(Hearing.starts_at > now, Hearing.starts_at < now + HORIZON)
        .order_by(Hearing.id)
    )
    return select.where(Hearing.id == hearing_id) if hearing_id else select


def _due_on(row: sa.Row[Any], now: datetime) -> date | None:
    """The day of the step that is reached, unless the hearing was fixed after that day."""
    zone, day = ZoneInfo(row.zone), row.local_start.date()
    ahead = (day - now.astimezone(zone).date()).days
    reached = [step for step in STEPS if 0 < ahead <= step]
    if not reached:
        return None
    due_on = day - timedelta(days=min(reached))
    return due_on if row.fixed_at.astimezone(zone).date() <= due_on else None


def _knows(row: sa.Row[Any], due_on: date) -> bool:
    """Whether this person acknowledged the notice of this date shortly before, or since."""
    if row.acknowledged_at is None:
        return False
    return row.acknowledged_at.astimezone(ZoneInfo(row.zone)).date() >= due_on - FRESH
