"""Succeeding a representative: who is designated for somebody takes the place of who was before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.appeals.counting import local_day
from portal.audit import Actor
from portal.models import Designation, Party, Person, Role, Standing
from portal.registry.designating import Represented, end_designations
from portal.registry.opening import under_age
from portal.registry.recording import end_standing


@dataclass(frozen=True)
class Predecessor:
    """Who represents some of the people now."""

    standing: Standing
    name: str
    # Whether nobody else is represented in this place: it ends.
    empty: bool


async def predecessors(
    session: AsyncSession,
    case_id: UUID,
    represented: Sequence[Represented],
    *,
    but_for: UUID,
    office: str,
    now: datetime,
) -> list[Predecessor]:
    """Who represents any of these people now, somebody else than `but_for`."""
    wanted = {one.party_id for one in represented}
    if not wanted:
        return []
    places = await session.execute(
        sa.select(Standing, Person.name)
        .join(Person, Person.id == Standing.person_id)
        .where(Standing.case_id == case_id, Standing.person_id != but_for)
        .where(Standing.role == Role.designated_representative, Standing.ended_how.is_(None))
        .where(sa.or_(Standing.ends_at.is_(None), Standing.ends_at > now))
        .order_by(Person.name)
    )
    found: list[Predecessor] = []
    for standing, name in places:
        people = await _people_of(session, standing, office=office, now=now)
        if people & wanted:
            found.append(Predecessor(standing, name, people <= wanted))
    return found


async def succeed(
    session: AsyncSession,
    before: Sequence[Predecessor],
    represented: Sequence[Represented],
    *,
    how: str,
    by: Actor,
    now: datetime,
) -> None:
    """End what they had for these people; who represents nobody else loses the place."""
    people = {one.party_id for one in represented}
    for one in before:
        if one.empty:
            await end_standing(session, one.standing, how=how, by=by, now=now)
        else:
            await end_designations(session, one.standing, how=how, by=by, now=now, of=people)


async def _people_of(
    session: AsyncSession, standing: Standing, *, office: str, now: datetime
) -> set[UUID]:
    """Whom this place is for: those designated, else everybody without an account or under 18."""
    designated = (
        await session.scalars(sa.select(Designation).where(Designation.standing_id == standing.id))
    ).all()
    if designated:
        running = [d for d in designated if d.ended_at is None]
        return {d.party_id for d in running if d.ends_at is None or d.ends_at > now}
    parties = await session.scalars(sa.select(Party).where(Party.case_id == standing.case_id))
    today = local_day(now, office)
    return {
        p.id for p in parties if p.person_id is None or (p.born_on and under_age(p.born_on, today))
    }
