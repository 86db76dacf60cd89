"""Recalling: an issued notice is taken back before anything of it has left."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.letters import Letter
from notices.model import Attempt, Notice, Service
from portal.audit import Actor, record
from portal.models import BatchRow, RowState


class HasLeft(Exception):
    """It cannot be taken back any more: it was placed, or word of it is on its way."""


async def recall(session: AsyncSession, notice_id: UUID, *, by: Actor, now: datetime) -> bool:
    """Take the notice back; False where somebody did before. Raises HasLeft.

    For an officer who administers its case. A courier that has a mail of it in hand, or a reader
    who has it open, came first: the rows that each of them writes are held here, in one order.
    """
    # Its line in a batch before itself, as whoever recalls the whole batch holds them.
    line = await session.scalar(
        sa.select(BatchRow).where(BatchRow.notice_id == notice_id).with_for_update()
    )
    notice = await session.get_one(Notice, notice_id, with_for_update=True)
    if notice.recalled_at is not None:
        return False
    if now >= notice.leaves_at or await _read_or_sent(session, notice_id):
        raise HasLeft
    notice.recalled_at, notice.recalled_by, notice.recalled_by_name = now, by.id, by.name
    of_notice = Service.notice_id == notice_id
    await session.execute(sa.update(Service).where(of_notice).values(recalled_at=now))
    await session.execute(
        sa.update(Attempt)
        .where(Attempt.service_id.in_(sa.select(Service.id).where(of_notice)))
        .where(Attempt.settled_at.is_(None))
        .values(state="withdrawn", settled_at=now)
    )
    if line is not None:
        line.state = RowState.recalled
    facts = {"notice_id": str(notice.id), "number": notice.number, "kind": notice.kind}
    await record(session, notice.case_id, "notice.recalled", by=by, **facts)
    return True


async def _read_or_sent(session: AsyncSession, notice_id: UUID) -> bool:
    """Whether it was opened, mailed or printed by now; the rows that say so are held from here on."""
    of_notice = sa.select(Service.id).where(Service.notice_id == notice_id)
    said = (
        sa.select(Service.opened_at).where(Service.notice_id == notice_id).order_by(Service.id),
        sa.select(Attempt.tried_at).where(Attempt.service_id.in_(of_notice)).order_by(Attempt.id),
        sa.select(Letter.mailing_id).where(Letter.service_id.in_(of_notice)).order_by(Letter.id),
    )
    # One after the other, as everybody takes them; each is asked to the end before the answer.
    answers = [(await session.scalars(each.with_for_update())).all() for each in said]
    return any(one is not None for answer in answers for one in answer)
