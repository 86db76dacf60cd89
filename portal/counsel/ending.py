"""Ending counsel's place: by the client at once, by the registry once it permits a withdrawal."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.counsel.announcing import announce, announce_soon
from portal.models import Case, Role, Standing
from portal.registry.losing import Loss
from portal.registry.recording import end_standing
from portal.web.language import N_

REVOKED = N_("The client’s revocation was received")
PERMITTED = N_("The Division permitted the withdrawal")


async def hold_counsel(session: AsyncSession, case_id: UUID) -> None:
    """Before anything else of the case is held: nobody else ends a place of counsel meanwhile."""
    places = sa.select(Standing.id).where(
        Standing.case_id == case_id, Standing.role == Role.counsel
    )
    await session.execute(places.order_by(Standing.id).with_for_update())


async def revoke(
    session: AsyncSession, standing: Standing, *, how: str, by: Actor, now: datetime
) -> list[Loss]:
    """The client removes counsel: effective when received (RPD Rules, r. 16), for delegates too.

    Said twice, it is done once. `how`: the reason as it stays on the record.
    """
    losses = await end_standing(session, standing, how=how, by=by, now=now)
    await announce_soon(session, standing)
    return losses


async def let_go(
    session: AsyncSession, standing: Standing, *, case: Case, how: str, by: Actor, now: datetime
) -> list[Loss]:
    """The registry permits counsel to withdraw (RPD Rules, r. 15); everybody is told with it."""
    losses = await end_standing(session, standing, how=how, by=by, now=now)
    await announce(session, case, key=standing.id, ended=[standing], since=now, by=by, now=now)
    return losses
