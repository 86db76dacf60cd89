"""The registry's desk: what failed and what waits, in one question to the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.model import Notice
from portal.appeals.listing import records_owed, waiting_appeals
from portal.counsel.matching import retainers_waiting
from portal.models import Case, Document, Finding, Submission
from portal.registry.ageing import coming
from portal.registry.incoming import (
    DIVISIONS,
    MOST,
    NOW,
    Bound,
    new_documents,
    total,
    withdrawals_asked,
)
from portal.registry.letters.listing import addressless, ready, returned
from portal.registry.unreached import REMEMBERED, addresses, undelivered, unopened
from portal.requests.reading import requests_in_force, waiting_requests
from storage.bundle import Bundle

# A scan takes seconds; five minutes of waiting is a fault (failures.md, "When things break").
PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Desk:
    """The rows of each pile, the oldest first; each row knows `total`, how many there are."""

    # What waits for an officer's word.
    new: Sequence[Any]
    asked_back: Sequence[Any]
    retainers: Sequence[Any]
    requests: Sequence[Any]
    # What nobody must decide: it holds since it came.
    in_force: Sequence[Any]
    held: Sequence[Any]
    refused: Sequence[Any]
    # Appeals that are not perfected, and claims whose record is due to the Appeal Division.
    appeals: Sequence[Any]
    records_owed: Sequence[Any]
    # Who turns 18 soon, or just did, and decides alone from then on.
    of_age: Sequence[Any]
    # Letters: offices where some can be printed, those that lack an address or came back.
    letters: Sequence[Any]
    addressless: Sequence[Any]
    returned: Sequence[Any]
    undelivered: Sequence[Any]
    unopened: Sequence[Any]
    addresses: Sequence[Any]
    # Found infected after people could read them; and what reconciling found in the store.
    infected: Sequence[Any]
    findings: Sequence[Any]

    @property
    def clear(self) -> bool:
        """Whether nothing failed and nothing waits."""
        return not any(vars(self).values())


async def read_desk(session: AsyncSession, *, divisions: Sequence[str], now: datetime) -> Desk:
    """The piles of these divisions."""
    return Desk(**vars(await _PILES.read(session, divisions=divisions, now=now)))


def _documents(divisions: Bound) -> sa.Select[*tuple[Any, ...]]:
    columns: list[Any] = [
        Document.id,
        Document.state,
        Document.reason,
        Document.scans_failed,
        Document.scan_failure,
        Document.judged_at,
        Submission.receipt,
        Submission.filed_at,
        Submission.filer_name,
        Case.id.label("case_id"),
        Case.title,
        total(),
    ]
    return (
        sa.select(*columns)
        .join(Submission, Submission.id == Document.submission_id)
        .join(Case, Case.id == Document.case_id)
        .where(Case.division.in_(divisions), Submission.filed_at.is_not(None))
        .where(Document.removed_at.is_(None))
        .limit(MOST)
    )


# States are written out below, not bound: only so do the partial indexes serve a prepared statement.


def _held(divisions: Bound, now: Bound) -> sa.Select[*tuple[Any, ...]]:
    """Documents whose scan failed or is late: nobody can read them."""
    late = sa.func.greatest(Document.kept_at, Submission.filed_at) < now - PATIENCE
    return (
        _documents(divisions)
        .where(sa.text("document.state = 'held'"), sa.or_(Document.scans_failed > 0, late))
        .order_by(Document.kept_at)
    )


def _judged(divisions: Bound, now: Bound) -> sa.Select[*tuple[Any, ...]]:
    """Documents that were judged and are not readable."""
    return (
        _documents(divisions)
        .where(sa.text("document.state in ('infected', 'refused', 'unscannable')"))
        .where(Document.judged_at > now - REMEMBERED)
        .order_by(Document.judged_at.desc())
    )


def _refused(divisions: Bound, now: Bound) -> sa.Select[*tuple[Any, ...]]:
    """Those that never were."""
    return _judged(divisions, now).where(Document.readable_from.is_(None))


def _infected(divisions: Bound, now: Bound) -> sa.Select[*tuple[Any, ...]]:
    """Those that were, until the scanner learnt what is in them."""
    found = _judged(divisions, now).where(Document.readable_from.is_not(None))
    return found.add_columns(Document.readable_from)


def _findings(divisions: Bound) -> sa.Select[*tuple[Any, ...]]:
    """What the store and the rows do not agree on, of my divisions' cases and of none."""
    columns: list[Any] = [
        Finding.kind,
        Finding.object_key,
        Finding.found_at,
        Document.id.label("document_id"),
        Submission.receipt,
        Notice.number,
        Case.id.label("case_id"),
        Case.title,
        total(),
    ]
    return (
        sa.select(*columns)
        .select_from(Finding)
        .outerjoin(Case, Case.id == Finding.case_id)
        # Copies on joined cases share an object.
        .outerjoin(
            Document,
            sa.and_(Document.object_key == Finding.object_key, Document.case_id == Finding.case_id),
        )
        .outerjoin(Submission, Submission.id == Document.submission_id)
        .outerjoin(Notice, Notice.pdf_key == Finding.object_key)
        .where(Finding.resolved_at.is_(None))
        .where(sa.or_(Finding.case_id.is_(None), Case.division.in_(divisions)))
        .order_by(Finding.found_at, Finding.object_key)
        .limit(MOST)
    )


_PILES = Bundle(
    new=new_documents(DIVISIONS),
    asked_back=withdrawals_asked(DIVISIONS),
    retainers=retainers_waiting(DIVISIONS),
    requests=waiting_requests(DIVISIONS, NOW),
    in_force=requests_in_force(DIVISIONS, NOW),
    held=_held(DIVISIONS, NOW),
    refused=_refused(DIVISIONS, NOW),
    appeals=waiting_appeals(DIVISIONS),
    records_owed=records_owed(DIVISIONS, NOW),
    of_age=coming(DIVISIONS, NOW),
    letters=ready(DIVISIONS, NOW),
    addressless=addressless(DIVISIONS, NOW),
    returned=returned(DIVISIONS, NOW),
    undelivered=undelivered(DIVISIONS, NOW),
    unopened=unopened(DIVISIONS, NOW),
    addresses=addresses(DIVISIONS),
    infected=_infected(DIVISIONS, NOW),
    findings=_findings(DIVISIONS),
)
