"""Choosing: which loans an ending is about, what it takes from whom, and what each keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from portal.delegations.selecting import delegations
from portal.delegations.states import Lent, tell
from portal.gate import Unknown
from portal.models import Answer, Case, Delegation, Person
from portal.models.standing import visible_authority
from portal.web.fields import as_id
from storage.bundle import bundle


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whose access ends: one person's, an address's, a team's, or everybody's; or one loan's."""

    grantor: UUID
    person: UUID | None = None
    address: str = ""
    team: UUID | None = None
    loan: UUID | None = None

    @property
    def words(self) -> Mapping[str, str]:
        """As a form carries it to the act."""
        named = {"person": self.person, "team": self.team, "address": self.address}
        told = {name: str(one) for name, one in named.items() if one} or {"everybody": "y"}
        return {"principal": str(self.grantor)} | told


def scope_of(asked: Mapping[str, Any], me: UUID) -> Scope:
    """What an address or a form says; raises Unknown where it names nobody."""
    if asked.get("everybody"):
        return Scope(grantor=as_id(asked.get("principal")) or me)
    scope = Scope(
        grantor=as_id(asked.get("principal")) or me,
        person=as_id(asked.get("person")),
        address=str(asked.get("address", "")).strip().lower(),
        team=as_id(asked.get("team")),
    )
    if not (scope.person or scope.address or scope.team):
        raise Unknown
    return scope


def loans_in(scope: Scope, now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Loans and offers that are not over: whatever can still be used or accepted through them."""
    loans = sa.select(Delegation.id).where(
        Delegation.grantor_id == scope.grantor,
        Delegation.ended_at.is_(None),
        Delegation.ends_at > now,
    )
    if scope.loan:
        loans = loans.where(Delegation.id == scope.loan)
    elif scope.person:
        loans = loans.where(_of_person(scope))
    if scope.address:
        loans = loans.where(Delegation.invited_email == scope.address)
    if scope.team:
        loans = loans.where(Delegation.team_id == scope.team)
    return loans


def _of_person(scope: Scope) -> sa.ColumnElement[bool]:
    """What this person accepted, and what is offered to an address under which that was done."""
    accepted = sa.select(Answer.delegation_id).where(
        Answer.person_id == scope.person, Answer.accepted_at.is_not(None)
    )
    known = sa.select(Delegation.invited_email).where(
        Delegation.id.in_(accepted), Delegation.grantor_id == scope.grantor
    )
    counting = accepted.where(Answer.ended_at.is_(None))
    return sa.or_(Delegation.id.in_(counting), Delegation.invited_email.in_(known))


@dataclass(frozen=True)
class Loss:
    """The same people lose these cases."""

    names: Sequence[str]
    titles: Sequence[str]


@dataclass(frozen=True)
class Preview:
    """What an ending would do: the loans that end, who loses which cases, who keeps them how."""

    lent: Sequence[Lent]
    losses: Sequence[Loss]
    kept: Sequence[Any]
    grantor_name: str
    person_name: str

    @property
    def offers_only(self) -> bool:
        """Whether nobody has accepted any of it yet."""
        return not any(one.accepted for one in self.lent)


async def preview(
    session: AsyncSession, scope: Scope, *, me: UUID, now: datetime, leaver: UUID | None = None
) -> Preview:
    """Ask for all of it before anything is done; `leaver`: whose part alone would end."""
    going = loans_in(scope, now)
    lost = _lost(going, leaver)
    names = sa.select(Person.id, Person.name).where(
        Person.id.in_([one for one in (scope.grantor, scope.person) if one])
    )
    found = await bundle(
        session,
        lent=delegations().where(Delegation.id.in_(going)).order_by(Delegation.offered_at),
        lost=sa.select(lost.c.names, Case.title)
        .outerjoin(Case, Case.id == lost.c.case_id)
        .order_by(Case.title),
        kept=_kept(lost, going),
        names=names,
    )
    named = {row.id: row.name for row in found.names}
    mine = leaver != me
    return Preview(
        lent=[tell(row, now, mine=mine, me=me) for row in found.lent],
        losses=_grouped(found.lost),
        kept=found.kept,
        grantor_name=named.get(scope.grantor, ""),
        person_name=named.get(scope.person, "") if scope.person else "",
    )


def _lost(going: sa.Select[*tuple[Any, ...]], leaver: UUID | None) -> sa.CTE:
    asked = sa.func.array(going.scalar_subquery(), type_=ARRAY(sa.Uuid))
    lost = sa.func.portal_lost(asked, sa.cast(leaver, sa.Uuid)).table_valued(
        sa.column("case_id", sa.Uuid),
        sa.column("people", ARRAY(sa.Uuid)),
        sa.column("names", ARRAY(sa.Text)),
        sa.column("delegations", ARRAY(sa.Uuid)),
        sa.column("side", sa.Text),
    )
    return sa.select(lost).cte("lost").prefix_with("materialized")


def _kept(lost: sa.CTE, going: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """On how many of these cases each of them stays some other way: who, through whom."""
    a = visible_authority
    ids = going.subquery()
    staying = sa.or_(a.c.delegation_id.is_(None), a.c.delegation_id.not_in(sa.select(ids.c.id)))
    return (
        sa.select(
            a.c.person_id,
            a.c.person_name,
            a.c.principal_id,
            a.c.principal_name,
            a.c.role,
            sa.func.count(sa.distinct(a.c.case_id)).label("cases"),
            sa.func.array_agg(sa.distinct(a.c.right)).label("rights"),
        )
        .join(lost, lost.c.case_id == a.c.case_id)
        .where(a.c.person_id == sa.any_(lost.c.people), staying)
        .group_by(a.c.person_id, a.c.person_name, a.c.principal_id, a.c.principal_name, a.c.role)
        .order_by(a.c.person_name, a.c.principal_name)
    )


def _grouped(rows: Sequence[Any]) -> Sequence[Loss]:
    """The cases that the same people lose, together."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        groups.setdefault(tuple(row.names), []).append(row.title or "")
    return [Loss(names, titles) for names, titles in groups.items()]
