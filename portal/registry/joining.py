"""Joining cases, to be heard together, and separating them (RPD Rules, r. 55 and 56)."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record_each
from portal.models import Case, Party
from portal.registry.sides import chains, heard_together, hold_sides, require_one_side


class TogetherAlready(Exception):
    """The two are one case, or are heard together already."""


async def find_to_join(session: AsyncSession, case: Case, number: str) -> Case | None:
    """The open case of the same division that holds this file number."""
    return await session.scalar(
        sa.select(Case)
        .join(Party, Party.case_id == Case.id)
        .where(sa.func.upper(Party.file_number) == number.upper())
        .where(Case.division == case.division, Case.closed_at.is_(None))
    )


async def others_heard_with(session: AsyncSession, case: Case) -> Sequence[Case]:
    """The cases that are heard together with this one, the oldest first."""
    ids = await heard_together(session, [case.id])
    others = sa.select(Case).where(Case.id.in_(ids), Case.id != case.id)
    return (await session.scalars(others.order_by(Case.opened_at, Case.id))).all()


async def join(session: AsyncSession, case: Case, other: Case, *, by: Actor) -> None:
    """From now both, and all that either is joined with, are heard together; the oldest leads.

    Raises TogetherAlready, or OppositeSides with rows written: the caller rolls back to before.
    """
    await hold_sides(session)
    if other.id in await heard_together(session, [case.id]):
        raise TogetherAlready
    together = await heard_together(session, [case.id, other.id])
    before = await chains(session, together)
    await _lead(session, together)
    await require_one_side(session, together, before)
    await _tell(session, "case.joined", together, by=by)


async def separate(session: AsyncSession, case: Case, *, by: Actor) -> bool:
    """From now this case is heard alone, and the others together without it; whether it was not."""
    await hold_sides(session)
    together = await heard_together(session, [case.id])
    if together == [case.id]:
        return False
    await _lead(session, [case.id])
    await _lead(session, [one for one in together if one != case.id])
    await _tell(session, "case.separated", together, by=by)
    return True


async def _lead(session: AsyncSession, together: Sequence[UUID]) -> None:
    """The first of these leads the others, flat: nobody is joined to a joined one."""
    lead = together[0]
    values = {"joined_to": sa.case((Case.id == lead, None), else_=lead)}
    await session.execute(
        sa.update(Case)
        .where(Case.id.in_(together))
        .values(values)
        .execution_options(synchronize_session=False)
    )


async def _tell(session: AsyncSession, act: str, together: Sequence[UUID], *, by: Actor) -> None:
    """An entry on each. It names no other case: not everybody on this one may see those."""
    others = {one: [str(each) for each in together if each != one] for one in together}
    facts = {one: {"cases": each} for one, each in others.items()}
    await record_each(session, act, by=by, facts=facts)
