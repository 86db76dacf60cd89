"""Entries: recording every act, and proving that none was changed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.gate import Chain
from portal.models import Entry


@dataclass(frozen=True)
class Actor:
    """Who acts, and where through a delegation, for whom."""

    id: UUID | None
    name: str
    chain: Chain | None = None


SYSTEM = Actor(None, "Dossier")
MANY = 500


async def record(
    session: AsyncSession, case_id: UUID, act: str, *, by: Actor, **facts: Any
) -> None:
    """Write one entry in the caller's transaction; the database numbers, dates and chains it."""
    await record_each(session, act, by=by, facts={case_id: facts})


async def record_each(
    session: AsyncSession, act: str, *, by: Actor, facts: Mapping[UUID, Mapping[str, Any]]
) -> None:
    """Write the same act on several cases, always in the same order: no two wait in a ring."""
    if not facts:
        return
    lent = by.chain if by.chain and by.chain.lent else None
    who = {
        "act": act,
        "actor_id": by.id,
        "actor_name": by.name,
        "principal_id": lent.principal_id if lent else None,
        "principal_name": lent.principal_name if lent else None,
        "delegation_id": lent.delegation_id if lent else None,
    }
    rows = [who | {"case_id": case_id, "facts": facts[case_id]} for case_id in sorted(facts)]
    # Inline: the new row is not asked back, for its writer may not be allowed to read it yet. Many
    # at once, so that the policy finds out once, not for each, which cases the writer sees.
    for at in range(0, len(rows), MANY):
        await session.execute(sa.insert(Entry).inline().values(rows[at : at + MANY]))


@dataclass(frozen=True)
class Broken:
    """Where a chain does not hold: the first entry that is not what was written."""

    case_id: UUID
    number: int


async def verify(session: AsyncSession, case_id: UUID) -> Broken | None:
    """Recompute the whole chain of a case; None when every entry is as it was written."""
    text = sa.func.entry_text(sa.literal_column("entry")).label("text")
    rows = await session.execute(
        sa.select(Entry.number, Entry.previous, Entry.hash, text)
        .where(Entry.case_id == case_id)
        .order_by(Entry.number)
    )
    previous: bytes | None = None
    for expected, row in enumerate(rows, start=1):
        whole = hashlib.sha256(row.text.encode()).digest() == row.hash
        if not (whole and row.number == expected and row.previous == previous):
            return Broken(case_id, expected)
        previous = row.hash
    return None
