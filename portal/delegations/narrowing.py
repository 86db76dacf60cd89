"""Narrowing: less than was lent takes the place of a loan at once, and nobody is asked again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record_each
from portal.delegations.answering import OfferOver, held
from portal.delegations.ending import what_is_lost
from portal.delegations.offering import CannotLend, lendable
from portal.delegations.terms import NOT_LENT_ON, ordered
from portal.models import Answer, Case, Delegation, DelegationCase, Right


class NotNarrower(Exception):
    """These terms are more than was lent: they must be offered and accepted."""


async def narrow(
    session: AsyncSession,
    old_id: UUID,
    *,
    new_id: UUID,
    rights: frozenset[Right],
    cases: Collection[UUID] | None,
    ends_at: datetime,
    by: Actor,
    now: datetime,
    starts_at: datetime | None = None,
    reason: str = "",
) -> None:
    """Lend less from now on, with an entry on each case that was covered. Twice is once.

    `cases`: None for all of the grantor's; `new_id` comes with the form. Who accepted the old terms
    keeps what is left of them. Raises NotNarrower, CannotLend, OfferOver.
    """
    old, _ = await held(session, old_id, None)
    if await _done_before(session, new_id, old_id):
        return
    wanted = (rights, cases, starts_at or old.starts_at, ends_at)
    await _require_less(session, old, wanted, by=by, now=now)
    new = _less(old, wanted) | {
        "id": new_id,
        "reason": reason or old.reason,
        "offered_by": by.id,
        "offered_at": now,
    }
    lost = await what_is_lost(session, [old_id])
    await _insert(session, old, new, cases)
    await withdraw_replacements(session, old_id, but=new_id, by=by, now=now)
    await session.execute(sa.select(sa.func.portal_narrow(new_id)))
    await _record(session, lost, new, by=by, cases=cases)


# Rights, cases (None: all), start and end.
Wanted = tuple[frozenset[Right], Collection[UUID] | None, datetime, datetime]


def is_less(old: Delegation, before: Collection[UUID], *, terms: Wanted) -> bool:
    """Whether these rights, cases, start and end are nowhere more than the old loan's."""
    rights, cases, starts_at, ends_at = terms
    fewer = old.all_cases or (cases is not None and set(cases) <= set(before))
    within = old.starts_at <= starts_at < ends_at <= old.ends_at
    return fewer and within and rights <= set(old.rights)


async def _require_less(
    session: AsyncSession, old: Delegation, wanted: Wanted, *, by: Actor, now: datetime
) -> None:
    """Raise unless somebody has the old loan, and these terms are less than what it lends."""
    rights, _, _, ends_at = wanted
    if old.ended_at is not None or old.ends_at <= now or not await is_accepted(session, old.id):
        raise OfferOver
    if Right.delegate in rights and by.id != old.grantor_id:
        raise CannotLend(NOT_LENT_ON)
    if not now < ends_at or not is_less(old, await named_cases(session, old), terms=wanted):
        raise NotNarrower


def _less(old: Delegation, wanted: Wanted) -> dict[str, Any]:
    """What a narrower loan says of itself."""
    rights, cases, starts_at, ends_at = wanted
    return {
        "rights": ordered(rights),
        "all_cases": cases is None,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "open_until": min(old.open_until, ends_at),
        "replaces_id": old.id,
    }


async def named_cases(session: AsyncSession, lent: Delegation) -> set[UUID]:
    """The cases that a loan names; none where it lends all of them."""
    named = sa.select(DelegationCase.case_id).where(DelegationCase.delegation_id == lent.id)
    return set(await session.scalars(named))


async def is_accepted(session: AsyncSession, delegation_id: UUID) -> bool:
    """Whether somebody has it."""
    accepted = sa.exists().where(
        Answer.delegation_id == delegation_id,
        Answer.accepted_at.is_not(None),
        Answer.ended_at.is_(None),
    )
    return bool(await session.scalar(sa.select(accepted)))


async def withdraw_replacements(
    session: AsyncSession, old_id: UUID, *, but: UUID, by: Actor, now: datetime
) -> None:
    """Other terms that were offered for this loan and wait: only the newest are meant."""
    waiting = ~sa.exists().where(
        Answer.delegation_id == Delegation.id, Answer.accepted_at.is_not(None)
    )
    await session.execute(
        sa.update(Delegation)
        .where(Delegation.replaces_id == old_id, Delegation.id != but)
        .where(Delegation.ended_at.is_(None), waiting)
        .values(ended_at=now, ended_by=by.id)
        .execution_options(synchronize_session=False)
    )


async def _done_before(session: AsyncSession, new_id: UUID, old_id: UUID) -> bool:
    replaced = sa.select(Delegation.replaces_id).where(Delegation.id == new_id)
    return await session.scalar(replaced) == old_id


async def _insert(
    session: AsyncSession, old: Delegation, new: Mapping[str, Any], cases: Collection[UUID] | None
) -> None:
    kept = {name: getattr(old, name) for name in ("grantor_id", "team_id", "invited_email", "kind")}
    await session.execute(sa.insert(Delegation).inline().values(**kept, **new))
    if cases:
        # A case that is closed, or no longer the grantor's, is not lent any more.
        own = lendable(old.grantor_id).where(Case.id.in_(cases))
        rows = [
            {"delegation_id": new["id"], "case_id": row.id}
            for row in (await session.execute(own)).all()
        ]
        if rows:
            await session.execute(sa.insert(DelegationCase), rows)


async def _record(
    session: AsyncSession,
    lost: Sequence[Any],
    new: Mapping[str, Any],
    *,
    by: Actor,
    cases: Collection[UUID] | None,
) -> None:
    facts = {
        "delegation_id": str(new["replaces_id"]),
        "delegations": [str(new["replaces_id"]), str(new["id"])],
        "until": new["ends_at"].isoformat(),
    }
    await record_each(
        session,
        "delegation.narrowed",
        by=by,
        facts={
            row.case_id: facts
            | {
                "name": ", ".join(row.names),
                "side": row.side,
                "rights": new["rights"] if cases is None or row.case_id in cases else [],
            }
            for row in lost
        },
    )
