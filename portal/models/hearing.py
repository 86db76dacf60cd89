"""Hearings: local time and zone as people read them, and the instant they fall on."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, Id, Moment, PersonId, one_of, together
from storage.database import Base


class Hearing(Base):
    """One sitting. A move keeps the row and raises `sequence` (RFC 5545 §3.8.7.4)."""

    __tablename__ = "hearing"
    __table_args__ = (
        one_of("mode", ("video", "in_person", "telephone")),
        one_of("kind", ("hearing", "conference", "detention_review", "admissibility_hearing")),
        sa.CheckConstraint("minutes between 5 and 600", name="minutes_sane"),
        together("cancelled_at", "cancelled_by", "cancelled_why", name="cancelling_recorded"),
        # Lets a notice prove, by foreign key, that it is about a hearing of its own case.
        sa.UniqueConstraint("id", "case_id", name="hearing_of_case"),
        sa.Index("hearing_starts_at_index", "starts_at"),
        sa.Index("hearing_local_start_index", "local_start"),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    kind: Mapped[str] = mapped_column(server_default="hearing")
    # What the notice says: wall clock of the venue, and the venue's zone …
    local_start: Mapped[datetime] = mapped_column(sa.TIMESTAMP(timezone=False))
    zone: Mapped[str]
    # … and the instant that is, computed in Python with the pinned time zone data.
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    mode: Mapped[str]
    place: Mapped[str | None]
    link: Mapped[str | None]
    dial_in: Mapped[str | None]
    # The language of the interpretation, and who interprets.
    interpreter: Mapped[str | None]
    interpreter_name: Mapped[str | None]
    # Who decides; a name, for members have no account here.
    member: Mapped[str | None]
    sequence: Mapped[int] = mapped_column(server_default="0")
    scheduled_at: Mapped[Moment]
    scheduled_by: Mapped[PersonId]
    # The instant of before, and on which clock people had been told it.
    moved_from: Mapped[datetime | None]
    moved_from_zone: Mapped[str | None]
    moved_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    cancelled_why: Mapped[str | None]

    @hybrid_property
    def ends_at(self) -> datetime:
        """When the sitting should be over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @ends_at.inplace.expression
    @classmethod
    def _ends_at(cls) -> sa.ColumnElement[datetime]:
        return cls.starts_at + cls.minutes * sa.text("interval '1 minute'")
