"""Leaving: what it takes, going or being removed, and who leads the team afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.delegations.ending import what_is_lost
from portal.delegations.listing import SHOWN_CASES
from portal.delegations.selecting import delegations
from portal.gate import Unknown, find
from portal.models import Case, Delegation, Membership
from portal.teams.listing import places
from storage.bundle import bundle


class LastLeader(Exception):
    """Others remain, and nobody would lead them."""


@dataclass(frozen=True)
class Leaving:
    """A place in a team, and what is lost with it."""

    place: Any
    # The loans, and of their cases those whose titles the reader may see.
    loans: Sequence[Any]
    cases: Sequence[Any]


async def read_leaving(session: AsyncSession, place: UUID, *, me: UUID) -> Leaving:
    """What ends when this person leaves; for that person and for those who lead the team."""
    found = await bundle(
        session,
        place=places().where(Membership.id == place),
        loans=sa.select(Delegation.id)
        .join(Membership, Membership.team_id == Delegation.team_id)
        .where(Membership.id == place),
    )
    row = found.place[0] if found.place else None
    if row is None or not (row.person_id == me or row.i_lead):
        raise Unknown
    lost = await what_is_lost(session, [one.id for one in found.loans], leaver=row.person_id)
    loans = {UUID(str(key)) for one in lost for key in one.delegations}
    more = await bundle(
        session,
        loans=delegations().where(Delegation.id.in_(loans)).order_by(Delegation.offered_at),
        cases=sa.select(Case.id, Case.title)
        .where(Case.id.in_([one.case_id for one in lost]))
        .order_by(Case.title)
        .limit(SHOWN_CASES + 1),
    )
    return Leaving(row, more.loans, more.cases)


async def leave(session: AsyncSession, place: UUID) -> None:
    """Leave a team, remove somebody from one I lead, or withdraw its invitation. Twice is once.

    The database ends what was lent through the team and writes the entries: whoever removes
    somebody need not see the cases.
    """
    left = await session.scalar(sa.select(sa.func.portal_leave(place, type_=sa.Boolean())))
    if left is None:
        raise Unknown
    if not left:
        raise LastLeader


async def let_lead(session: AsyncSession, place: UUID) -> UUID:
    """Let somebody in a team that I lead lead it too. Returns the team's id."""
    row = await find(session, Membership, place)
    if not await session.scalar(sa.select(sa.func.portal_leads(row.team_id))):
        raise Unknown
    await session.execute(sa.select(sa.func.portal_let_lead(place)))
    return row.team_id
