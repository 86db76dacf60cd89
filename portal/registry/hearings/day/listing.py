"""Every hearing of a day with all that whoever opens the rooms must know, in one question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from portal.hearings.booking import COUNSEL
from portal.models import Case, Hearing, Party, Person, Standing

# More than one list of paper holds; nobody hears so many in a day.
MOST = 500


@dataclass(frozen=True)
class Room:
    """Where hearings follow each other: a room of an office, or no room at all (by video, by telephone)."""

    office: str
    mode: str
    place: str | None
    # Columns of the hearing, and .title .division .language .numbers .counsel of its case.
    hearings: Sequence[Any]


async def list_day(
    session: AsyncSession, day: date, *, divisions: Sequence[str], office: str = ""
) -> list[Room]:
    """The hearings of this date where they take place, by room and time; the cancelled ones too."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock's
    place = sa.case((Hearing.mode == "in_person", Hearing.place))
    found = (
        sa.select(
            *Hearing.__table__.columns,
            Case.title,
            Case.division,
            Case.office,
            Case.language,
            place.label("room"),
            _numbers().label("numbers"),
            _counsel().label("counsel"),
        )
        .join(Case, Case.id == Hearing.case_id)
        .where(Case.division.in_(divisions))
        .where(Hearing.local_start >= midnight, Hearing.local_start < midnight + timedelta(days=1))
        .order_by(Case.office, Hearing.mode, place, Hearing.starts_at, Case.title)
        .limit(MOST)
    )
    if office:
        found = found.where(Case.office == office)
    rows = (await session.execute(found)).all()
    rooms = groupby(rows, key=lambda row: (row.office, row.mode, row.room))
    return [Room(*where, list(hearings)) for where, hearings in rooms]


def _numbers() -> sa.ScalarSelect[Any]:
    """The file numbers of the case, in order."""
    return (
        sa.select(sa.func.array_agg(aggregate_order_by(Party.file_number, Party.file_number)))
        .where(Party.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery()
    )


def _counsel() -> sa.ScalarSelect[Any]:
    """Who pleads, on which side, and whether another hearing has them then."""
    elsewhere = sa.func.portal_booked(
        "counsel",
        sa.cast(Person.id, sa.Text),
        sa.func.tstzrange(Hearing.starts_at, Hearing.ends_at),
        sa.func.coalesce(Case.joined_to, Case.id),
    ).table_valued("label")
    taken = sa.and_(Hearing.cancelled_at.is_(None), sa.exists(sa.select(elsewhere.c.label)))
    one = sa.func.jsonb_build_object("name", Person.name, "role", Standing.role, "elsewhere", taken)
    return (
        sa.select(
            sa.func.jsonb_agg(aggregate_order_by(one, Standing.role, Person.name), type_=JSONB)
        )
        .select_from(Standing)
        .join(Person, Person.id == Standing.person_id)
        .where(Standing.case_id == Case.id, Standing.ended_how.is_(None))
        .where(Standing.role.in_(COUNSEL))
        .correlate(Case, Hearing)
        .scalar_subquery()
    )
