"""Letters that wait to be printed, and where they would go: what pages, desk and press ask alike."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notices.letters import Letter, Why
from notices.model import Notice, Service
from portal.models import Case, Party, PostalAddress
from portal.registry.incoming import Bound


def waiting(
    divisions: Sequence[str] | Bound, now: datetime | Bound, *columns: Any
) -> sa.Select[*tuple[Any, ...]]:
    """These columns of every letter that waits, of notices that have left and were not recalled.

    A letter asked for because nobody opened the notice waits no longer once somebody has.
    """
    opened = sa.and_(Letter.why == Why.unopened, Service.opened_at.is_not(None))
    return (
        sa.select(*columns)
        .select_from(Letter)
        .join(Service, Service.id == Letter.service_id)
        .join(Notice, Notice.id == Service.notice_id)
        .join(Case, Case.id == Letter.case_id)
        .where(Letter.mailing_id.is_(None), Case.division.in_(divisions))
        .where(Notice.recalled_at.is_(None), Notice.leaves_at <= now, sa.not_(opened))
    )


def address_known() -> sa.ColumnElement[bool]:
    """Whether there is an address for the service's person or party."""
    return sa.exists(_addresses(PostalAddress.id))


def present_address() -> sa.FromClause:
    """The lines and country of that address, for a join."""
    latest = _addresses(PostalAddress.lines, PostalAddress.country)
    return latest.order_by(PostalAddress.since.desc()).limit(1).lateral("address")


def _addresses(*columns: Any) -> sa.Select[*tuple[Any, ...]]:
    """A party's own, or that of the person the party is: an account may have come later."""
    as_party = sa.select(Party.id).where(
        Party.person_id == Service.person_id, Party.case_id == Service.case_id
    )
    as_person = sa.select(Party.person_id).where(Party.id == Service.party_id)
    return (
        sa.select(*columns)
        .where(
            PostalAddress.ended_at.is_(None),
            sa.or_(
                PostalAddress.party_id == Service.party_id,
                PostalAddress.person_id == Service.person_id,
                PostalAddress.party_id.in_(as_party.correlate(Service).scalar_subquery()),
                PostalAddress.person_id.in_(as_person.correlate(Service).scalar_subquery()),
            ),
        )
        .correlate(Service)
    )
