"""What staff look at leaves an entry too, so that browsing can be found."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record
from portal.web.sessions import Me


async def note_look(session: AsyncSession, me: Me, case_id: UUID) -> None:
    """Record that an officer looked at this case, once an hour; nothing for anybody else."""
    if not me.is_staff:
        return
    seen = await session.scalar(
        sa.text(
            "select exists (select from entry where case_id = :case and actor_id = :me"
            " and act = 'case.read' and at > now() - interval '1 hour')"
        ),
        {"case": case_id, "me": me.id},
    )
    if not seen:
        await record(session, case_id, "case.read", by=Actor(me.id, me.name))
