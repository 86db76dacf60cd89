"""Who comes of age, or is represented no longer for another reason that has a day: told before and then."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Case, Designation, Party, Person, Standing
from portal.registry.incoming import Bound
from portal.rules import rules

BEFORE = timedelta(days=30)
# How long the desk keeps somebody who has turned 18, and how late a first reminder may still come.
AFTER = timedelta(days=30)
LATE = timedelta(days=7)
MOST = 50


async def ending_designations(
    session: AsyncSession, now: datetime, *, party_id: UUID | None = None
) -> list[tuple[UUID, UUID, date]]:
    """Whom to tell, about whom, on account of which day: thirty days before the end, and the end."""
    found = _ending(now - LATE, now + BEFORE).add_columns(Standing.person_id)
    if party_id is not None:
        found = found.where(Designation.party_id == party_id)
    return [
        (row.person_id, row.party_id, _told_on(row, now)) for row in await session.execute(found)
    ]


def _told_on(row: Any, now: datetime) -> date:  # noqa: ANN401 - a row
    last = row.ends_at.astimezone(ZoneInfo(rules.offices[row.office].zone)).date()
    return last if row.ends_at <= now else last - BEFORE


def coming(divisions: Bound, now: Bound) -> sa.Select[*tuple[Any, ...]]:
    """For the desk: who needs an account and a letter of his or her own, the soonest first."""
    return (
        _ending(now - AFTER, now + BEFORE)
        .add_columns(
            Case.id.label("case_id"),
            Case.title,
            Party.name,
            Party.person_id.label("account"),
            Person.name.label("representative"),
            sa.func.count().over().label("total"),
        )
        .where(Case.division.in_(divisions), Case.closed_at.is_(None))
        .order_by(Designation.ends_at, Party.file_number)
        .limit(MOST)
    )


def _ending(
    since: datetime | sa.ColumnElement[Any], until: datetime | sa.ColumnElement[Any]
) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Designation.party_id, Designation.ends_at, Case.office)
        .join(Standing, Standing.id == Designation.standing_id)
        .join(Person, Person.id == Standing.person_id)
        .join(Party, Party.id == Designation.party_id)
        .join(Case, Case.id == Designation.case_id)
        .where(Designation.ends_at > since, Designation.ends_at <= until)
        .where(Designation.ended_at.is_(None), Standing.ended_how.is_(None))
    )
