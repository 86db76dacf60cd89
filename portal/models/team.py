"""Teams: people who work together, to whom one lends at once; each accepts for himself."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import Id, Moment, PersonId, together
from storage.database import Base


class Team(Base):
    """A clinic's intake team, a firm's office; whoever lends to it knows its code."""

    __tablename__ = "team"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    started_at: Mapped[Moment]
    started_by: Mapped[PersonId]


class Membership(Base):
    """A person's place in a team, from the invitation to the leaving; a return is a new row."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.CheckConstraint("joined_at is null or person_id is not null", name="joined_by_somebody"),
        sa.CheckConstraint("num_nonnulls(joined_at, declined_at) < 2", name="answered_once"),
        together("ended_at", "ended_by", name="ending_recorded"),
        sa.Index(
            "membership_once",
            "team_id",
            "person_id",
            unique=True,
            postgresql_where=sa.text("joined_at is not null and ended_at is null"),
        ),
    )

    id: Mapped[Id]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("team.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    invited_email: Mapped[str] = mapped_column(index=True)
    invited_by: Mapped[PersonId]
    invited_at: Mapped[Moment]
    open_until: Mapped[datetime]
    joined_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    # Who leads invites and removes people.
    leads_since: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
