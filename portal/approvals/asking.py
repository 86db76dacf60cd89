"""Asking: who may prepare but not file puts a draft before the person in whose name it is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.delegations.answering import note_use
from portal.documents.drafting import hold
from portal.documents.filing import require_whole
from portal.documents.reading import Package, read_submission
from portal.gate import Right, Unknown
from portal.models import Approval


async def ask(
    session: AsyncSession,
    draft_id: UUID,
    *,
    key: UUID,
    me: UUID,
    name: str,
    now: datetime,
    seen: str | None = None,
) -> Package:
    """Put a draft before its principal; one that waits already, or that I may file, stays as it is.

    `key`: the round's id, from the form: pressed twice it is asked once. `seen`: as for filing.
    """
    await hold(session, draft_id, me=me)
    draft = await read_submission(session, me, draft_id)
    if draft.asked or draft.chain(Right.file):
        return draft
    chain = draft.chain(Right.prepare)
    if chain is None:
        raise Unknown
    require_whole(draft, seen)
    await session.execute(
        insert(Approval)
        .inline()
        .values(
            id=key,
            submission_id=draft_id,
            case_id=draft.opened.id,
            principal_id=draft.submission.principal_id,
            asked_by=me,
            asked_by_name=name,
            asked_at=now,
        )
        .on_conflict_do_nothing()
    )
    await note_use(session, chain.delegation_id, by=me, now=now)
    return draft
