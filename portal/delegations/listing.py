"""What I lent, what was lent to me, and what was done in my name: one question to the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.delegations.acts.finding import done_for
from portal.delegations.offering import lenders
from portal.delegations.selecting import Rows, delegations
from portal.delegations.states import Lent, State, tell
from portal.gate import Unknown
from portal.models import Case, Delegation, Team
from storage.bundle import bundle

NEWEST = 10
SHOWN_CASES = 30


@dataclass(frozen=True)
class Section:
    """What one person lends: the reader, or somebody whose access the reader manages."""

    lender_id: UUID
    name: str
    lent: Sequence[Lent]
    # Whether there is anything to lend now.
    may_lend: bool

    @property
    def people(self) -> int:
        """How many people, or addresses and teams that were asked, these loans are about."""
        asked = {lent.delegate for lent in self.lent if not lent.accepted}
        return len({one.person_id for lent in self.lent for one in lent.accepted}) + len(asked)


@dataclass(frozen=True)
class Delegations:
    """Everything the page of delegations shows."""

    # My own first.
    sections: Sequence[Section]
    offered_to_me: Sequence[Lent]
    # What was lent to me, by lender.
    borrowed: Sequence[Sequence[Lent]]
    over: Sequence[Lent]
    done: Sequence[Any]
    teams: Sequence[Any]

    @property
    def mine(self) -> Section:
        """What I lend in my own name."""
        return self.sections[0]

    @property
    def lends(self) -> bool:
        """Whether this page is about lending at all."""
        return any(one.may_lend or one.lent for one in self.sections)


async def list_delegations(
    session: AsyncSession, me: UUID, *, my_name: str, now: datetime
) -> Delegations:
    """Both sides of lending, and the newest acts in my name on the cases I see."""
    found = await bundle(
        session,
        # Row-level security leaves those I lent, manage, was lent or am offered.
        delegations=delegations().order_by(Delegation.offered_at.desc()).limit(1000),
        done=done_for(me).limit(NEWEST),
        teams=_teams(),
        lenders=lenders(me),
    )
    named = {me: my_name} | {row.id: row.name for row in found.lenders}
    rows = found.delegations
    lent = [tell(row, now, mine=True, me=me) for row in rows if row.grantor_id in named]
    theirs = [tell(row, now, mine=False, me=me) for row in rows if row.grantor_id != me]
    # A manager knows of loans that are nobody's offer to him or her.
    theirs = [one for one in theirs if one.answer or one.row.to_me]
    offered = [one for one in theirs if one.state is State.offered]
    able = {row.id for row in found.lenders}
    over = [one for one in [*lent, *theirs] if one.over]
    return Delegations(
        sections=[_section(key, name, lent, key in able) for key, name in named.items()],
        offered_to_me=[one for one in offered if one.row.offered_by != me],
        borrowed=_by_lender(one for one in theirs if one.answer and not one.over),
        over=sorted(over, key=lambda one: one.row.offered_at, reverse=True)[:NEWEST],
        done=found.done,
        teams=found.teams,
    )


def _section(key: UUID, name: str, lent: Sequence[Lent], may_lend: bool) -> Section:
    mine = [one for one in lent if one.row.grantor_id == key and not one.over]
    return Section(key, name, mine, may_lend)


def _by_lender(borrowed: Iterable[Lent]) -> Sequence[Sequence[Lent]]:
    """One group for each lender, by name."""
    groups: dict[UUID, list[Lent]] = {}
    for lent in sorted(borrowed, key=lambda one: one.row.grantor_name or ""):
        groups.setdefault(lent.row.grantor_id, []).append(lent)
    return list(groups.values())


@dataclass(frozen=True)
class Opened:
    """One delegation with the cases it covers, as far as the reader may see them."""

    lent: Lent
    cases: Sequence[Any]
    # Whether the reader lent it, or manages access for who did and is not the delegate here.
    mine: bool
    # What it would take the place of, if the reader has that.
    before: Any = None


async def read_delegation(
    session: AsyncSession, delegation_id: UUID, *, me: UUID, now: datetime
) -> Opened:
    """One delegation of mine, lent, managed or borrowed; raises Unknown to everybody else.

    Which cases it covers is shown once it is accepted, not to an address that was invited.
    """
    covered = sa.func.portal_lent_cases(delegation_id, type_=sa.Uuid()).column_valued("covered")
    principals = sa.func.portal_principals(type_=sa.Uuid()).column_valued("principal")
    replaced = (
        sa.select(Delegation.replaces_id).where(Delegation.id == delegation_id).scalar_subquery()
    )
    found = await bundle(
        session,
        delegation=delegations().where(Delegation.id == delegation_id),
        cases=sa.select(Case.id, Case.title)
        .where(Case.id.in_(sa.select(covered)))
        .order_by(Case.title)
        .limit(SHOWN_CASES + 1),
        before=delegations().where(Delegation.id == replaced),
        principals=sa.select(principals.label("id")),
    )
    if not found.delegation:
        raise Unknown
    row = found.delegation[0]
    managed = row.grantor_id in {one.id for one in found.principals}
    lender = managed and not _lent_to(row, me)
    before = found.before[0] if found.before else None
    return Opened(tell(row, now, mine=lender, me=me), found.cases, lender, before)


def _lent_to(row: Any, me: UUID) -> bool:  # noqa: ANN401 - a row
    """Whether I am the delegate here, though I may manage access for who lent it."""
    answered = any(str(one["person_id"]) == str(me) for one in row.answers or ())
    return row.grantor_id != me and (answered or (row.to_me and row.offered_by != me))


def _teams() -> Rows:
    mine = sa.func.portal_teams(type_=sa.Uuid()).column_valued("mine")
    size = sa.func.portal_team_size(Team.id).label("size")
    return (
        sa.select(Team.id, Team.name, Team.code, size)
        .where(Team.id.in_(sa.select(mine)))
        .order_by(Team.name)
    )
