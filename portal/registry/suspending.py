"""Suspending counsel, on one case or on all of a division, and taking the places up again."""

from collections.abc import Collection, Sequence
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record_each
from portal.hearings.booking import COUNSEL
from portal.models import Case, Person, Standing, Suspension
from portal.registry.sides import chains, heard_together, hold_sides, require_one_side


async def places_of(
    session: AsyncSession, person_id: UUID, *, divisions: Collection[str]
) -> Sequence[Standing]:
    """Every place that this person has as counsel in these divisions, suspended or not."""
    found = await session.scalars(
        sa.select(Standing)
        .join(Case, Case.id == Standing.case_id)
        .where(Standing.person_id == person_id, Standing.role.in_(COUNSEL))
        .where(Standing.ended_how.is_(None), Case.division.in_(divisions))
        .where(sa.or_(Standing.ends_at.is_(None), Standing.ends_at > sa.func.now()))
        .order_by(Standing.case_id)
    )
    return found.all()


async def suspensions_of(
    session: AsyncSession, person_id: UUID, *, divisions: Collection[str]
) -> Sequence[Suspension]:
    """The suspensions of this person that last, in these divisions."""
    found = await session.scalars(
        sa.select(Suspension)
        .join(Standing, Standing.id == Suspension.standing_id)
        .join(Case, Case.id == Suspension.case_id)
        .where(Standing.person_id == person_id, Suspension.ended_at.is_(None))
        .where(Standing.ended_how.is_(None), Case.division.in_(divisions))
        .order_by(Suspension.case_id)
    )
    return found.all()


async def suspend(
    session: AsyncSession, places: Sequence[Standing], *, form_id: UUID, why: str, by: Actor
) -> int:
    """From now these places give nothing, to their person or to anybody below; how many.

    The reason stays with the registry: an entry is read by the other side too. The same form sent
    twice suspends once, also when the places were taken up again in between.
    """
    # Whoever acts through one of them at this moment finishes first, or finds it suspended.
    held = sa.select(Standing.id).where(Standing.id.in_([place.id for place in places]))
    lasting = held.where(Standing.ended_how.is_(None)).order_by(Standing.id).with_for_update()
    ids = set(await session.scalars(lasting))
    rows = [
        {
            "id": uuid5(form_id, str(place.id)),
            "standing_id": place.id,
            "case_id": place.case_id,
            "began_by": by.id,
            "why": why,
        }
        for place in places
        if place.id in ids
    ]
    if not rows:
        return 0
    adding = insert(Suspension).on_conflict_do_nothing().returning(Suspension.standing_id)
    begun = set(await session.scalars(adding, rows))
    await _tell(session, "standing.suspended", begun, by=by)
    return len(begun)


async def resume(session: AsyncSession, suspensions: Sequence[Suspension], *, by: Actor) -> int:
    """These places are taken up again, with all that was lent out of them; how many.

    Raises OppositeSides, with rows written: the caller rolls back to before.
    """
    await hold_sides(session)
    together = await heard_together(session, {one.case_id for one in suspensions})
    before = await chains(session, together)
    # The database's own clock: what follows in this transaction must see it ended.
    ending = (
        sa.update(Suspension)
        .where(Suspension.id.in_([one.id for one in suspensions]), Suspension.ended_at.is_(None))
        .values(ended_at=sa.func.now(), ended_by=by.id)
        .returning(Suspension.standing_id)
        .execution_options(synchronize_session=False)
    )
    ended = set(await session.scalars(ending))
    await require_one_side(session, together, before)
    await _tell(session, "standing.resumed", ended, by=by)
    return len(ended)


async def _tell(session: AsyncSession, act: str, places: Collection[UUID], *, by: Actor) -> None:
    """An entry on every case; nobody has two of these places on one."""
    rows = await session.execute(
        sa.select(Standing.case_id, Standing.role, Person.name)
        .join(Person, Person.id == Standing.person_id)
        .where(Standing.id.in_(places))
    )
    facts = {row.case_id: {"name": row.name, "role": row.role} for row in rows}
    await record_each(session, act, by=by, facts=facts)
