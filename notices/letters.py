"""The tables of letters: notices on paper, for whom no mail reaches, and what was printed at once."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base


class Why(StrEnum):
    """Why a notice goes out on paper."""

    no_account = "no_account"
    bad_address = "bad_address"
    unopened = "unopened"
    asked = "asked"


def _together(*columns: str, name: str) -> sa.CheckConstraint:
    """All of these columns are set, or none."""
    return sa.CheckConstraint(f"num_nulls({', '.join(columns)}) in (0, {len(columns)})", name=name)


class Mailing(Base):
    """Letters that were printed at once, for one office of one division: one file, and its hash.

    The file is made of the rows alone, so that after a crash it is made again, with the same bytes.
    """

    __tablename__ = "mailing"
    __table_args__ = (
        _together("pdf_key", "pdf_sha256", "pdf_size", name="pdf_is_whole"),
        sa.CheckConstraint("pdf_sha256 ~ '^[0-9a-f]{64}$'", name="pdf_sha256_whole"),
        sa.CheckConstraint("letters > 0", name="some_letters"),
        sa.Index("mailing_division_made_at_index", "division", "made_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    division: Mapped[str]
    office: Mapped[str]
    # Where the office is.
    day: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    # Nobody's id when the portal printed it by itself, in the morning.
    made_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    made_by_name: Mapped[str]
    letters: Mapped[int]
    pdf_key: Mapped[str | None] = mapped_column(unique=True)
    pdf_sha256: Mapped[str | None]
    pdf_size: Mapped[int | None] = mapped_column(sa.BigInteger)


class Letter(Base):
    """One letter for one service: asked for, printed, posted, and perhaps come back."""

    __tablename__ = "letter"
    __table_args__ = (
        sa.UniqueConstraint("service_id", "number", name="letter_number_once"),
        sa.UniqueConstraint("mailing_id", "place", name="letter_place_once"),
        sa.ForeignKeyConstraint(
            ["service_id", "case_id"], ["service.id", "service.case_id"], name="letter_same_case"
        ),
        sa.CheckConstraint(f"why in ({', '.join(map(repr, map(str, Why)))})", name="why_known"),
        sa.CheckConstraint("number >= 1", name="number_counts"),
        _together("mailing_id", "place", "lines", "country", name="printed_whole"),
        _together("posted_on", "posted_at", "posted_by", "posted_by_name", name="posted_recorded"),
        sa.CheckConstraint(
            "posted_on is null or mailing_id is not null", name="posted_after_printing"
        ),
        _together("deemed_on", "deemed_rule", name="deemed_whole"),
        sa.CheckConstraint(
            "deemed_on is null or deemed_on >= posted_on", name="deemed_after_posting"
        ),
        _together(
            "returned_on",
            "returned_at",
            "returned_by",
            "returned_by_name",
            name="returned_recorded",
        ),
        sa.CheckConstraint(
            "returned_on is null or returned_on >= posted_on", name="returned_after_posting"
        ),
        # However often it is asked for, one letter waits.
        sa.Index(
            "letter_waiting_once",
            "service_id",
            unique=True,
            postgresql_where=sa.text("mailing_id is null"),
        ),
        sa.Index("letter_returned", "case_id", postgresql_where=sa.text("returned_on is not null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_id: Mapped[UUID]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case.id"), index=True)
    # The second letter for the same service is number 2.
    number: Mapped[int] = mapped_column(server_default="1")
    why: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    asked_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    asked_by_name: Mapped[str]
    # Printed: in which mailing, as the how-manieth, and to where. The database shows the address
    # to couriers only; people have the paper.
    mailing_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("mailing.id"), index=True)
    place: Mapped[int | None]
    lines: Mapped[list[str] | None] = mapped_column(deferred=True, deferred_raiseload=True)
    country: Mapped[str | None] = mapped_column(deferred=True, deferred_raiseload=True)
    # The day it was handed to the post, as the officer says; then when and by whom it was said.
    posted_on: Mapped[date | None]
    posted_at: Mapped[datetime | None]
    posted_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    posted_by_name: Mapped[str | None]
    # By which rule of the rules data, where one says when a letter counts as received.
    deemed_on: Mapped[date | None]
    deemed_rule: Mapped[str | None]
    returned_on: Mapped[date | None]
    returned_at: Mapped[datetime | None]
    returned_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    returned_by_name: Mapped[str | None]
