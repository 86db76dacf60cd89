"""Filling in: what the form of an offer lists of the lender's cases, rights and teams."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.cases.listing import matching, sought
from portal.delegations.form import LISTED, LendForm, Mine
from portal.delegations.offering import NothingToLend, lendable, lenders
from portal.delegations.terms import MOST_CASES, OFFERED
from portal.models import Case, DelegationCase, Right, Team
from portal.web.fields import as_id
from storage.bundle import bundle

# More teams than anybody works with.
MOST_TEAMS = 50


async def fill_in(
    session: AsyncSession,
    form: LendForm,
    me: UUID,
    *,
    grantor: UUID,
    replacing: UUID | None = None,
) -> None:
    """List in the form what is the grantor's to lend; raises NothingToLend.

    What was ticked, or is lent by the loan that these terms replace, stays listed whatever is
    looked for.
    """
    ticked = [key for key in map(as_id, form.cases.data or ()) if key][: MOST_CASES + 1]
    cases = lendable(grantor)
    before = sa.select(DelegationCase.case_id).where(DelegationCase.delegation_id == replacing)
    first = sa.or_(Case.id.in_(ticked), Case.id.in_(before))
    others = cases.where(~first)
    found = await bundle(
        session,
        before=before,
        first=cases.where(first),
        matching=others.where(*matching(sought(form.find.data or ""))).limit(LISTED),
        any=cases.limit(1),
        lenders=lenders(me),
        teams=_teams(),
        coded=_coded(form.code.data or ""),
    )
    if not found.lenders:
        raise NothingToLend
    listed = [*found.first, *found.matching]
    held = {right for row in (*found.any, *listed) for right in row.rights}
    rights = [r for r in OFFERED if r in held and (grantor == me or r is not Right.delegate)]
    named = frozenset(row.case_id for row in found.before)
    form.mine = Mine(listed, rights, found.teams, found.coded, found.lenders, named)
    form.cases.choices = [(str(row.id), row.title) for row in listed]


def _teams() -> sa.Select[*tuple[Any, ...]]:
    # Row-level security leaves those I am in, was invited to, or that somebody of mine lent to.
    size = sa.func.portal_team_size(Team.id).label("size")
    return sa.select(Team.id, Team.name, size).order_by(Team.name).limit(MOST_TEAMS)


def _coded(code: str) -> sa.Select[*tuple[Any, ...]]:
    """The team that has this code, if one has."""
    team = sa.func.portal_team(code).table_valued(sa.column("id", sa.Uuid), "name")
    return sa.select(team.c.id, team.c.name, sa.func.portal_team_size(team.c.id).label("size"))
