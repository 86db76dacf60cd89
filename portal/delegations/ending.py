"""Ending: one loan, all of a person's or all there are, in one transaction that can be proven."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record_each
from portal.delegations.answering import held, leave
from portal.gate import Unknown
from portal.models import Answer, Delegation, Ending

# Beyond so many, a case's entry does not list the loans that ended: they name the ending.
MANY = 100


async def what_is_lost(
    session: AsyncSession, delegations: Collection[UUID], *, leaver: UUID | None = None
) -> Sequence[Any]:
    """What ending these takes from whom: rows of case_id, names, delegations, side."""
    asked = sa.cast(list(delegations), ARRAY(sa.Uuid))
    lost = sa.func.portal_lost(asked, leaver).table_valued(
        sa.column("case_id", sa.Uuid), "names", "delegations", "side"
    )
    # As JSON: a thousand people on a hundred cases are read ten times as fast as out of arrays.
    arrays = [
        sa.func.to_json(column, type_=sa.JSON).label(column.key)
        for column in (lost.c.names, lost.c.delegations)
    ]
    rows = sa.select(lost.c.case_id, lost.c.side, *arrays).order_by(lost.c.case_id)
    return (await session.execute(rows)).all()


async def give_back(
    session: AsyncSession, delegation_id: UUID, *, by: Actor, now: datetime
) -> None:
    """End what was lent to me, at once. Twice is once."""
    lent, mine = await held(session, delegation_id, by.id)
    if mine is None or mine.accepted_at is None:
        raise Unknown
    if mine.ended_at or lent.ended_at or lent.ends_at <= now:
        return
    lost = await what_is_lost(session, [delegation_id], leaver=by.id)
    await _record(session, lost, by=by)
    mine.ended_at, mine.ended_by = now, by.id
    await session.flush()


async def end(
    session: AsyncSession,
    delegations: Collection[UUID],
    *,
    ending_id: UUID,
    grantor: UUID,
    by: Actor,
    now: datetime,
    leaver: UUID | None = None,
) -> bool:
    """End these loans of one grantor, or withdraw their offers; whether anything was there to end.

    All of them in this transaction, with one entry on each case that names everybody who lost it;
    `ending_id` comes with the form: pressed twice, it is done once. Those of others are left alone.
    `leaver`: of what was lent to a team, only this person's part ends; the others keep theirs.
    """
    going = await _held(session, delegations, grantor=grantor, now=now)
    if not going or not await _begin(session, ending_id, grantor=grantor, by=by, now=now):
        return False
    lost = await what_is_lost(session, list(going), leaver=leaver)
    await _record(session, lost, by=by, ending_id=str(ending_id))
    if leaver is not None:
        shared = [key for key, team in going.items() if team is not None]
        await leave(session, shared, leaver, by=by, now=now)
    whole = [key for key, team in going.items() if leaver is None or team is None]
    await session.execute(
        sa.update(Delegation)
        .where(Delegation.id.in_(whole))
        .values(ended_at=now, ended_by=by.id, ending_id=ending_id)
        .execution_options(synchronize_session=False)
    )
    return True


async def _held(
    session: AsyncSession, delegations: Collection[UUID], *, grantor: UUID, now: datetime
) -> dict[UUID, UUID | None]:
    """Those of them that can still end, locked with their answers, each with its team."""
    mine = (
        sa.select(Delegation.id, Delegation.team_id)
        .where(Delegation.id.in_(delegations), Delegation.grantor_id == grantor)
        .where(Delegation.ended_at.is_(None), Delegation.ends_at > now)
        .order_by(Delegation.id)
        # Not its key: an entry that names a loan has the case's chain in hand, and must not wait.
        .with_for_update(key_share=True)
    )
    going = {row.id: row.team_id for row in await session.execute(mine)}
    await session.execute(
        sa.select(Answer.person_id)
        .where(Answer.delegation_id.in_(going))
        .order_by(Answer.delegation_id, Answer.person_id)
        .with_for_update()
    )
    return going


async def _begin(
    session: AsyncSession, ending_id: UUID, *, grantor: UUID, by: Actor, now: datetime
) -> bool:
    """Write what the entries and the loans will name; False where this form was pressed before."""
    made = await session.execute(
        insert(Ending)
        .inline()
        .values(
            id=ending_id, grantor_id=grantor, ended_by=by.id, ended_by_name=by.name, ended_at=now
        )
        .on_conflict_do_nothing()
        .returning(Ending.id)
    )
    return made.scalar() is not None


async def _record(session: AsyncSession, lost: Sequence[Any], *, by: Actor, **facts: str) -> None:
    """One entry on each case, naming everybody who lost it, and one loan at least that ended."""
    each = {
        row.case_id: facts
        | {"delegation_id": row.delegations[0], "name": ", ".join(row.names), "side": row.side}
        | ({} if len(row.delegations) > MANY and facts else {"delegations": row.delegations})
        for row in lost
    }
    await record_each(session, "delegation.ended", by=by, facts=each)
