"""Selecting: delegations with everything that a page tells about one, as far as its reader may know."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from portal.models import Answer, Case, Delegation, DelegationCase, Invitation, Person, Team

Rows = sa.Select[*tuple[Any, ...]]


def delegations() -> Rows:
    """Every delegation the reader knows, with names, cases and the answers the reader may see."""
    grantor, offerer, ender = aliased(Person), aliased(Person), aliased(Person)
    undelivered = (
        sa.select(sa.func.max(Invitation.mail_failed_at))
        .where(Invitation.email == Delegation.invited_email)
        .where(Invitation.invited_at >= Delegation.offered_at)
        .correlate(Delegation)
        .scalar_subquery()
    )
    to_team = Delegation.team_id.is_not(None)
    size = sa.case((to_team, sa.func.portal_team_size(Delegation.team_id)))
    anew = sa.case((to_team, sa.func.portal_may_answer(Delegation.id)))
    return (
        sa.select(
            *Delegation.__table__.columns,
            grantor.name.label("grantor_name"),
            # The days that were agreed are the lender's, wherever they are read.
            grantor.zone.label("zone"),
            offerer.name.label("offerer_name"),
            ender.name.label("ender_name"),
            Team.name.label("team_name"),
            size.label("team_size"),
            anew.label("anew"),
            *_cases(),
            undelivered.label("undelivered_at"),
            _answers().label("answers"),
            _replaced().label("replaced"),
            _to_me().label("to_me"),
        )
        .select_from(Delegation)
        .outerjoin(grantor, grantor.id == Delegation.grantor_id)
        .outerjoin(offerer, offerer.id == Delegation.offered_by)
        .outerjoin(ender, ender.id == Delegation.ended_by)
        .outerjoin(Team, Team.id == Delegation.team_id)
    )


def _cases() -> tuple[sa.Label[Any], sa.Label[Any]]:
    """The titles of the cases that are named, as far as the reader sees them, and how many."""
    named = sa.select(
        sa.func.array_agg(aggregate_order_by(Case.title, Case.title)).label("titles")
    ).select_from(DelegationCase)
    titles = (
        named.join(Case, Case.id == DelegationCase.case_id)
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
    return titles.label("titles"), count.label("cases")


def _answers() -> sa.ScalarSelect[Any]:
    """The answers that the reader may see, the acceptances first."""
    ender = aliased(Person)
    columns = ("person_id", "accepted_at", "declined_at", "ended_at", "last_used_at", "undertaking")
    said: dict[str, Any] = {name: getattr(Answer, name) for name in columns}
    said |= {"name": Person.name, "ender": ender.name}
    pairs: list[Any] = []
    for name, column in said.items():
        pairs += [sa.literal_column(f"'{name}'"), column]
    each = sa.func.json_build_object(*pairs)
    return (
        sa.select(
            sa.func.json_agg(
                aggregate_order_by(each, Answer.number, Answer.accepted_at, Person.name)
            )
        )
        .select_from(Answer)
        .outerjoin(Person, Person.id == Answer.person_id)
        .outerjoin(ender, ender.id == Answer.ended_by)
        .where(Answer.delegation_id == Delegation.id)
        .correlate(Delegation)
        .scalar_subquery()
    )


def _replaced() -> sa.ColumnElement[bool]:
    """Whether somebody accepted, or was left, the one that takes its place."""
    later = aliased(Delegation)
    return sa.exists(
        sa.select(later.id)
        .join(Answer, Answer.delegation_id == later.id)
        .where(later.replaces_id == Delegation.id, Answer.accepted_at.is_not(None))
        .correlate(Delegation)
    )


def _to_me() -> sa.ColumnElement[bool]:
    """Whether the reader is, or was, asked to answer it."""
    teams = sa.func.portal_teams(type_=sa.Uuid()).column_valued("my_team")
    answered = sa.func.portal_answered(type_=sa.Uuid()).column_valued("answered")
    return sa.or_(
        Delegation.invited_email == sa.func.portal_address(),
        Delegation.team_id.in_(sa.select(teams)),
        Delegation.id.in_(sa.select(answered)),
    )
