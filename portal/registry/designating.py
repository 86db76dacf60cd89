"""Designating a representative: for whom, why and until when (IRPA 167(2); RPD Rules, r. 20)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.models import Designation, Party, Standing, Why
from portal.registry.opening import coming_of_age, under_age
from portal.rules import rules


class NotAMinor(Exception):
    """For this person 18 cannot be the end: it has passed, or the day of birth is not known."""

    def __init__(self, name: str, *, known: bool) -> None:
        """`known`: whether the day of birth is."""
        super().__init__(name)
        self.name = name
        self.known = known


@dataclass(frozen=True)
class Represented:
    """One person to be represented, and until which day: none is the registry's to end."""

    party_id: UUID
    name: str
    why: Why
    ends: date | None


def to_represent(
    parties: Sequence[Party],
    chosen: Collection[UUID],
    *,
    why: Why,
    until: date | None,
    today: date,
) -> list[Represented]:
    """The chosen ones; where nobody is, everybody under 18. `today` is the registry office's.

    Raises NotAMinor. A day that was typed may end it earlier than 18, and never later.
    """
    minors = [one for one in parties if one.born_on and under_age(one.born_on, today)]
    if why is Why.unable:
        return [Represented(p.id, p.name, why, until) for p in parties if p.id in chosen]
    named = [one for one in parties if one.id in chosen] or minors
    found: list[Represented] = []
    for one in named:
        if one.born_on is None or one not in minors:
            raise NotAMinor(one.name, known=one.born_on is not None)
        birthday = coming_of_age(one.born_on)
        found.append(Represented(one.id, one.name, why, min(until or birthday, birthday)))
    return found


def last_day(represented: Sequence[Represented]) -> date | None:
    """When the last of them ends; none where one has no end."""
    ends = [one.ends for one in represented]
    return max((day for day in ends if day), default=None) if all(ends) else None


def first_moment(day: date, office: str) -> datetime:
    """When a day begins where the registry office is: from then on it is a birthday."""
    return datetime.combine(day, time(), ZoneInfo(rules.offices[office].zone))


async def designate(
    session: AsyncSession,
    standing_id: UUID,
    represented: Sequence[Represented],
    *,
    case_id: UUID,
    office: str,
    now: datetime,
) -> None:
    """Write them down; the database makes the place last as long as the last of them."""
    session.add_all(
        Designation(
            standing_id=standing_id,
            party_id=one.party_id,
            case_id=case_id,
            why=one.why,
            began_at=now,
            ends_at=first_moment(one.ends, office) if one.ends else None,
        )
        for one in represented
    )
    await session.flush()


async def is_designated(session: AsyncSession, standing_id: UUID) -> bool:
    """Whether this place is for somebody by name already: the form was sent twice."""
    found = sa.select(Designation.party_id).where(Designation.standing_id == standing_id).limit(1)
    return await session.scalar(found) is not None


async def end_designations(
    session: AsyncSession,
    standing: Standing,
    *,
    how: str,
    by: Actor,
    now: datetime,
    of: Collection[UUID] | None = None,
) -> None:
    """End those of this place that still run, or those of some people only."""
    ending = (
        sa.update(Designation)
        .where(Designation.standing_id == standing.id, Designation.ended_at.is_(None))
        .where(sa.or_(Designation.ends_at.is_(None), Designation.ends_at > now))
    )
    if of is not None:
        ending = ending.where(Designation.party_id.in_(of))
    values = {"ended_at": now, "ended_how": how, "ended_by": by.id}
    await session.execute(ending.values(values).execution_options(synchronize_session=False))
