"""Booking: who and what a hearing needs, held for its time; the database lets nobody have it twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Booked, Booking, Case, Hearing, Person, Role, Standing
from portal.web.language import N_

COUNSEL = (Role.counsel, Role.ministers_counsel)

TAKEN: Mapping[str, str] = {
    Booked.member: N_(
        "%(who)s sits at another hearing from %(start)s to %(end)s. Choose another time or another member."
    ),
    Booked.place: N_(
        "This room is taken from %(start)s to %(end)s: %(who)s. Choose another time or another room."
    ),
    Booked.interpreter: N_(
        "%(who)s interprets at another hearing from %(start)s to %(end)s. Choose another time or another interpreter."
    ),
    Booked.counsel: N_(
        "%(who)s, counsel, has another hearing from %(start)s to %(end)s. Choose another time."
    ),
}
# Of counsel who joins: told, and it stops nothing.
ELSEWHERE = N_(
    "%(name)s has a place in this case now, and is at another hearing on %(start)s, when this case "
    "has one too. Move one of them."
)


class DoubleBooked(Exception):
    """Somebody or something is at another hearing then; says who, and from when to when."""

    def __init__(self, kind: str, who: str, starts_at: datetime, ends_at: datetime) -> None:
        """`kind`: which of TAKEN's sentences says it."""
        super().__init__(kind)
        self.text, self.who = TAKEN[kind], who
        self.starts_at, self.ends_at = starts_at, ends_at


@dataclass(frozen=True)
class Wanted:
    """One thing that a hearing needs, by its one spelling and as it is called."""

    kind: Booked
    resource: str
    label: str


async def book(session: AsyncSession, hearing: Hearing, *, same_time: bool = False) -> None:
    """Hold what the hearing needs, as it is now, and let go of what it held; raises DoubleBooked.

    A cancelled hearing needs nothing. Cases heard together share everything. At the `same_time` as
    before, counsel who was at another hearing then already stands in nobody's way.
    """
    await _take_turns(session, f"bookings {hearing.case_id}")
    wanted = [] if hearing.cancelled_at else await _wanted(session, hearing)
    # Each held before any is written, in one order for all: nobody waits for who waits for them.
    for one in wanted:
        await _take_turns(session, f"booking {one.kind} {one.resource}")
    await session.execute(sa.delete(Booking).where(Booking.hearing_id == hearing.id))
    sitting_id = await _sitting(session, hearing.case_id)
    for one in wanted:
        try:
            await _hold(session, hearing, one, sitting_id)
        except DoubleBooked:
            if not same_time or one.kind is not Booked.counsel:
                raise


async def book_counsel(
    session: AsyncSession, case_id: UUID, person_id: UUID, *, now: datetime
) -> list[DoubleBooked]:
    """Hold a new counsel for the coming hearings of the case; where somebody else has them then.

    Who pleads for somebody is no question of a calendar: a clash is told, and stops nothing.
    """
    name: str = await session.scalar(sa.select(Person.name).where(Person.id == person_id))  # pyright: ignore[reportAssignmentType]
    counsel = Wanted(Booked.counsel, str(person_id), name)
    # Whoever schedules at this moment finishes first, or finds this counsel.
    await _take_turns(session, f"bookings {case_id}")
    await _take_turns(session, f"booking {counsel.kind} {counsel.resource}")
    sitting_id = await _sitting(session, case_id)
    coming = sa.select(Hearing).where(Hearing.case_id == case_id, Hearing.starts_at > now)
    coming = coming.where(Hearing.cancelled_at.is_(None)).order_by(Hearing.starts_at)
    clashes: list[DoubleBooked] = []
    for hearing in await session.scalars(coming):
        try:
            await _hold(session, hearing, counsel, sitting_id)
        except DoubleBooked as clash:
            clashes.append(clash)
    return clashes


async def release_counsel(session: AsyncSession, case_id: UUID, *, now: datetime) -> None:
    """Let go of those whose place as counsel on the case has ended, for what is still to come."""
    # By a function of the database: a client who revokes counsel may not read who is booked.
    await session.execute(sa.select(sa.func.portal_release_counsel(case_id, now)))


