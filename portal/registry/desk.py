"""The registry's desk: what failed and what waits, in one question to the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.model import Attempt, Notice, Service
from portal.models import Account, Case, Document, Finding, Person, Standing, Submission
from portal.registry.incoming import MOST, new_documents, total, withdrawals_asked
from storage.bundle import bundle

# A scan takes seconds; five minutes of waiting is a fault (failures.md, "When things break").
PATIENCE = timedelta(minutes=5)
UNOPENED_AFTER = timedelta(days=7)
# What is older has been seen; it stays in its case's history.
REMEMBERED = timedelta(days=30)


@dataclass(frozen=True)
class Desk:
    """The rows of each pile, the oldest first; each row knows `total`, how many there are."""

    # What waits for an officer's word.
    new: Sequence[Any]
    asked_back: Sequence[Any]
    held: Sequence[Any]
    refused: Sequence[Any]
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
    piles = await bundle(
        session,
        new=new_documents(divisions),
        asked_back=withdrawals_asked(divisions),
        held=_held(divisions, now),
        refused=_refused(divisions, now),
        undelivered=_undelivered(divisions, now),
        unopened=_unopened(divisions, now),
        addresses=_addresses(divisions),
        infected=_infected(divisions, now),
        findings=_findings(divisions),
    )
    return Desk(**vars(piles))


def _documents(divisions: Sequence[str]) -> sa.Select[*tuple[Any, ...]]:
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


def _held(divisions: Sequence[str], now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Documents whose scan failed or is late: nobody can read them."""
    late = sa.func.greatest(Document.kept_at, Submission.filed_at) < now - PATIENCE
    return (
        _documents(divisions)
        .where(sa.text("document.state = 'held'"), sa.or_(Document.scans_failed > 0, late))
        .order_by(Document.kept_at)
    )


def _judged(divisions: Sequence[str], now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Documents that were judged and are not readable."""
    return (
        _documents(divisions)
        .where(sa.text("document.state in ('infected', 'refused', 'unscannable')"))
        .where(Document.judged_at > now - REMEMBERED)
        .order_by(Document.judged_at.desc())
    )


def _refused(divisions: Sequence[str], now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Those that never were."""
    return _judged(divisions, now).where(Document.readable_from.is_(None))


def _infected(divisions: Sequence[str], now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Those that were, until the scanner learnt what is in them."""
    found = _judged(divisions, now).where(Document.readable_from.is_not(None))
    return found.add_columns(Document.readable_from)


def _findings(divisions: Sequence[str]) -> sa.Select[*tuple[Any, ...]]:
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


def _services(divisions: Sequence[str]) -> sa.Select[*tuple[Any, ...]]:
    columns: list[Any] = [
        Service.id,
        Service.person_name,
        Service.placed_at,
        Notice.number,
        Notice.subject_en,
        Notice.subject_fr,
        Case.id.label("case_id"),
        Case.title,
        total(),
    ]
    return (
        sa.select(*columns)
        .join(Notice, Notice.id == Service.notice_id)
        .join(Case, Case.id == Service.case_id)
        .where(Case.division.in_(divisions), Notice.recalled_at.is_(None))
        .limit(MOST)
    )


def _undelivered(divisions: Sequence[str], now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Mail that cannot arrive, of notices that nobody has opened since."""
    return (
        _services(divisions)
        .add_columns(Attempt.settled_at, Attempt.detail)
        .join(Attempt, Attempt.service_id == Service.id)
        .where(sa.text("attempt.state = 'undeliverable'"), Service.opened_at.is_(None))
        .where(Attempt.settled_at > now - REMEMBERED)
        .order_by(Attempt.settled_at.desc())
    )


def _unopened(divisions: Sequence[str], now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Notices that were served and not opened. A copy that nobody opens harms nobody."""
    return (
        _services(divisions)
        .where(Service.opened_at.is_(None), Service.capacity == "service")
        .where(Service.placed_at < now - UNOPENED_AFTER)
        .order_by(Service.placed_at)
    )


def _addresses(divisions: Sequence[str]) -> sa.Select[*tuple[Any, ...]]:
    """People with a place in a case whose mail address failed: they get letters until it is mended."""
    columns: list[Any] = [
        Person.name,
        Account.mail_failed_at,
        Case.id.label("case_id"),
        Case.title,
        total(),
    ]
    return (
        sa.select(*columns)
        .join(Account, Account.person_id == Person.id)
        .join(Standing, Standing.person_id == Person.id)
        .join(Case, Case.id == Standing.case_id)
        .where(Account.mail_failed_at.is_not(None), Standing.ended_how.is_(None))
        .where(Case.division.in_(divisions), Case.closed_at.is_(None))
        .group_by(Person.name, Account.mail_failed_at, Case.id, Case.title)
        .order_by(Account.mail_failed_at, Person.name)
        .limit(MOST)
    )
