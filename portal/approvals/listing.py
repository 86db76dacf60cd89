"""What waits for my word, and what came back to me: rows for any page's one question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from portal.models import Approval, Case, Document, Hearing, Outcome, Person, Submission
from portal.rules import rules
from portal.rules.deadlines import Deadline, deadlines

Rows = sa.Select[*tuple[Any, ...]]
# What the words for a file are made of.
_SHOWN = (
    *("id", "name", "type", "title", "size", "pages", "state", "reason", "scans_failed"),
    *("language", "other_language", "translator", "translated_on", "translation_accurate"),
    "translation_id",
)


@dataclass(frozen=True)
class Waiting:
    """One draft that waits: the round, its files, and the limits of its case."""

    row: Any
    files: Sequence[Any]
    deadlines: Sequence[Deadline]

    @property
    def zone(self) -> str:
        """The clock of the registry office."""
        return rules.offices[self.row.office].zone

    def next_deadline(self, now: datetime) -> Deadline | None:
        """The next limit that has not passed."""
        return next((due for due in self.deadlines if not due.passed(now)), None)


def waiting() -> Rows:
    """Every draft that waits, as far as whoever asks may see it."""
    return _rounds().where(Approval.answered_at.is_(None))


def to_approve() -> Rows:
    """The drafts that wait for my word: my own, and theirs for whom I may file."""
    mine = sa.func.portal_drafts(Approval.case_id, Approval.principal_id, sa.null())
    return waiting().where(mine)


def sent_back(me: UUID | sa.BindParameter[Any]) -> Rows:
    """Drafts that I put before somebody who sent them back; not those sent again since."""
    later = aliased(Approval)
    newer = sa.exists().where(
        later.submission_id == Approval.submission_id, later.asked_at > Approval.asked_at
    )
    return _rounds().where(Approval.asked_by == me, Approval.outcome == Outcome.returned, ~newer)


def tell(row: Any) -> Waiting:  # noqa: ANN401 - a row
    """The row with what follows from it."""
    days = {date.fromisoformat(day) for day in row.hearing_days or ()}
    limits = deadlines(division=row.division, office=row.office, hearings=days)
    return Waiting(row, [SimpleNamespace(**one) for one in row.files or ()], limits)


def soonest_first(rows: Sequence[Any], now: datetime) -> list[Waiting]:
    """All rows, the nearest limit first, and of those the one that waits longest."""
    found = [(one.next_deadline(now), one) for one in map(tell, rows)]
    found.sort(key=lambda pair: (pair[0] is None, pair[0].instant if pair[0] else now))
    return [one for _, one in found]


def _rounds() -> Rows:
    principal = aliased(Person)
    return (
        sa.select(
            *Approval.__table__.columns,
            Case.title.label("case_title"),
            Case.division,
            Case.office,
            principal.name.label("principal"),
            _hearing_days().label("hearing_days"),
            _files().label("files"),
        )
        .join(Submission, Submission.id == Approval.submission_id)
        .join(Case, Case.id == Approval.case_id)
        .outerjoin(principal, principal.id == Approval.principal_id)
        .where(Submission.filed_at.is_(None))
        .order_by(Approval.asked_at)
    )


def _hearing_days() -> sa.ScalarSelect[Any]:
    day = sa.cast(sa.cast(Hearing.local_start, sa.Date), sa.Text)
    return (
        sa.select(sa.func.array_agg(day))
        .where(Hearing.case_id == Approval.case_id, Hearing.cancelled_at.is_(None))
        .correlate(Approval)
        .scalar_subquery()
    )


def _files() -> sa.ScalarSelect[Any]:
    pairs: list[sa.ColumnElement[Any]] = []
    for name in _SHOWN:
        pairs += sa.literal_column(f"'{name}'"), getattr(Document, name)
    each = sa.func.json_build_object(*pairs)
    return (
        sa.select(sa.func.json_agg(aggregate_order_by(each, Document.position, Document.kept_at)))
        .where(Document.submission_id == Approval.submission_id, Document.removed_at.is_(None))
        .correlate(Approval)
        .scalar_subquery()
    )
