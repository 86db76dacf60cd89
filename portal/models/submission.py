"""Submissions: documents filed together, by somebody, in somebody's name."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
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
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    drafted_by: Mapped[PersonId] = mapped_column(index=True)
    drafter_name: Mapped[str | None]
    drafted_at: Mapped[Moment]
    principal_id: Mapped[PersonId] = mapped_column(index=True)
    delegation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("delegation.id"))
    receipt: Mapped[str | None] = mapped_column(unique=True)
    filed_at: Mapped[datetime | None]
    filed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # Names as they stood that day: a receipt does not change when a person does.
    filer_name: Mapped[str | None]
    principal_name: Mapped[str | None]
    # The deadline it answered, as judged at filing: {"code", "due", "late"}.
    judged: Mapped[dict[str, Any] | None]
