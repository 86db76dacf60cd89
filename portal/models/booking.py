"""Bookings: who sits, interprets and pleads at a hearing, and where."""

from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, one_of
from storage.database import Base


class Booked(StrEnum):
    """What a hearing needs that can be in one place only."""

    member = "member"
    place = "place"
    interpreter = "interpreter"
    counsel = "counsel"


class Booking(Base):
    """One person or place, for the time of one hearing; the database refuses it twice at once."""

    __tablename__ = "booking"
    __table_args__ = (
        one_of("kind", Booked),
        ExcludeConstraint(
            ("kind", "="),
            ("resource", "="),
            ("during", "&&"),
            ("sitting_id", "<>"),
            name="booking_once",
        ),
    )

    hearing_id: Mapped[UUID] = mapped_column(sa.ForeignKey("hearing.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    # A name or a place in one spelling; counsel, by the person's id.
    resource: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    case_id: Mapped[CaseId]
    # The first of the cases that are heard together: they are one sitting.
    sitting_id: Mapped[UUID]
    during: Mapped[Range[object]] = mapped_column(TSTZRANGE)
