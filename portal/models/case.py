"""A case: one or several joined claims, each party with its own numbers."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, Id, Moment, PersonId, one_of, together
from storage.database import Base


class Case(Base):
    """What is decided together; division and office name rows of the rules data."""

    __tablename__ = "case"
    __table_args__ = (
        one_of("language", ("en", "fr")),
        together("closed_at", "closed_by", name="closing_recorded"),
        sa.CheckConstraint("joined_to <> id", name="not_joined_to_itself"),
        sa.Index("case_division_opened_at_index", "division", "opened_at"),
    )

    id: Mapped[Id]
    division: Mapped[str]
    office: Mapped[str]
    title: Mapped[str]
    # Language of proceedings: neither the reader's nor the interpreter's.
    language: Mapped[str]
    opened_at: Mapped[Moment]
    opened_by: Mapped[PersonId]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # The first of the cases this one is joined with (RPD Rules, r. 55).
    joined_to: Mapped[UUID | None] = mapped_column(sa.ForeignKey("case.id"), index=True)


class Party(Base):
    """One person a case is about, with or without an account of his or her own."""

    __tablename__ = "party"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    name: Mapped[str]
    file_number: Mapped[str] = mapped_column(unique=True)
    uci: Mapped[str | None]
    born_on: Mapped[date | None]
    # Interpretation is asked for by language and, where it matters, dialect.
    interpretation: Mapped[str | None]
