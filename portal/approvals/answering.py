"""Answering: a draft that waits is filed, sent back with a remark, or taken back."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.documents.drafting import hold
from portal.documents.reading import read_submission
from portal.gate import Lacking, Right, Unknown, find
from portal.models import Approval, Outcome


class AnsweredAlready(Exception):
    """The draft does not wait any more: somebody was faster, or it was taken back."""

    def __init__(self, submission_id: UUID) -> None:
        """`submission_id`: the draft."""
        super().__init__(submission_id)
        self.submission_id = submission_id


async def send_back(
    session: AsyncSession, approval_id: UUID, *, me: UUID, name: str, now: datetime, remark: str
) -> UUID:
    """Give a draft back to who prepared it, saying why; the draft's id."""
    asked = await find(session, Approval, approval_id)
    await hold(session, asked.submission_id, me=me)
    draft = await read_submission(session, me, asked.submission_id)
    if draft.chain(Right.file) is None:
        raise Lacking(Right.file, (draft.submission.principal,))
    await _answer(session, asked, Outcome.returned, me=me, name=name, now=now, remark=remark)
    return asked.submission_id


async def take_back(
    session: AsyncSession, approval_id: UUID, *, me: UUID, name: str, now: datetime
) -> UUID:
    """Go on with a draft of mine that nobody has answered yet; the draft's id."""
    asked = await find(session, Approval, approval_id)
    if asked.asked_by != me:
        raise Unknown
    await hold(session, asked.submission_id, me=me)
    await _answer(session, asked, Outcome.taken_back, me=me, name=name, now=now)
    return asked.submission_id


async def note_filed(
    session: AsyncSession, submission_id: UUID, *, me: UUID, name: str, now: datetime
) -> None:
    """The draft is filed: that is the answer, if anybody waits for one."""
    waiting = Approval.submission_id == submission_id
    await session.execute(_answered(waiting, Outcome.filed, me=me, name=name, now=now))


async def _answer(
    session: AsyncSession,
    asked: Approval,
    outcome: Outcome,
    *,
    me: UUID,
    name: str,
    now: datetime,
    remark: str | None = None,
) -> None:
    this = Approval.id == asked.id
    row = _answered(this, outcome, me=me, name=name, now=now, remark=remark)
    if await session.scalar(row.returning(Approval.id)) is None:
        raise AnsweredAlready(asked.submission_id)


def _answered(
    which: sa.ColumnElement[bool],
    outcome: Outcome,
    *,
    me: UUID,
    name: str,
    now: datetime,
    remark: str | None = None,
) -> sa.Update:
    return (
        sa.update(Approval)
        .where(which, Approval.answered_at.is_(None))
        .values(
            outcome=outcome, answered_at=now, answered_by=me, answered_by_name=name, remark=remark
        )
        .execution_options(synchronize_session=False)
    )
