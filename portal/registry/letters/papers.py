"""The papers that go into envelopes: as they were kept at issue, or made now, once, of the same facts."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from notices.issuing import Paper
from notices.kinds import KINDS
from notices.model import Notice
from portal.models import Case
from portal.parts import Parts
from portal.registry.noticing import keep_letter, write_letter


async def papers_for(portal: Parts, notices: Sequence[UUID]) -> Mapping[UUID, Paper]:
    """Each notice's paper. Those that the portal wrote by itself have none until they are printed."""
    async with portal.database.system_transaction() as session:
        rows = (
            await session.execute(
                sa.select(Notice, Case)
                .join(Case, Case.id == Notice.case_id)
                .where(Notice.id.in_(notices))
            )
        ).all()
    return {notice.id: _kept(notice) or await _make(portal, notice, case) for notice, case in rows}


def _kept(notice: Notice) -> Paper | None:
    if notice.pdf_key is None or notice.pdf_sha256 is None or notice.pdf_size is None:
        return None
    return Paper(key=notice.pdf_key, sha256=notice.pdf_sha256, size=notice.pdf_size)


async def _make(portal: Parts, notice: Notice, case: Case) -> Paper:
    """Write it as of the day it was issued, and keep it as the notice's paper from now on."""
    facts = KINDS[notice.kind].from_json(notice.facts)
    pdf = await asyncio.to_thread(
        write_letter,
        facts,
        case,
        notice_id=notice.id,
        settings=portal.settings,
        now=notice.issued_at,
    )
    paper = await asyncio.to_thread(keep_letter, portal.store, pdf)
    async with portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Notice)
            .where(Notice.id == notice.id, Notice.pdf_key.is_(None))
            .values(pdf_key=paper.key, pdf_sha256=paper.sha256, pdf_size=paper.size)
        )
        kept = _kept(await session.get_one(Notice, notice.id)) or paper
    if kept.key != paper.key:
        # Another worker was first: what it kept is the paper.
        await asyncio.to_thread(portal.store.delete, paper.key)
    return kept
