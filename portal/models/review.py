"""What becomes of a filed document: the registry's word on it, taken back, sealed."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, Id, Moment, PersonId, one_of, together
from storage.database import Base


class ReviewOutcome(StrEnum):
    """What the registry says of a document; `Document.review` is "due" until it has."""

    accepted = "accepted"
    correction = "correction"
    refused = "refused"


class Review(Base):
    """One word of the registry on one document; the latest (by `number`) counts, none changes."""

    __tablename__ = "review"
    __table_args__ = (
        one_of("outcome", ReviewOutcome),
        sa.CheckConstraint("(outcome = 'accepted') = (reason is null)", name="reasoned"),
    )

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), unique=True)
    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"), index=True)
    # Written by the database, from the document (`review_made`).
    case_id: Mapped[CaseId]
    outcome: Mapped[str]
    # A code of the rules data.
    reason: Mapped[str | None]
    words: Mapped[str | None]
    reviewed_at: Mapped[Moment]
    reviewed_by: Mapped[PersonId]
    reviewed_by_name: Mapped[str]


class WithdrawalOutcome(StrEnum):
    """What became of a wish to take a document back."""

    withdrawn = "withdrawn"
    refused = "refused"


class Withdrawal(Base):
    """A document taken back: at once before the registry accepted it, later with its consent.

    The database says which (`withdrawal_made`); `answered_by` is empty where nobody had to consent.
    """

    __tablename__ = "withdrawal"
    __table_args__ = (
        one_of("outcome", WithdrawalOutcome),
        together("outcome", "answered_at", name="answer_recorded"),
        together("answered_by", "answered_by_name", name="answerer_recorded"),
        sa.Index(
            "withdrawal_once",
            "document_id",
            unique=True,
            postgresql_where=sa.text("outcome is distinct from 'refused'"),
        ),
        sa.Index("withdrawal_waiting", "case_id", postgresql_where=sa.text("outcome is null")),
    )

    id: Mapped[Id]
    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"))
    case_id: Mapped[CaseId]
    why: Mapped[str]
    asked_at: Mapped[Moment]
    asked_by: Mapped[PersonId]
    asked_by_name: Mapped[str]
    # In whose name, where somebody asked through a delegation.
    principal_name: Mapped[str | None]
    outcome: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_by_name: Mapped[str | None]
    remark: Mapped[str | None]


class Seal(Base):
    """While it lasts the document does not exist but for the registry and the people named."""

    __tablename__ = "seal"
    __table_args__ = (
        together("lifted_at", "lifted_by", "lifted_by_name", name="lifting_recorded"),
        sa.Index(
            "seal_once", "document_id", unique=True, postgresql_where=sa.text("lifted_at is null")
        ),
    )

    id: Mapped[Id]
    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"))
    case_id: Mapped[CaseId]
    why: Mapped[str]
    sealed_at: Mapped[Moment]
    sealed_by: Mapped[PersonId]
    sealed_by_name: Mapped[str]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    lifted_by_name: Mapped[str | None]


class SealReader(Base):
    """Somebody who may read a sealed document, as long as he or she may read the case at all."""

    __tablename__ = "seal_reader"

    seal_id: Mapped[UUID] = mapped_column(sa.ForeignKey("seal.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("person.id"), primary_key=True, index=True
    )
    case_id: Mapped[CaseId]
    name: Mapped[str]
