"""Who can see a case, and why; and whose place rests."""

from typing import Any

import sqlalchemy as sa

from portal.models import Person, Standing, Suspension
from portal.models.standing import visible_authority


def people_of(case_id: sa.BindParameter[Any]) -> sa.Select[*tuple[Any, ...]]:
    """Everybody who can see the case, and why: standing or loan, with its rights and its end."""
    a = visible_authority
    return (
        sa.select(
            a.c.person_id,
            a.c.person_name.label("name"),
            a.c.delegation_id,
            sa.func.min(a.c.role).label("role"),
            sa.func.min(a.c.since).label("since"),
            sa.func.min(a.c.until).label("until"),
            a.c.principal_name,
            sa.func.array_agg(sa.distinct(a.c.right)).label("rights"),
            sa.func.array_agg(sa.distinct(a.c.standing_id)).label("standings"),
        )
        .where(a.c.case_id == case_id, a.c.standing_id.is_not(None))
        .group_by(a.c.person_id, a.c.person_name, a.c.delegation_id, a.c.principal_name)
        .order_by(a.c.delegation_id.nulls_first(), sa.func.min(a.c.role).desc(), a.c.person_name)
    )


def suspended_on(case_id: sa.BindParameter[Any]) -> sa.Select[*tuple[Any, ...]]:
    """Counsel whose places rest, for the registry."""
    return (
        sa.select(Suspension.id, Suspension.began_at, Suspension.why, Standing.role, Person.name)
        .join(Standing, Standing.id == Suspension.standing_id)
        .join(Person, Person.id == Standing.person_id)
        .where(Suspension.case_id == case_id, Suspension.ended_at.is_(None))
        .where(Standing.ended_how.is_(None))
        .order_by(Suspension.began_at)
    )
