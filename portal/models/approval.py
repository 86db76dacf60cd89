"""Approvals: drafts that wait for the word of the person in whose name they were prepared."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, Id, Moment, PersonId, one_of, together
from storage.database import Base


class Outcome(StrEnum):
    """What became of a draft that was put before its principal."""

    filed = "filed"
    returned = "returned"
    taken_back = "taken_back"


class Approval(Base):
    """One round: put before the principal, then filed, sent back with a remark, or taken back."""

    __tablename__ = "approval"
    __table_args__ = (
        one_of("outcome", Outcome),
        together(
            "answered_at", "answered_by", "answered_by_name", "outcome", name="answer_recorded"
        ),
        sa.Index(
            "approval_waiting",
            "submission_id",
            unique=True,
            postgresql_where=sa.text("answered_at is null"),
        ),
        sa.Index(
            "approval_principal_waiting",
            "principal_id",
            postgresql_where=sa.text("answered_at is null"),
        ),
    )

    id: Mapped[Id]
    submission_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("submission.id", ondelete="cascade"), index=True
    )
    case_id: Mapped[CaseId]
    principal_id: Mapped[PersonId]
    asked_at: Mapped[Moment]
    asked_by: Mapped[PersonId]
    asked_by_name: Mapped[str]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_by_name: Mapped[str | None]
    outcome: Mapped[str | None]
    remark: Mapped[str | None]
