"""Ordering: files of a draft in the order in which they are filed and numbered."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.documents.drafting import hold_to_change
from portal.gate import Right, open_case
from portal.models import Document

# One step towards the first or the last file.
Step = Literal["up", "down"]

_PUT = sa.text(
    """
    update document d set position = put.place
    from unnest(cast(:ids as uuid[])) with ordinality as put (id, place)
    where d.id = put.id and d.position <> put.place
    """
)


async def move(session: AsyncSession, document: Document, *, to: Step, me: UUID) -> int:
    """Put a file one place further up or down among those of its draft; its place then, from 1.

    Nothing goes beyond the first or the last place; a file that was taken out stays where it was.
    """
    await hold_to_change(session, document.submission_id, me=me)
    ids = await _listed(session, document.submission_id)
    if document.id not in ids:
        return 0
    at = ids.index(document.id)
    wanted = min(max(at + {"up": -1, "down": 1}[to], 0), len(ids) - 1)
    ids.insert(wanted, ids.pop(at))
    await session.execute(_PUT, {"ids": ids})
    return wanted + 1


async def arrange(
    session: AsyncSession, draft_id: UUID, wanted: Sequence[UUID], *, me: UUID
) -> None:
    """Put the files of a draft in this order; what is not named comes after, as it stood."""
    case_id, _ = await hold_to_change(session, draft_id, me=me)
    await open_case(session, me, case_id, right=Right.prepare)
    ids = await _listed(session, draft_id)
    named = dict.fromkeys(one for one in wanted if one in ids)
    rest = (one for one in ids if one not in named)
    await session.execute(_PUT, {"ids": [*named, *rest]})


async def _listed(session: AsyncSession, draft_id: UUID) -> list[UUID]:
    """The files of a draft in their order."""
    listed = await session.scalars(
        sa.select(Document.id)
        .where(Document.submission_id == draft_id, Document.removed_at.is_(None))
        .order_by(Document.position, Document.kept_at)
    )
    return list(listed)
