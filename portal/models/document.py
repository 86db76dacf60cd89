"""Documents: what is kept of a file, and the states between its last byte and its first reader."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, Id, Moment, PersonId, one_of, together
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
        sa.CheckConstraint("size > 0", name="size_positive"),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_whole"),
        sa.CheckConstraint(
            # A comparison with null would pass a check; counting nulls does not.
            "state <> 'clean' or (num_nulls(judged_at, reason, scanned_size, scanned_with) = 0"
            " and reason = 'clean' and scanned_size = size)",
            name="readable_only_when_clean",
        ),
        sa.CheckConstraint("(state = 'held') = (judged_at is null)", name="judged_when_not_held"),
        together("removed_at", "removed_by", name="removal_recorded"),
        sa.Index("document_held_index", "kept_at", postgresql_where=sa.text("state = 'held'")),
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
    size: Mapped[int] = mapped_column(sa.BigInteger)
    pages: Mapped[int | None]
    sha256: Mapped[str]
    media_type: Mapped[str]
    object_key: Mapped[str] = mapped_column(unique=True)
    kept_at: Mapped[Moment]
    kept_by: Mapped[PersonId]
    state: Mapped[str] = mapped_column(server_default=DocumentState.held)
    judged_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    # The signature that matched, or the scanner's own words: for the registry, never for the filer.
    finding: Mapped[str | None]
    scanned_size: Mapped[int | None] = mapped_column(sa.BigInteger)
    scanned_with: Mapped[str | None]
    scans_failed: Mapped[int] = mapped_column(server_default="0")
    scan_failure: Mapped[str | None]
    # Taken out of a draft before filing; the row stays until the sweep removes the bytes.
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
