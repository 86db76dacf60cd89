"""Answering: accepting or refusing what is offered, with an entry on each case it opens."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record_each
from portal.gate import Unknown
from portal.models import Answer, Calling, Delegation, Person


class OfferOver(Exception):
    """The offer was withdrawn or refused, or waited for too long."""


class BothSides(Exception):
    """Accepting would put one person on both sides of a case, or of the registry's desk."""


class ForCounsel(Exception):
    """Only counsel can cover for counsel."""


async def accept(
    session: AsyncSession, delegation_id: UUID, *, by: Actor, undertaking: str, now: datetime
) -> Delegation:
    """Take what is offered; it counts from this moment, or from its first day. Twice is once.

    `undertaking`: the version of the promise that was given. What this replaces ends with it.
    """
    lent, mine = await held(session, delegation_id, by.id)
    if mine is not None and mine.accepted_at and not (mine.ended_at or lent.ended_at):
        return lent
    if not is_open(lent, now) or not await _may_answer(session, delegation_id):
        raise OfferOver
    if await session.scalar(sa.select(sa.func.portal_conflicts(delegation_id))):
        raise BothSides
    if lent.kind == "cover" and not await _is_counsel(session, by.id):
        raise ForCounsel
    await _answer(session, lent, by, after=mine, accepted_at=now, undertaking=undertaking)
    if lent.replaces_id:
        await leave(session, [lent.replaces_id], by.id, by=by, now=now)
    await _record_acceptance(session, lent, by=by)
    return lent


async def refuse(session: AsyncSession, delegation_id: UUID, *, by: Actor, now: datetime) -> None:
    """Say no to an offer. An offer that is over already stays as it is."""
    lent, mine = await held(session, delegation_id, by.id)
    if is_open(lent, now) and await _may_answer(session, delegation_id):
        await _answer(session, lent, by, after=mine, declined_at=now)
    elif mine is None and await _lends(session, lent.grantor_id):
        raise Unknown


def is_open(lent: Delegation, now: datetime) -> bool:
    """Whether the offer can still be answered: by its address for 7 days, by a team as it lasts."""
    if lent.ended_at is not None or lent.ends_at <= now:
        return False
    return lent.team_id is not None or now < lent.open_until


async def note_use(
    session: AsyncSession, delegation_id: UUID | None, *, by: UUID, now: datetime
) -> None:
    """Something was done through this delegation (None: through none): it is not idle.

    Written once an hour at most, by whoever acts, in the transaction of the act. Two acts that
    both hold the loan would wait for each other: one of them skips this.
    """
    if delegation_id is None:
        return
    long_ago = Answer.last_used_at < now - timedelta(hours=1)
    mine = (
        sa.select(Answer.delegation_id)
        .where(Answer.delegation_id == delegation_id, Answer.person_id == by)
        .where(Answer.ended_at.is_(None))
        .where(sa.or_(Answer.last_used_at.is_(None), long_ago))
        .with_for_update(skip_locked=True)
    )
    await session.execute(
        sa.update(Answer)
        .where(Answer.delegation_id.in_(mine), Answer.person_id == by, Answer.ended_at.is_(None))
        .values(last_used_at=now)
        .execution_options(synchronize_session=False)
    )


async def leave(
    session: AsyncSession,
    delegations: Collection[UUID],
    person: UUID | None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """End what this person accepted of these loans; what others accepted of them stays."""
    await session.execute(
        sa.update(Answer)
        .where(Answer.delegation_id.in_(delegations), Answer.person_id == person)
        .where(Answer.accepted_at.is_not(None), Answer.ended_at.is_(None))
        .values(ended_at=now, ended_by=by.id)
        .execution_options(synchronize_session=False)
    )


async def held(
    session: AsyncSession, delegation_id: UUID, me: UUID | None
) -> tuple[Delegation, Answer | None]:
    """The delegation and my answer, locked: what runs through it ends first, one answer counts."""
    await session.execute(sa.select(sa.func.portal_lock(delegation_id)))
    found = await session.get(Delegation, delegation_id, populate_existing=True)
    if found is None:
        raise Unknown
    mine = await session.scalar(
        sa.select(Answer)
        .where(Answer.delegation_id == delegation_id, Answer.person_id == me)
        .order_by(Answer.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return found, mine


async def _lends(session: AsyncSession, grantor: UUID) -> bool:
    """Whether this is my own offer, or of somebody whose access I manage: not mine to refuse."""
    principal = sa.func.portal_principals(type_=sa.Uuid()).column_valued("principal")
    return await session.scalar(sa.select(sa.exists().where(principal == grantor))) is True


async def _may_answer(session: AsyncSession, delegation_id: UUID) -> bool:
    """Whether this waits for my word: who comes back into a team is asked anew."""
    return await session.scalar(sa.select(sa.func.portal_may_answer(delegation_id))) is True


async def _answer(
    session: AsyncSession, lent: Delegation, by: Actor, *, after: Answer | None, **said: Any
) -> None:
    row = {"delegation_id": lent.id, "person_id": by.id, "number": after.number + 1 if after else 1}
    await session.execute(sa.insert(Answer).inline().values(row | said))


async def _is_counsel(session: AsyncSession, me: UUID | None) -> bool:
    calling = await session.scalar(sa.select(Person.calling).where(Person.id == me))
    return calling == Calling.counsel


async def _record_acceptance(session: AsyncSession, lent: Delegation, *, by: Actor) -> None:
    """One entry on every case that is covered."""
    lost = sa.func.portal_lost([lent.id], by.id).table_valued("case_id", "side")
    covered = await session.execute(sa.select(lost.c.case_id, lost.c.side))
    grantor = await session.scalar(sa.select(Person.name).where(Person.id == lent.grantor_id))
    facts = {
        "delegation_id": str(lent.id),
        "name": grantor or "",
        "rights": lent.rights,
        "until": lent.ends_at.isoformat(),
    }
    each = {row.case_id: facts | {"side": row.side} for row in covered.all()}
    await record_each(session, "delegation.accepted", by=by, facts=each)
