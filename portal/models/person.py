"""Persons, how they sign in, and where registry officers are posted."""

from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import Id, Moment, PersonId, one_of
from storage.database import Base


class Calling(StrEnum):
    """What brings a person here; it chooses words and navigation, never a right."""

    claimant = "claimant"
    representative = "representative"
    counsel = "counsel"
    delegate = "delegate"
    registry = "registry"


class Person(Base):
    """Somebody the tribunal knows; names are seen only by those who share a case."""

    __tablename__ = "person"
    __table_args__ = (one_of("calling", Calling), one_of("language", ("en", "fr")))

    id: Mapped[Id]
    name: Mapped[str]
    calling: Mapped[str]
    language: Mapped[str] = mapped_column(server_default="en")
    zone: Mapped[str] = mapped_column(server_default="America/Toronto")
    created_at: Mapped[Moment]


class Account(Base):
    """How one person signs in and is written to."""

    __tablename__ = "account"
    __table_args__ = (sa.CheckConstraint("email = lower(email)", name="email_lower"),)

    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    mail_failed_at: Mapped[datetime | None]
    mail_failure: Mapped[str | None]
    # Since when it waits for its owner to open the link that was mailed to it.
    unconfirmed_since: Mapped[datetime | None]


class SignedIn(Base):
    """One signed-in browser: only the hash of its token is kept."""

    __tablename__ = "session"

    id: Mapped[Id]
    person_id: Mapped[PersonId] = mapped_column(index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    began_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # On a shared device: how long without a click; else what the settings say.
    idle: Mapped[timedelta | None]
    # Which factors were shown; second factors add theirs.
    factors: Mapped[list[str]] = mapped_column(server_default="{password}")


class Invitation(Base):
    """A single-use way in for somebody without a password yet; only its hash is kept."""

    __tablename__ = "invitation"

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[PersonId | None]
    invited_by: Mapped[PersonId]
    invited_at: Mapped[Moment]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    mail_failed_at: Mapped[datetime | None]


class Posting(Base):
    """A registry officer's place in a division: the registry's own standing."""

    __tablename__ = "posting"

    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    division: Mapped[str] = mapped_column(primary_key=True)
    starts_at: Mapped[Moment]
    ends_at: Mapped[datetime | None]
