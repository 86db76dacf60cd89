"""Documents: what is kept of a file, and the states between its last byte and its first reader."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, Id, Moment, PersonId, one_of, together
from portal.models.review import ReviewOutcome
from storage.database import Base


class DocumentState(StrEnum):
    """Where a file stands; only `clean` is ever readable."""

    held = "held"
    clean = "clean"
    infected = "infected"
    refused = "refused"
    unscannable = "unscannable"


class Document(Base):
    """One file. A readable document without a clean verdict and a SHA-256 cannot exist."""

    __tablename__ = "document"
    __table_args__ = (
        one_of("state", DocumentState),
        one_of("review", ("due", *ReviewOutcome)),
        sa.CheckConstraint("size > 0", name="size_positive"),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_whole"),
        sa.CheckConstraint(
            # A comparison with null would pass a check; counting nulls does not.
            "state <> 'clean' or (num_nulls(judged_at, reason, scanned_size, scanned_with) = 0"
            " and reason = 'clean' and scanned_size = size)",
            name="readable_only_when_clean",
        ),
        sa.CheckConstraint("(state = 'held') = (judged_at is null)", name="judged_when_not_held"),
        sa.CheckConstraint(
            "readable_from is null or state = 'infected' and readable_from <= judged_at",
            name="readable_from_a_verdict",
        ),
        together("removed_at", "removed_by", name="removal_recorded"),
        sa.UniqueConstraint("case_id", "exhibit"),
        # Copies for joined cases share their bytes.
        sa.UniqueConstraint("object_key", "case_id"),
        sa.Index(
            "document_translation_id_index",
            "translation_id",
            postgresql_where=sa.text("translation_id is not null"),
        ),
        sa.Index("document_review_due", "case_id", postgresql_where=sa.text("review = 'due'")),
        sa.Index("document_held_index", "kept_at", postgresql_where=sa.text("state = 'held'")),
        sa.Index(
            "document_scanned_with_index",
            "scanned_with",
            postgresql_where=sa.text("state = 'clean'"),
        ),
        sa.Index(
            "document_refused_index",
            "judged_at",
            postgresql_where=sa.text("state in ('infected', 'refused', 'unscannable')"),
        ),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    submission_id: Mapped[UUID] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    position: Mapped[int] = mapped_column(server_default="0")
    name: Mapped[str]
    type: Mapped[str | None]
    title: Mapped[str | None]
    language: Mapped[str | None]
    # Of a file that is neither in English nor in French: its language by name; who translated it,
    # when, that it is said to be accurate, and the file of the same filing that holds it.
    other_language: Mapped[str | None]
    translator: Mapped[str | None]
    translated_on: Mapped[date | None]
    translation_accurate: Mapped[bool] = mapped_column(server_default=sa.false())
    translation_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("document.id", ondelete="set null")
    )
    # "C-3": the letter of its side and a number that runs through the case; given at filing.
    exhibit: Mapped[str | None]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    pages: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(index=True)
    media_type: Mapped[str]
    object_key: Mapped[str]
    kept_at: Mapped[Moment]
    kept_by: Mapped[PersonId]
    state: Mapped[str] = mapped_column(server_default=DocumentState.held)
    judged_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    # The signature that matched, or the scanner's own words: for the registry, never for the filer.
    finding: Mapped[str | None]
    scanned_size: Mapped[int | None] = mapped_column(sa.BigInteger)
    scanned_with: Mapped[str | None]
    # Of a file found infected by what the scanner has learnt since: from when people could read it.
    readable_from: Mapped[datetime | None]
    scans_failed: Mapped[int] = mapped_column(server_default="0")
    scan_failure: Mapped[str | None]
    # Taken out of a draft before filing; the row stays until the sweep removes the bytes.
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # What became of it once filed, as the database writes it (0003_reviews.sql): the registry's
    # latest word ("due" until there is one), replaced, taken back, sealed.
    review: Mapped[str | None]
    replaced_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]
