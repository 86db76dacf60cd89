"""What somebody sees of teams: those he or she is in, those that wait for an answer, and one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from portal.delegations.selecting import delegations
from portal.delegations.states import Lent, tell
from portal.gate import Unknown
from portal.models import Delegation, Membership, Person, Team
from storage.bundle import bundle

Rows = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Teams:
    """My teams, and the invitations that wait for my answer."""

    mine: Sequence[Any]
    invited: Sequence[Any]


@dataclass(frozen=True)
class OpenTeam:
    """One of my teams, with its people and what is lent to it."""

    team: Any
    people: Sequence[Any]
    # Shown to those who lead.
    waiting: Sequence[Any]
    loans: Sequence[Lent]
    leads: bool


async def list_teams(session: AsyncSession, me: UUID, *, now: datetime) -> Teams:
    """The teams I am in, and those that invited my address."""
    found = await bundle(
        session,
        mine=_teams().where(Team.id.in_(_mine())).order_by(Team.name),
        invited=places()
        .where(Membership.invited_email == sa.func.portal_address(), *_waits())
        .where(Membership.team_id.not_in(_mine()), Membership.open_until > now)
        .order_by(Membership.invited_at.desc()),
    )
    return Teams(found.mine, found.invited)


async def read_team(session: AsyncSession, team_id: UUID, *, me: UUID, now: datetime) -> OpenTeam:
    """One of my teams; raises Unknown to everybody else, also to who was in it once."""
    found = await bundle(
        session,
        team=_teams().where(Team.id == team_id, Team.id.in_(_mine())),
        people=places()
        .where(Membership.team_id == team_id)
        .where(Membership.joined_at.is_not(None), Membership.ended_at.is_(None))
        .order_by(Membership.joined_at),
        waiting=places()
        .where(Membership.team_id == team_id, *_waits())
        .order_by(Membership.invited_at),
        loans=delegations()
        .where(Delegation.team_id == team_id)
        .where(Delegation.ended_at.is_(None), Delegation.ends_at > now)
        .order_by(Delegation.offered_at.desc()),
    )
    if not found.team:
        raise Unknown
    team = found.team[0]
    loans = [tell(row, now, mine=False, me=me) for row in found.loans]
    return OpenTeam(
        team, found.people, found.waiting if team.i_lead else [], loans, leads=team.i_lead
    )


def places() -> Rows:
    """Every place in a team that the reader may know of, with names."""
    inviter = aliased(Person)
    return (
        sa.select(
            *Membership.__table__.columns,
            Team.name.label("team_name"),
            Person.name.label("name"),
            inviter.name.label("inviter_name"),
            sa.func.portal_leads(Membership.team_id).label("i_lead"),
            sa.func.portal_team_size(Membership.team_id).label("size"),
            _led_by_others().label("led_by_others"),
        )
        .select_from(Membership)
        # Who has left knows the place, not the team any more.
        .outerjoin(Team, Team.id == Membership.team_id)
        .outerjoin(Person, Person.id == Membership.person_id)
        .outerjoin(inviter, inviter.id == Membership.invited_by)
    )


def _teams() -> Rows:
    return sa.select(
        Team.id,
        Team.name,
        Team.code,
        sa.func.portal_team_size(Team.id).label("size"),
        sa.func.portal_leads(Team.id).label("i_lead"),
    )


def _mine() -> Rows:
    mine = sa.func.portal_teams(type_=sa.Uuid()).column_valued("mine")
    return sa.select(mine)


def _waits() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Membership.joined_at.is_(None),
        Membership.declined_at.is_(None),
        Membership.ended_at.is_(None),
    )


def _led_by_others() -> sa.ColumnElement[bool]:
    """Whether somebody else in the team leads it."""
    other = aliased(Membership)
    return sa.exists(
        sa.select(other.id)
        .where(other.team_id == Membership.team_id, other.id != Membership.id)
        .where(other.leads_since.is_not(None), other.ended_at.is_(None))
        .correlate(Membership)
    )
