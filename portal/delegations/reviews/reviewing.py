"""Reviewing: which loans nobody has looked at for a quarter, and saying that one is still wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.delegations.ending import end
from portal.delegations.narrowing import narrow
from portal.delegations.selecting import delegations
from portal.delegations.states import IDLE, Lent, tell
from portal.models import Answer, Delegation, DelegationCase, Right

QUARTER = timedelta(days=91)
# So many are asked about at once; the others come when these are answered.
MOST = 100


def due_for_review(me: UUID) -> sa.Select[*tuple[Any, ...]]:
    """Loans of mine, or of who lets me manage access, that count and were looked at long ago.

    Columns: id, grantor_id, looked_at (the acceptance, or the last review), the longest ago first.
    """
    principals = sa.func.portal_principals(type_=sa.Uuid()).column_valued("principal")
    looked = sa.func.greatest(sa.func.min(Answer.accepted_at), Delegation.reviewed_at)
    sign = sa.func.greatest(
        sa.func.max(Answer.accepted_at), sa.func.max(Answer.last_used_at), Delegation.starts_at
    )
    return (
        sa.select(Delegation.id, Delegation.grantor_id, looked.label("looked_at"))
        .join(Answer, Answer.delegation_id == Delegation.id)
        .where(Delegation.grantor_id.in_(sa.select(principals)))
        .where(Delegation.ended_at.is_(None), Delegation.ends_at > sa.func.now())
        # Nobody reviews what he or she was lent.
        .where(Answer.accepted_at.is_not(None), Answer.ended_at.is_(None), Answer.person_id != me)
        .group_by(Delegation.id)
        .having(looked < sa.func.now() - QUARTER, sign > sa.func.now() - IDLE)
        .order_by(sa.text("looked_at"), Delegation.id)
    )


async def list_due(session: AsyncSession, me: UUID, *, now: datetime) -> Sequence[Lent]:
    """The loans to be asked about, as their lender sees them."""
    due = due_for_review(me).limit(MOST).subquery()
    asked = delegations().join(due, due.c.id == Delegation.id)
    rows = await session.execute(asked.order_by(due.c.looked_at, Delegation.id))
    return [tell(row, now, mine=True, me=me) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What was said of one loan: keep, narrow or end; and how narrow."""

    lent: Lent
    word: str
    rights: frozenset[Right]
    ends_at: datetime

    @property
    def narrows(self) -> bool:
        """Whether it is less than what is lent now."""
        row = self.lent.row
        less = self.rights < set(row.rights) or self.ends_at < row.ends_at
        return less and self.rights <= set(row.rights) and self.ends_at <= row.ends_at


async def answer_review(
    session: AsyncSession,
    said: Sequence[Said],
    *,
    me: UUID,
    key: UUID,
    actors: Mapping[UUID, Actor],
    now: datetime,
) -> Sequence[UUID]:
    """Do what was said of each, in one transaction; the ids of the endings, one for each grantor.

    `key` comes with the form: pressed twice, it is done once. `actors`: the reader, for each grantor.
    """
    kept = [one.lent.row.id for one in said if one.word == "keep"]
    for one in said:
        if one.word == "narrow":
            by = actors[one.lent.row.grantor_id]
            kept.append(await _narrow(session, one, key=key, by=by, now=now))
    grantors = sorted({one.lent.row.grantor_id for one in said if one.word == "end"})
    endings = [uuid5(key, str(grantor)) for grantor in grantors]
    for ending, grantor in zip(endings, grantors, strict=True):
        going = [one.lent.row for one in said if one.word == "end"]
        await end(
            session,
            [row.id for row in going if row.grantor_id == grantor],
            ending_id=ending,
            grantor=grantor,
            by=actors[grantor],
            now=now,
        )
    await _keep(session, kept, by=me, now=now)
    return endings


async def _narrow(
    session: AsyncSession, said: Said, *, key: UUID, by: Actor, now: datetime
) -> UUID:
    row = said.lent.row
    named = sa.select(DelegationCase.case_id).where(DelegationCase.delegation_id == row.id)
    new_id = uuid5(key, str(row.id))
    await narrow(
        session,
        row.id,
        new_id=new_id,
        rights=said.rights,
        cases=None if row.all_cases else (await session.scalars(named)).all(),
        ends_at=said.ends_at,
        by=by,
        now=now,
    )
    return new_id


async def _keep(session: AsyncSession, loans: Sequence[UUID], *, by: UUID, now: datetime) -> None:
    """They are still wanted; the next question comes in a quarter."""
    await session.execute(
        sa.update(Delegation)
        .where(Delegation.id.in_(loans), Delegation.ended_at.is_(None))
        .values(reviewed_at=now, reviewed_by=by)
        .execution_options(synchronize_session=False)
    )
