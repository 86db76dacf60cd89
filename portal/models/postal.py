"""Where people are reached: seen by the registry, by them, and by who represents them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import Id, Moment, PersonId, together
from storage.database import Base


class PostalAddress(Base):
    """Where one person, or one party without an account, gets letters; the one before is ended.

    `lines` stand below the name, the city last; `country` is ISO 3166's two letters, and is
    written below them where it is not CA.
    """

    __tablename__ = "postal_address"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(person_id, party_id) = 1", name="of_somebody"),
        sa.CheckConstraint("cardinality(lines) between 1 and 5", name="lines_few"),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_code"),
        together("ended_at", "ended_by", "ended_by_name", name="ending_recorded"),
        sa.Index(
            "postal_address_of_person",
            "person_id",
            unique=True,
            postgresql_where=sa.text("ended_at is null"),
        ),
        sa.Index(
            "postal_address_of_party",
            "party_id",
            unique=True,
            postgresql_where=sa.text("ended_at is null"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("party.id"), index=True)
    lines: Mapped[list[str]]
    country: Mapped[str] = mapped_column(server_default="CA")
    since: Mapped[Moment]
    recorded_by: Mapped[PersonId]
    recorded_by_name: Mapped[str]
    # In whose name a delegate did it.
    recorded_for: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_by_name: Mapped[str | None]


class Telephone(Base):
    """Where one person, or one party without an account, is telephoned; the one before is ended."""

    __tablename__ = "telephone"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(person_id, party_id) = 1", name="of_somebody"),
        sa.CheckConstraint("length(number) between 3 and 40", name="number_short"),
        together("ended_at", "ended_by", "ended_by_name", name="ending_recorded"),
        sa.Index(
            "telephone_of_person",
            "person_id",
            unique=True,
            postgresql_where=sa.text("ended_at is null"),
        ),
        sa.Index(
            "telephone_of_party",
            "party_id",
            unique=True,
            postgresql_where=sa.text("ended_at is null"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("party.id"), index=True)
    number: Mapped[str]
    since: Mapped[Moment]
    recorded_by: Mapped[PersonId]
    recorded_by_name: Mapped[str]
    recorded_for: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_by_name: Mapped[str | None]
