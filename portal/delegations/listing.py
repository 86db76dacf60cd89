"""What I lent, what was lent to me, and what was done in my name: one question to the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from portal.delegations.answering import is_open
from portal.gate import Right, Unknown, my_cases
from portal.models import Case, Delegation, DelegationCase, Entry, Invitation, Person
from storage.bundle import bundle

# As the view `live_delegation` has it; people are warned two weeks before.
IDLE = timedelta(days=90)
WARNED = timedelta(days=14)
NEWEST = 20
SHOWN_CASES = 30

Rows = sa.Select[*tuple[Any, ...]]


class State(StrEnum):
    """How far a delegation came."""

    offered = "offered"
    forgotten = "forgotten"
    declined = "declined"
    withdrawn = "withdrawn"
    future = "future"
    live = "live"
    idle = "idle"
    expired = "expired"
    ended = "ended"


OVER = {State.declined, State.withdrawn, State.expired, State.ended, State.forgotten, State.idle}


@dataclass(frozen=True)
class Lent:
    """One delegation, as either side sees it."""

    row: Any
    state: State
    # When it lapses, if that is soon and nobody uses it.
    lapses_at: datetime | None

    @property
    def over(self) -> bool:
        """Whether it gives nothing any more and waits for nothing."""
        return self.state in OVER

    @property
    def delegate(self) -> str:
        """Who has it, or the address it was offered to."""
        return self.row.delegate_name or self.row.invited_email or ""


@dataclass(frozen=True)
class Delegations:
    """Everything the page of delegations shows."""

    lent: Sequence[Lent]
    offered_to_me: Sequence[Lent]
    borrowed: Sequence[Lent]
    over: Sequence[Lent]
    done: Sequence[Any]
    may_lend: bool


async def list_delegations(
    session: AsyncSession, me: UUID, *, address: str, now: datetime
) -> Delegations:
    """Both sides of lending, and the newest acts in my name on the cases I see."""
    mine = sa.or_(
        Delegation.grantor_id == me,
        Delegation.delegate_id == me,
        sa.and_(Delegation.invited_email == address, Delegation.delegate_id.is_(None)),
    )
    found = await bundle(
        session,
        delegations=_delegations().where(mine).order_by(Delegation.offered_at.desc()).limit(300),
        done=_done_for(me),
        lends=my_cases(me, Right.delegate).limit(1),
    )
    all_of_them = [_lent(row, now) for row in found.delegations]
    going = [lent for lent in all_of_them if not lent.over]
    return Delegations(
        lent=[lent for lent in going if lent.row.grantor_id == me],
        offered_to_me=[
            lent for lent in going if lent.row.grantor_id != me and lent.state is State.offered
        ],
        borrowed=[
            lent for lent in going if lent.row.grantor_id != me and lent.state is not State.offered
        ],
        over=[lent for lent in all_of_them if lent.over][:NEWEST],
        done=found.done,
        may_lend=bool(found.lends),
    )


@dataclass(frozen=True)
class Opened:
    """One delegation with the cases it covers, as far as the reader may see them."""

    lent: Lent
    cases: Sequence[Any]


async def read_delegation(session: AsyncSession, delegation_id: UUID, *, now: datetime) -> Opened:
    """One delegation of mine, lent or borrowed; raises Unknown to everybody else.

    Which cases it covers is shown once it is accepted, not to an address that was invited.
    """
    covered = sa.func.portal_lent_cases(delegation_id, type_=sa.Uuid()).column_valued("covered")
    found = await bundle(
        session,
        delegation=_delegations().where(Delegation.id == delegation_id),
        cases=sa.select(Case.id, Case.title)
        .where(Case.id.in_(sa.select(covered)))
        .order_by(Case.title)
        .limit(SHOWN_CASES + 1),
    )
    if not found.delegation:
        raise Unknown
    return Opened(_lent(found.delegation[0], now), found.cases)


def state_of(row: Any, now: datetime) -> State:  # noqa: ANN401 - a row of many shapes
    """How far this delegation came, by this moment."""
    if row.declined_at is not None:
        return State.declined
    if row.ended_at is not None:
        return State.ended if row.accepted_at else State.withdrawn
    if row.accepted_at is None:
        return State.offered if is_open(row, now) else State.forgotten
    if row.ends_at <= now:
        return State.expired
    if row.starts_at > now:
        return State.future
    return State.idle if _last_sign(row) + IDLE <= now else State.live


def _lent(row: Any, now: datetime) -> Lent:  # noqa: ANN401 - a row of many shapes
    state = state_of(row, now)
    lapses = _last_sign(row) + IDLE if state is State.live else None
    soon = lapses is not None and lapses < now + WARNED and lapses < row.ends_at
    return Lent(row, state, lapses if soon else None)


def _last_sign(row: Any) -> datetime:  # noqa: ANN401 - a row of many shapes
    """The last moment somebody showed that the loan is wanted."""
    return max(each for each in (row.accepted_at, row.starts_at, row.last_used_at) if each)


def _delegations() -> Rows:
    grantor, delegate, ender = aliased(Person), aliased(Person), aliased(Person)
    titles = (
        sa.select(sa.func.array_agg(sa.text('"case".title order by "case".title')))
        .select_from(DelegationCase)
        .join(Case, Case.id == DelegationCase.case_id)
        .where(DelegationCase.delegation_id == Delegation.id)
        .correlate(Delegation)
        .scalar_subquery()
    )
    count = (
        sa.select(sa.func.count())
        .where(DelegationCase.delegation_id == Delegation.id)
        .correlate(Delegation)
        .scalar_subquery()
    )
    undelivered = (
        sa.select(sa.func.max(Invitation.mail_failed_at))
        .where(Invitation.email == Delegation.invited_email)
        .where(Invitation.invited_at >= Delegation.offered_at)
        .correlate(Delegation)
        .scalar_subquery()
    )
    return (
        sa.select(
            *Delegation.__table__.columns,
            grantor.name.label("grantor_name"),
            delegate.name.label("delegate_name"),
            ender.name.label("ender_name"),
            titles.label("titles"),
            count.label("cases"),
            undelivered.label("undelivered_at"),
        )
        .select_from(Delegation)
        .outerjoin(grantor, grantor.id == Delegation.grantor_id)
        .outerjoin(delegate, delegate.id == Delegation.delegate_id)
        .outerjoin(ender, ender.id == Delegation.ended_by)
    )


def _done_for(me: UUID) -> Rows:
    return (
        sa.select(
            Entry.case_id,
            Entry.number,
            Entry.at,
            Entry.act,
            Entry.actor_name,
            Entry.principal_name,
            Entry.facts,
            Case.title,
        )
        .join(Case, Case.id == Entry.case_id)
        .where(Entry.principal_id == me, Entry.case_id.in_(my_cases(me)))
        .order_by(Entry.at.desc(), Entry.number.desc())
        .limit(NEWEST)
    )
