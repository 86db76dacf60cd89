"""Offering: what I could lend, and lending it to an address, known to us or not."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.delegations.answering import OfferOver, held, note_use
from portal.delegations.terms import NOT_LENT_ON, Terms, ordered
from portal.gate import Unknown
from portal.models import Answer, Case, Delegation, DelegationCase, Invitation, Party, Person, Right
from portal.models.standing import visible_authority
from portal.people.inviting import LASTS, invite
from portal.web.language import N_


class CannotLend(Exception):
    """What is offered cannot be lent like this; `text` is a marked sentence that says why."""

    def __init__(self, text: str) -> None:
        """`text`: for the person who offers."""
        super().__init__(text)
        self.text = text


class NothingToLend(Exception):
    """The person has no standing that rights may be lent out of."""


# Pressed again and again, the invitation is mailed once in ten minutes.
SOON = timedelta(minutes=10)
MORE_THAN_OWN = N_(
    "You cannot lend more than you may do yourself on these cases. Nothing was done."
)
FORM_USED = N_(
    "This form has already offered something else. Nothing was done now. Begin a new offer."
)


def lendable(grantor: UUID) -> sa.Select[*tuple[Any, ...]]:
    """The grantor's cases by a standing of a kind that is lent out of, with his or her rights on each."""
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
        .where(a.c.person_id == grantor, a.c.delegation_id.is_(None), a.c.standing_id.is_not(None))
        .group_by(Case.id, Case.title)
        .having(sa.func.bool_or(a.c.right == Right.delegate.value))
        .order_by(Case.title)
    )


def lenders(me: UUID) -> sa.Select[*tuple[Any, ...]]:
    """Me, if I have standing to lend out of, and those who lent me the right to manage access."""
    a = visible_authority
    principal = sa.func.portal_principals(type_=sa.Uuid()).column_valued("principal")
    lends = sa.exists().where(
        a.c.person_id == me, a.c.right == Right.delegate.value, a.c.delegation_id.is_(None)
    )
    return (
        sa.select(Person.id, Person.name, Person.zone)
        .where(Person.id.in_(sa.select(principal)), sa.or_(Person.id != me, lends))
        .order_by(Person.id != me, Person.name)
    )


def in_whose_name(by: Actor) -> UUID | None:
    """The principal for whom somebody manages access, or the person himself."""
    return by.chain.principal_id if by.chain else by.id


async def offer(
    session: AsyncSession,
    terms: Terms,
    *,
    delegation_id: UUID,
    by: Actor,
    own_address: str,
    now: datetime,
    replaces: UUID | None = None,
) -> None:
    """Offer a loan and mail the invitation. The same form sent twice offers once.

    Whether the address has an account is neither asked nor told: both get the same mail. Who was
    lent the right to manage access offers in the principal's name (`by.chain`), but not that right.
    """
    for _, text in terms.misfits(own_address=own_address, today=terms.today(now)):
        raise CannotLend(text)
    grantor = in_whose_name(by)
    if by.id is None or grantor is None or not await _mine_to_lend(session, grantor, terms):
        raise CannotLend(MORE_THAN_OWN)
    if grantor != by.id and Right.delegate in terms.rights:
        raise CannotLend(NOT_LENT_ON)
    values = {
        "id": delegation_id,
        "grantor_id": grantor,
        "offered_by": by.id,
        "offered_at": now,
        "open_until": min(now + LASTS, terms.ends_at),
        "replaces_id": replaces,
    }
    if not await _insert(session, terms, values):
        await require_same(session, terms, delegation_id)
        return
    if by.chain:
        await note_use(session, by.chain.delegation_id, by=by.id, now=now)
    if terms.email:
        await invite(session, email=terms.email, invited_by=by.id, now=now)


async def offer_again(
    session: AsyncSession, delegation_id: UUID, *, by: Actor, now: datetime
) -> None:
    """Mail the invitation once more; the offer waits for another seven days."""
    lent, _ = await held(session, delegation_id, None)
    if by.id is None or lent.grantor_id != in_whose_name(by):
        raise Unknown
    answered = sa.exists().where(Answer.delegation_id == delegation_id)
    if lent.ended_at or lent.ends_at <= now or lent.invited_email is None:
        raise OfferOver
    if await session.scalar(sa.select(answered)):
        raise OfferOver
    lately = sa.select(Invitation.id).where(
        Invitation.email == lent.invited_email,
        Invitation.invited_by == by.id,
        Invitation.invited_at > now - SOON,
    )
    if await session.scalar(lately.limit(1)):
        return
    lent.open_until = min(now + LASTS, lent.ends_at)
    await session.flush()
    await invite(session, email=lent.invited_email, invited_by=by.id, now=now)


async def _mine_to_lend(session: AsyncSession, grantor: UUID, terms: Terms) -> bool:
    """Whether every right is the grantor's: on each case that is named, else on one at least."""
    own = lendable(grantor)
    if terms.cases is not None:
        own = own.where(Case.id.in_(terms.cases))
    rows = (await session.execute(own)).all()
    had = [frozenset(row.rights) for row in rows]
    if terms.cases is None:
        return bool(had) and terms.rights <= frozenset[str]().union(*had)
    return len(rows) == len(set(terms.cases)) and all(terms.rights <= rights for rights in had)


async def _insert(session: AsyncSession, terms: Terms, values: Mapping[str, Any]) -> bool:
    """Write the offer; False where this form's offer is there already."""
    made = await session.scalar(
        insert(Delegation)
        .values(
            **values,
            invited_email=terms.email,
            team_id=terms.team_id,
            kind=terms.kind,
            rights=ordered(terms.rights),
            all_cases=terms.cases is None,
            starts_at=terms.starts_at,
            ends_at=terms.ends_at,
            reason=terms.reason,
        )
        .on_conflict_do_nothing(index_elements=[Delegation.id])
        .returning(Delegation.id)
    )
    if made and terms.cases:
        rows = [{"delegation_id": made, "case_id": case} for case in set(terms.cases)]
        await session.execute(sa.insert(DelegationCase), rows)
    return made is not None


async def require_same(session: AsyncSession, terms: Terms, delegation_id: UUID) -> None:
    """Raise CannotLend where what this form made before had other terms."""
    before = await session.get(Delegation, delegation_id)
    named = sa.select(DelegationCase.case_id).where(DelegationCase.delegation_id == delegation_id)
    zone = ZoneInfo(terms.zone)
    same = (
        before is not None
        and (before.invited_email, before.team_id) == (terms.email, terms.team_id)
        and before.rights == ordered(terms.rights)
        and before.all_cases == (terms.cases is None)
        and before.starts_at.astimezone(zone).date() == terms.first_day
        and before.ends_at.astimezone(zone).date() == terms.last_day
        and set(await session.scalars(named)) <= set(terms.cases or ())
    )
    if not same:
        raise CannotLend(FORM_USED)
