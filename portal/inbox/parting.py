"""Parting: who was counsel reads the notices that say so, and nothing else of the case."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.issuing import By, open_notice
from notices.model import Notice, Service
from portal.audit import Actor, record
from portal.gate import Unknown
from portal.web.sessions import Me


async def read_parting(
    session: AsyncSession, me: Me, service_id: UUID, *, now: datetime
) -> tuple[Service, Notice, bool]:
    """My copy, and whether this was its opening; Unknown where row-level security shows none."""
    row = (
        await session.execute(
            sa.select(Service, Notice)
            .join(Notice, Notice.id == Service.notice_id)
            .where(Service.id == service_id, Service.person_id == me.id)
            .where(sa.func.portal_parting(Notice.id))
        )
    ).one_or_none()
    if row is None:
        raise Unknown
    first = await open_notice(session, service_id, by=By(me.id, me.name), now=now)
    if first:
        facts = {"notice_id": str(row.Notice.id), "number": row.Notice.number}
        by = Actor(me.id, me.name)
        await record(session, row.Service.case_id, "notice.opened", by=by, **facts)
    return row.Service, row.Notice, first
