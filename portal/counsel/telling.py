"""Telling: the job that announces the end of counsel's place, where a client ended it."""

from uuid import UUID

import sqlalchemy as sa

from portal.audit import SYSTEM
from portal.counsel.announcing import announce
from portal.models import Case, Standing
from portal.parts import Parts


async def tell_counsel(portal: Parts, standing_id: UUID) -> None:
    """Announce the end of this place of counsel; done again, nothing."""
    async with portal.database.system_transaction() as session:
        ended = await session.get_one(Standing, standing_id)
        case = await session.get_one(Case, ended.case_id)
        now = await session.scalar(sa.select(sa.func.now()))
        if ended.ends_at is not None and now is not None:
            await announce(
                session, case, key=ended.id, ended=[ended], since=ended.ends_at, by=SYSTEM, now=now
            )
