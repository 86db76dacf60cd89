"""Perfecting: the appellant's record among what was filed perfects an appeal, in time or late."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.appeals.counting import judge, record_due
from portal.audit import Actor, record
from portal.models import Appeal, Case
from portal.rules import rules

PERFECTING = frozenset(code for code, kind in rules.document_types.items() if kind.perfects)


def perfects(documents: Sequence[Any], *, side: str) -> bool:
    """Whether these, filed by this side, are the record that an appeal waits for."""
    return side == "person" and any(one.type in PERFECTING for one in documents)


async def note_perfection(
    session: AsyncSession,
    filed: Mapping[UUID, UUID],
    documents: Sequence[Any],
    *,
    side: str,
    by: Mapping[UUID, Actor],
    now: datetime,
) -> None:
    """Mark what this filing perfects (`filed`: submissions by case); what is perfected stays so."""
    if not perfects(documents, side=side):
        return
    waiting = await session.execute(
        sa.select(Appeal, Case.office)
        .join(Case, Case.id == Appeal.case_id)
        .where(Appeal.case_id.in_(list(filed)), Appeal.perfected_at.is_(None))
        .order_by(Appeal.case_id)
        .with_for_update(of=Appeal)
    )
    for appeal, office in waiting.all():
        judged = judge(record_due(appeal.reasons_received_on, office=office), now)
        appeal.perfected_at, appeal.perfection = now, judged
        appeal.perfected_by = filed[appeal.case_id]
        await session.flush()
        facts = {"submission_id": str(appeal.perfected_by), "late": judged["late"]}
        await record(session, appeal.case_id, "appeal.perfected", by=by[appeal.case_id], **facts)
