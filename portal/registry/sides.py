"""The two sides of a case and of those heard together with it: nobody acts on both."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Case, Person, Role, Standing
from portal.models.standing import visible_authority

# One lock for all acts that could put somebody on both sides: rare, short, and never in a ring.
_SIDES = 7_003


class OppositeSides(Exception):
    """Somebody would act on both sides of one case, or of cases that are heard together."""

    def __init__(self, name: str, principal: str | None) -> None:
        """`principal`: through whom, where it is a delegate."""
        super().__init__("both sides")
        self.name = name
        self.principal = principal


async def hold_sides(session: AsyncSession) -> None:
    """Until this transaction ends nobody else records, joins or resumes: two could mix the sides."""
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_SIDES)))


async def heard_together(session: AsyncSession, cases: Collection[UUID]) -> Sequence[UUID]:
    """These cases and all that are joined with any of them."""
    first = sa.func.coalesce(Case.joined_to, Case.id)
    leads = sa.select(first).where(Case.id.in_(cases))
    found = sa.select(Case.id).where(sa.or_(Case.id.in_(leads), Case.joined_to.in_(leads)))
    return (await session.scalars(found.order_by(Case.opened_at, Case.id))).all()


async def chains(session: AsyncSession, cases: Collection[UUID]) -> Sequence[Any]:
    """Every chain of authority on these cases, the registry's own left out."""
    a = visible_authority
    who = (a.c.person_id, a.c.case_id, a.c.standing_id, a.c.delegation_id)
    names = (a.c.person_name, a.c.principal_name)
    rows = await session.execute(
        sa.select(*who, *names, sa.func.array_agg(a.c.right).label("rights"))
        .where(a.c.case_id.in_(cases), a.c.standing_id.is_not(None))
        .group_by(*who, *names)
        .order_by(a.c.delegation_id.nulls_first(), a.c.person_name)
    )
    return rows.all()


async def require_one_side(
    session: AsyncSession, cases: Collection[UUID], before: Sequence[Any]
) -> None:
    """Nobody has a place on both sides now, and nobody's loan lapsed because of what changed.

    A loan from both sides, or against one's own, counts for nothing in `authority`: it vanishes.
    Raises OppositeSides; `before` is what `chains` said of these cases before the change.
    """
    await _require_one_place(session, cases)
    after = await chains(session, cases)
    kept = {(row.person_id, row.case_id, row.delegation_id) for row in after}
    for row in before:
        if (row.person_id, row.case_id, row.delegation_id) not in kept:
            raise OppositeSides(row.person_name, row.principal_name)


async def _require_one_place(session: AsyncSession, cases: Collection[UUID]) -> None:
    """Places count while they are recorded, suspended ones too: they may be taken up again."""
    minister = sa.func.bool_or(Standing.role == Role.ministers_counsel)
    other = sa.func.bool_or(Standing.role != Role.ministers_counsel)
    name = await session.scalar(
        sa.select(Person.name)
        .join(Standing, Standing.person_id == Person.id)
        .where(Standing.case_id.in_(cases), Standing.ended_how.is_(None))
        .where(sa.or_(Standing.ends_at.is_(None), Standing.ends_at > sa.func.now()))
        .group_by(Person.id, Person.name)
        .having(sa.and_(minister, other))
        .limit(1)
    )
    if name:
        raise OppositeSides(name, None)
