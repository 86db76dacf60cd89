"""Offering: what I could lend, and lending it to an address, known to us or not."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.delegations.terms import Terms
from portal.models import Case, Delegation, DelegationCase, Party, Right
from portal.models.standing import visible_authority
from portal.people.inviting import invite
from portal.web.language import N_


class CannotLend(Exception):
    """What is offered cannot be lent like this; `text` is a marked sentence that says why."""

    def __init__(self, text: str) -> None:
        """`text`: for the person who offers."""
        super().__init__(text)
        self.text = text


class NothingToLend(Exception):
    """The person has no standing that rights may be lent out of."""


MORE_THAN_OWN = N_(
    "You cannot lend more than you may do yourself on these cases. Nothing was done."
)
FORM_USED = N_(
    "This form has already offered something else. Nothing was done now. Begin a new offer."
)


def lendable(me: UUID) -> sa.Select[*tuple[Any, ...]]:
    """My cases by my own standing of a kind that is lent out of, with what I may do on each."""
    a = visible_authority
    numbers = (
        sa.select(sa.func.string_agg(Party.file_number, sa.text("', ' order by file_number")))
        .where(Party.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery()
    )
    rights = sa.func.array_agg(sa.distinct(a.c.right))
    return (
        sa.select(Case.id, Case.title, numbers.label("numbers"), rights.label("rights"))
        .join(a, a.c.case_id == Case.id)
        .where(a.c.person_id == me, a.c.delegation_id.is_(None), a.c.standing_id.is_not(None))
        .group_by(Case.id, Case.title)
        .having(sa.func.bool_or(a.c.right == Right.delegate.value))
        .order_by(Case.title)
    )


async def offer(
    session: AsyncSession,
    terms: Terms,
    *,
    delegation_id: UUID,
    by: Actor,
    own_address: str,
    now: datetime,
) -> None:
    """Offer a loan and mail the invitation. The same form sent twice offers once.

    Whether the address has an account is neither asked nor told: both get the same mail.
    """
    today = now.astimezone(ZoneInfo(terms.zone)).date()
    for _, text in terms.misfits(own_address=own_address, today=today):
        raise CannotLend(text)
    if by.id is None or not await _mine_to_lend(session, by.id, terms):
        raise CannotLend(MORE_THAN_OWN)
    if not await _insert(session, terms, delegation_id=delegation_id, grantor=by.id, now=now):
        await _require_same(session, terms, delegation_id)
        return
    await invite(session, email=terms.email, invited_by=by.id, now=now)


async def _mine_to_lend(session: AsyncSession, me: UUID, terms: Terms) -> bool:
    """Whether every right is mine: on each case that is named, else on one at least."""
    own = lendable(me)
    if terms.cases is not None:
        own = own.where(Case.id.in_(terms.cases))
    rows = (await session.execute(own)).all()
    held = [frozenset(row.rights) for row in rows]
    if terms.cases is None:
        return bool(held) and terms.rights <= frozenset[str]().union(*held)
    return len(rows) == len(set(terms.cases)) and all(terms.rights <= rights for rights in held)


async def _insert(
    session: AsyncSession, terms: Terms, *, delegation_id: UUID, grantor: UUID, now: datetime
) -> bool:
    """Write the offer; False where this form's offer is there already."""
    made = await session.scalar(
        insert(Delegation)
        .values(
            id=delegation_id,
            grantor_id=grantor,
            invited_email=terms.email,
            rights=_ordered(terms.rights),
            all_cases=terms.cases is None,
            starts_at=terms.starts_at,
            ends_at=terms.ends_at,
            reason=terms.reason,
            offered_at=now,
            offered_by=grantor,
        )
        .on_conflict_do_nothing(index_elements=[Delegation.id])
        .returning(Delegation.id)
    )
    if made and terms.cases:
        rows = [{"delegation_id": delegation_id, "case_id": case} for case in set(terms.cases)]
        await session.execute(sa.insert(DelegationCase), rows)
    return made is not None


async def _require_same(session: AsyncSession, terms: Terms, delegation_id: UUID) -> None:
    before = await session.get(Delegation, delegation_id)
    same = before is not None and (
        before.invited_email == terms.email
        and before.rights == _ordered(terms.rights)
        and before.all_cases == (terms.cases is None)
        and (before.starts_at, before.ends_at) == (terms.starts_at, terms.ends_at)
    )
    if not same:
        raise CannotLend(FORM_USED)


def _ordered(rights: Collection[Right]) -> list[str]:
    return [right.value for right in Right if right in rights]
