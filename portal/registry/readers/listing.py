"""Listing: everybody who has opened a document or taken it with them, as the entries say."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Document, Entry


async def read_readers(session: AsyncSession, document: Document) -> Sequence[Any]:
    """Each time somebody got its bytes, the first time first: by itself, or with the whole case."""
    return (await session.execute(_readings(document.case_id, document.id))).all()


def _readings(case_id: UUID, document_id: UUID) -> sa.Select[*tuple[Any, ...]]:
    one = sa.and_(
        Entry.act == "document.read", Entry.facts["document_id"].astext == str(document_id)
    )
    among = sa.and_(Entry.act == "case.taken", Entry.facts["documents"].has_key(str(document_id)))
    return (
        sa.select(Entry.at, Entry.act, Entry.actor_name, Entry.principal_name)
        .where(Entry.case_id == case_id, sa.or_(one, among))
        .order_by(Entry.number)
    )
