"""Incoming: what waits on the desk for an officer's word, filed documents and wishes to take back."""

from typing import Any

import sqlalchemy as sa

from portal.models import Case, Document, Submission, Withdrawal

# Rows of a pile that are shown.
MOST = 50
# A pile's question is made once: whose divisions, and when, are said as it is asked.
Bound = sa.BindParameter[Any]
DIVISIONS: Bound = sa.bindparam("divisions", expanding=True)
NOW: Bound = sa.bindparam("now", type_=sa.TIMESTAMP(timezone=True))


def total() -> sa.Label[int]:
    """How many rows there are in all, on each of those that are shown."""
    return sa.func.count().over().label("total")


def new_documents(divisions: Bound) -> sa.Select[*tuple[Any, ...]]:
    """Filings with readable documents that nobody has looked at yet, the oldest first."""
    columns: list[Any] = [
        Submission.id,
        Submission.receipt,
        Submission.filed_at,
        Submission.filer_name,
        Submission.principal_name,
        Submission.judged,
        Submission.replaces_id,
        Case.id.label("case_id"),
        Case.title,
        sa.func.count(Document.id).label("documents"),
        total(),
    ]
    return (
        sa.select(*columns)
        .join(Document, Document.submission_id == Submission.id)
        .join(Case, Case.id == Document.case_id)
        # Written out, not bound: only so does the partial index serve a prepared statement.
        .where(sa.text("document.review = 'due' and document.state = 'clean'"))
        .where(Document.withdrawn_at.is_(None), Document.replaced_at.is_(None))
        .where(Case.division.in_(divisions))
        .group_by(Submission.id, Case.id)
        .order_by(Submission.filed_at)
        .limit(MOST)
    )


def withdrawals_asked(divisions: Bound) -> sa.Select[*tuple[Any, ...]]:
    """Accepted documents that their filers ask to take back, the oldest wish first."""
    columns: list[Any] = [
        Withdrawal.id,
        Withdrawal.asked_at,
        Withdrawal.asked_by_name,
        Withdrawal.principal_name,
        Submission.receipt,
        Case.id.label("case_id"),
        Case.title,
        total(),
    ]
    return (
        sa.select(*columns)
        .join(Document, Document.id == Withdrawal.document_id)
        .join(Submission, Submission.id == Document.submission_id)
        .join(Case, Case.id == Withdrawal.case_id)
        .where(sa.text("withdrawal.outcome is null"), Case.division.in_(divisions))
        .order_by(Withdrawal.asked_at)
        .limit(MOST)
    )
