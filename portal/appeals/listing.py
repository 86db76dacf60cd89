"""Listing: the appeals of a claim, the appeal that a case is, and what the registry's desk sees of them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.appeals.counting import record_due
from portal.models import Appeal, Case, Role, Standing
from portal.registry.incoming import MOST, Bound, total
from portal.rules.deadlines import Deadline

# How long a record that another Division owes stays on its desk, from the notice of appeal.
OWED = timedelta(days=30)


def appeals_of(case_id: UUID | sa.BindParameter[Any]) -> sa.Select[*tuple[Any, ...]]:
    """The appeals that a claim led to, or the one that a case is; titles of those that may be seen."""
    claim, own = aliased(Case), aliased(Case)
    facts = [one for one in Appeal.__table__.c if one.name not in {"principal_id"}]
    return (
        sa.select(*facts, claim.title.label("claim_title"), own.title.label("title"))
        .outerjoin(claim, claim.id == Appeal.claim_case_id)
        .outerjoin(own, own.id == Appeal.case_id)
        .where(sa.or_(Appeal.case_id == case_id, Appeal.claim_case_id == case_id))
        .order_by(Appeal.filed_at)
    )


def records_due(appeals: Sequence[Any], case: Case) -> list[Deadline]:
    """Until when the appellant's record is due, in the appeal that this case is."""
    return [
        record_due(one.reasons_received_on, office=case.office)
        for one in appeals
        if one.case_id == case.id and one.perfected_at is None
    ]


def waiting_appeals(divisions: Bound) -> sa.Select[*tuple[Any, ...]]:
    """Appeals that are not perfected, the oldest first, with what an officer is to look into."""
    stands = (
        sa.select(Standing.id)
        .where(Standing.case_id == Appeal.case_id, Standing.ended_how.is_(None))
        .where(Standing.role == Role.designated_representative)
        .correlate(Appeal)
    )
    return (
        sa.select(
            *(Appeal.case_id, Appeal.filed_at, Appeal.receipt, Appeal.judged),
            *(Appeal.filer_name, Appeal.principal_name, Appeal.reasons_received_on),
            *(Appeal.contact_confirmed_at, Case.title, Case.office),
            sa.exists(stands).label("represented"),
            total(),
        )
        .join(Case, Case.id == Appeal.case_id)
        .where(Case.division.in_(divisions), Appeal.perfected_at.is_(None))
        .where(Case.closed_at.is_(None))
        .order_by(Appeal.filed_at)
        .limit(MOST)
    )


def records_owed(divisions: Bound, now: Bound) -> sa.Select[*tuple[Any, ...]]:
    """Claims whose record is due to the Appeal Division (RAD Rules, r. 21)."""
    return (
        sa.select(
            Case.id.label("case_id"),
            Case.title,
            Case.office,
            Appeal.filed_at,
            total(),
        )
        .join(Case, Case.id == Appeal.claim_case_id)
        .where(Case.division.in_(divisions), Appeal.filed_at > now - OWED)
        .order_by(Appeal.filed_at)
        .limit(MOST)
    )
