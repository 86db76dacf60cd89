"""One look without an account: the hearing of the case and nothing else, for some minutes, once a pass."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import SYSTEM, record
from portal.joining.knocking import PassOver, open_pass
from portal.models import Hearing, Joining
from portal.rules import rules


async def begin_look(session: AsyncSession, token: str | None, *, now: datetime) -> None:
    """Turn a pass into a look: from now on it shows the hearing, and makes no account.

    The code goes on: it can make an account later. Pressed twice, the minutes are not counted anew.
    """
    joining, letter, _ = await open_pass(session, token, now=now, lock=True)
    if joining.looked_at is not None:
        return
    joining.looked_at = now
    joining.ends_at = now + timedelta(minutes=rules.joining.look_minutes)
    facts = {"name": letter.name, "side": "person"}
    await record(session, letter.case_id, "invitation.looked", by=SYSTEM, **facts)


async def look(
    session: AsyncSession, token: str | None, *, now: datetime
) -> tuple[Joining, Sequence[Hearing]]:
    """The hearings to come, soonest first, and the pass that shows them; raises PassOver."""
    joining, letter, _ = await open_pass(session, token, now=now)
    if joining.looked_at is None:
        raise PassOver
    over = Hearing.ends_at <= now
    found = await session.scalars(
        sa.select(Hearing)
        .where(Hearing.case_id == letter.case_id, Hearing.cancelled_at.is_(None), sa.not_(over))
        .order_by(Hearing.starts_at)
    )
    return joining, found.all()
