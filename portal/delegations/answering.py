"""Answering: accepting or refusing what is offered, and ending it, with an entry on each case."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record
from portal.gate import Unknown
from portal.models import Delegation, Person
from portal.people.inviting import LASTS


class OfferOver(Exception):
    """The offer was withdrawn or refused, or waited for too long."""


class BothSides(Exception):
    """Accepting would put one person on both sides of a case, or of the registry's desk."""


async def accept(
    session: AsyncSession, delegation_id: UUID, *, by: Actor, now: datetime
) -> Delegation:
    """Take what is offered; it counts from this moment, or from its first day. Twice is once."""
    lent = await _held(session, delegation_id)
    if lent.accepted_at is not None and lent.ended_at is None and lent.delegate_id == by.id:
        return lent
    if not is_open(lent, now) or lent.grantor_id == by.id:
        raise OfferOver
    if await session.scalar(sa.select(sa.func.portal_conflicts(delegation_id))):
        raise BothSides
    lent.delegate_id, lent.accepted_at = by.id, now
    await session.flush()
    await _record(
        session, lent, "delegation.accepted", by=by, name=await _name(session, lent.grantor_id)
    )
    return lent


async def refuse(session: AsyncSession, delegation_id: UUID, *, by: Actor, now: datetime) -> None:
    """Say no to an offer. An offer that is over already stays as it is."""
    lent = await _held(session, delegation_id)
    if lent.grantor_id == by.id:
        raise Unknown
    if is_open(lent, now):
        lent.declined_at = now


async def end(
    session: AsyncSession, delegation_id: UUID, *, by: Actor, now: datetime
) -> Delegation:
    """End a loan at once, or withdraw its offer; either side may. Twice is once."""
    lent = await _held(session, delegation_id)
    if by.id not in {lent.grantor_id, lent.delegate_id}:
        raise Unknown
    if lent.ended_at is not None or lent.declined_at is not None or lent.ends_at <= now:
        return lent
    if lent.accepted_at is not None:
        delegate = await _name(session, lent.delegate_id)
        await _record(session, lent, "delegation.ended", by=by, name=delegate)
    lent.ended_at, lent.ended_by = now, by.id
    await session.flush()
    return lent


def is_open(lent: Delegation, now: datetime) -> bool:
    """Whether the offer can still be answered; it waits as long as the link in its mail works."""
    answered = lent.accepted_at or lent.declined_at or lent.ended_at
    return answered is None and now < min(lent.offered_at + LASTS, lent.ends_at)


async def note_use(session: AsyncSession, delegation_id: UUID | None, *, now: datetime) -> None:
    """Something was done through this delegation (None: through none): it is not idle.

    Written once an hour at most, by whoever acts, in the transaction of the act. Two acts that
    both hold the loan would wait for each other: one of them skips this.
    """
    if delegation_id is None:
        return
    long_ago = Delegation.last_used_at < now - timedelta(hours=1)
    mine = (
        sa.select(Delegation.id)
        .where(Delegation.id == delegation_id)
        .where(sa.or_(Delegation.last_used_at.is_(None), long_ago))
        .with_for_update(skip_locked=True)
    )
    await session.execute(
        sa.update(Delegation)
        .where(Delegation.id.in_(mine))
        .values(last_used_at=now)
        .execution_options(synchronize_session=False)
    )


async def _held(session: AsyncSession, delegation_id: UUID) -> Delegation:
    """The delegation, locked: what is running through it ends first, and one answer counts."""
    found = await session.scalar(
        sa.select(Delegation)
        .where(Delegation.id == delegation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Unknown
    return found


async def _record(
    session: AsyncSession, lent: Delegation, act: str, *, by: Actor, name: str
) -> None:
    """One entry on every case that is covered, always in the same order: no two wait in a ring."""
    covered = sa.func.portal_lent_cases(lent.id, type_=sa.Uuid()).column_valued("case_id")
    cases = await session.scalars(sa.select(covered).order_by(covered))
    facts: dict[str, Any] = {"delegation_id": str(lent.id), "name": name}
    if act == "delegation.accepted":
        facts |= {"rights": lent.rights, "until": lent.ends_at.isoformat()}
    for case_id in cases.all():
        await record(session, case_id, act, by=by, **facts)


async def _name(session: AsyncSession, person_id: UUID | None) -> str:
    return await session.scalar(sa.select(Person.name).where(Person.id == person_id)) or ""
