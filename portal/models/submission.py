"""Submissions: documents filed together, by somebody, in somebody's name."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, Id, Moment, PersonId, together
from storage.database import Base


class Submission(Base):
    """A draft until *File* is pressed; then it has a receipt, and both never change.

    The draft's id is the key that makes filing idempotent: a second press finds it filed.
    """

    __tablename__ = "submission"
    __table_args__ = (
        together("receipt", "filed_at", "filed_by", "filer_name", name="filing_recorded"),
        sa.CheckConstraint(
            "(filed_by is null) or (filed_by = principal_id) = (delegation_id is null)",
            name="done_for_somebody_through_a_delegation",
        ),
        # One receipt for all copies of a filing, one copy a case.
        sa.UniqueConstraint("receipt", "case_id"),
        sa.Index(
            "submission_receipt_first",
            "receipt",
            unique=True,
            postgresql_where=sa.text("package_id is null or package_id = id"),
        ),
        sa.Index(
            "submission_package_id_index",
            "package_id",
            postgresql_where=sa.text("package_id is not null"),
        ),
        sa.Index(
            "submission_replaces_id_index",
            "replaces_id",
            postgresql_where=sa.text("replaces_id is not null"),
        ),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    drafted_by: Mapped[PersonId] = mapped_column(index=True)
    drafter_name: Mapped[str | None]
    drafted_at: Mapped[Moment]
    principal_id: Mapped[PersonId] = mapped_column(index=True)
    delegation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("delegation.id"))
    receipt: Mapped[str | None]
    filed_at: Mapped[datetime | None]
    filed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # Names as they stood that day: a receipt does not change when a person does.
    filer_name: Mapped[str | None]
    principal_name: Mapped[str | None]
    # The deadline it answered, as judged at filing: {"code", "due", "late"}.
    judged: Mapped[dict[str, Any] | None]
    late_reasons: Mapped[str | None]
    # How, when and to whom a copy was given (RPD Rules, r. 34; RAD Rules, r. 34).
    served_to: Mapped[str | None]
    served_how: Mapped[str | None]
    served_on: Mapped[date | None]
    # The joined cases that a draft is for besides its own; emptied at filing.
    also_for: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), server_default="{}")
    # Filed for several cases: the first of the copies, on every one of them.
    package_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("submission.id"))
    # The filed document that these take the place of, where somebody corrects one. Made after both
    # tables, for each names the other.
    replaces_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("document.id", name="submission_replaces_id_fkey", use_alter=True)
    )
    # Of a draft that goes with a request: what was typed of it so far (portal/requests/papers.py).
    with_request: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
