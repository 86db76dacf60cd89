"""Gathering: a notice's ladders and the entries that tell of it, as far as this reader may know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.gate import Right
from portal.models import Entry
from portal.registry.issued.reading import Issued, read_issued
from portal.rules import rules


@dataclass(frozen=True)
class Told:
    """An entry that tells of the notice: its place, its hash, and the very text that was hashed."""

    number: int
    hash: str
    text: str
    act: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that a proof of service states, by whom it was asked for, and when."""

    issued: Issued
    told: Sequence[Told]
    # The hash of every entry from the one before the first of those to the last, by its number.
    chain: Mapping[int, str]
    made_at: datetime
    made_by: str

    @property
    def zone(self) -> str:
        """The clock of the registry's office, which papers go by."""
        return rules.offices[self.issued.opened.case.office].zone


async def gather(
    session: AsyncSession, me: UUID, notice_id: UUID, *, right: Right, now: datetime, name: str
) -> Evidence:
    """The evidence of one notice for who holds this right on its case; Unknown, Lacking.

    Row-level security leaves out whoever is not on the reader's side, and their mails and letters.
    """
    issued = await read_issued(session, me, notice_id, now=now, right=right)
    text = sa.func.entry_text(sa.literal_column("entry")).label("text")
    digest = sa.func.encode(Entry.hash, "hex").label("hash")
    rows = await session.execute(
        sa.select(Entry.number, digest, text, Entry.act, Entry.at)
        .where(Entry.case_id == issued.opened.id)
        .where(Entry.facts["notice_id"].astext == str(notice_id))
        .order_by(Entry.number)
    )
    told = [Told(*row) for row in rows]
    chain = await _chain(session, issued.opened.id, told)
    return Evidence(issued=issued, told=told, chain=chain, made_at=now, made_by=name)


async def _chain(session: AsyncSession, case_id: UUID, told: Sequence[Told]) -> Mapping[int, str]:
    if not told:
        return {}
    chain = sa.func.portal_chain(case_id, told[0].number - 1, told[-1].number).table_valued(
        sa.column("number", sa.Integer), sa.column("hash", sa.LargeBinary)
    )
    rows = await session.execute(sa.select(chain.c.number, chain.c.hash))
    return {row.number: row.hash.hex() for row in rows}
