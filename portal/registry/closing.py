"""Closing a case, which ends the places of counsel in it, and opening it again."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record
from portal.hearings.booking import COUNSEL, release_counsel
from portal.models import Case, Standing
from portal.registry.losing import Loss, what_ends

CLOSED = "case closed"


async def closing_ends(
    session: AsyncSession, case: Case, *, lock: bool = False
) -> Sequence[Standing]:
    """The places that end with the case: counsel's, on both sides.

    Parties and representatives keep their file: they may need the decision, and may apply to
    reopen the case (RPD Rules, r. 62).
    """
    places = (
        sa.select(Standing)
        .where(Standing.case_id == case.id, Standing.role.in_(COUNSEL))
        .where(Standing.ended_how.is_(None))
        .order_by(Standing.id)
    )
    return (await session.scalars(places.with_for_update() if lock else places)).all()


async def close_case(
    session: AsyncSession, case: Case, *, by: Actor, now: datetime
) -> Sequence[Loss]:
    """Close it, and end counsel's places with all that was lent out of them; twice is once."""
    await session.refresh(case, with_for_update=True)
    if case.closed_at is not None:
        return []
    places = await closing_ends(session, case, lock=True)
    losses = await what_ends(session, places)
    for place in places:
        place.ends_at = min(place.ends_at or now, now)
        place.ended_how, place.ended_by = CLOSED, by.id
    case.closed_at, case.closed_by = now, by.id
    await session.flush()
    await release_counsel(session, case.id, now=now)
    counsel = [loss.name for loss in losses if not loss.lent]
    await record(session, case.id, "case.closed", by=by, counsel=counsel)
    return losses


async def reopen_case(session: AsyncSession, case: Case, *, by: Actor) -> None:
    """Open it again; who stands in it is recorded anew."""
    await session.refresh(case, with_for_update=True)
    if case.closed_at is None:
        return
    case.closed_at = case.closed_by = None
    await session.flush()
    await record(session, case.id, "case.reopened", by=by)