async def counsel_elsewhere(
    session: AsyncSession, hearing: Hearing, *, now: datetime
) -> list[DoubleBooked]:
    """Counsel whom another hearing has at that time, as long as this one is still to come."""
    if hearing.cancelled_at is not None or hearing.starts_at <= now:
        return []
    sitting_id, during = await _sitting(session, hearing.case_id), _during(hearing)
    counsel = await session.execute(counsel_of(hearing.case_id))
    asked = [Wanted(Booked.counsel, str(row.id), row.name) for row in counsel]
    found = [await _taken(session, one, during, sitting_id) for one in asked]
    return [clash for clash in found if clash]


def counsel_of(case_id: UUID | sa.ColumnElement[UUID]) -> sa.Select[*tuple[Any, ...]]:
    """Who pleads on a case, on either side."""
    return (
        sa.select(Person.id, Person.name)
        .join(Standing, Standing.person_id == Person.id)
        .where(Standing.case_id == case_id, Standing.ended_how.is_(None))
        .where(Standing.role.in_(COUNSEL))
        .distinct()
    )


async def _take_turns(session: AsyncSession, name: str) -> None:
    """Wait for whoever holds this, and hold it until the transaction ends."""
    await session.execute(
        sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0)))
    )


async def _sitting(session: AsyncSession, case_id: UUID) -> UUID:
    """The first of the cases that are heard together with this one."""
    first = sa.select(sa.func.coalesce(Case.joined_to, Case.id)).where(Case.id == case_id)
    return await session.scalar(first)  # pyright: ignore[reportReturnType]


async def _hold(session: AsyncSession, hearing: Hearing, one: Wanted, sitting_id: UUID) -> None:
    """Write one booking, unless it is there; raises DoubleBooked, and then nothing is written."""
    row = {"kind": one.kind, "resource": one.resource, "label": one.label}
    row |= {"during": _during(hearing)}
    row |= {"hearing_id": hearing.id, "case_id": hearing.case_id, "sitting_id": sitting_id}
    same = [Booking.hearing_id, Booking.kind, Booking.resource]
    try:
        async with session.begin_nested():
            adding = insert(Booking).values(row).on_conflict_do_nothing(index_elements=same)
            await session.execute(adding)
    except IntegrityError as taken:
        raise await _taken(session, one, _during(hearing), sitting_id) or taken from taken


async def _wanted(session: AsyncSession, hearing: Hearing) -> list[Wanted]:
    counsel = await session.execute(counsel_of(hearing.case_id))
    named = {
        Booked.member: hearing.member,
        Booked.place: hearing.place if hearing.mode == "in_person" else None,
        Booked.interpreter: hearing.interpreter_name,
    }
    wanted = [Wanted(kind, _spelt(name), name) for kind, name in named.items() if name]
    wanted += [Wanted(Booked.counsel, str(row.id), row.name) for row in counsel]
    return sorted(wanted, key=lambda one: (one.kind, one.resource))


def _spelt(name: str) -> str:
    """One spelling for what is typed with other capitals and spaces."""
    return " ".join(name.casefold().split())


def _during(hearing: Hearing) -> Range[Any]:
    return Range(hearing.starts_at, hearing.starts_at + timedelta(minutes=hearing.minutes))


async def _taken(
    session: AsyncSession, wanted: Wanted, during: Range[Any], sitting_id: UUID
) -> DoubleBooked | None:
    """Whose it is at that time, whichever division's hearing that is."""
    asked = {"kind": wanted.kind, "resource": wanted.resource, "at": during, "but_for": sitting_id}
    found = (await session.execute(_BOOKED, asked)).one_or_none()
    if found is None:
        return None
    return DoubleBooked(wanted.kind, found.label, found.during.lower, found.during.upper)


_BOOKED = (
    sa.text("select label, during from portal_booked(:kind, :resource, :at, :but_for)")
    .bindparams(sa.bindparam("at", type_=TSTZRANGE))
    .columns(label=sa.Text, during=TSTZRANGE)
)
