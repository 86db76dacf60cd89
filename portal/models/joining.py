"""Letters that invite to join by a code, and the passes that a right code gives for some minutes."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, Id, Moment, PersonId, one_of, together
from storage.database import Base


class LetterEnd(StrEnum):
    """How the codes of an invitation letter stopped working."""

    reprinted = "reprinted"
    revoked = "revoked"
    # Whoever holds it did not know date of birth or UCI, again and again.
    guessed = "guessed"


class InvitationLetter(Base):
    """One printed invitation: to a party without an account, or to somebody with a place.

    Its paper is kept nowhere, and of its two codes only hashes under a key of the portal's.
    """

    __tablename__ = "invitation_letter"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(person_id, party_id) = 1", name="to_somebody"),
        one_of("language", ("en", "fr")),
        one_of("ended_how", LetterEnd),
        sa.CheckConstraint("wrong >= 0", name="wrong_counts"),
        together("used_at", "used_by", name="use_recorded"),
        together("ended_at", "ended_how", name="ending_recorded"),
        # Of all letters to somebody only the newest has codes that work.
        sa.Index(
            "invitation_letter_to_party",
            "party_id",
            unique=True,
            postgresql_where=sa.text("ended_at is null"),
        ),
        sa.Index(
            "invitation_letter_to_person",
            "person_id",
            "case_id",
            unique=True,
            postgresql_where=sa.text("ended_at is null"),
        ),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("party.id"))
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    name: Mapped[str]
    language: Mapped[str]
    # Shown to jobs only: to whoever administers the case the database does not read them out.
    code_hash: Mapped[bytes] = mapped_column(unique=True, deferred=True, deferred_raiseload=True)
    check_hash: Mapped[bytes] = mapped_column(unique=True, deferred=True, deferred_raiseload=True)
    printed_at: Mapped[Moment]
    printed_by: Mapped[PersonId]
    printed_by_name: Mapped[str]
    # Until when an account can be made with it; the hearing check goes on.
    ends_at: Mapped[datetime]
    # How often somebody who had the code did not know date of birth or UCI.
    wrong: Mapped[int] = mapped_column(sa.SmallInteger, server_default="0")
    used_at: Mapped[datetime | None]
    used_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str | None]
    ended_by_name: Mapped[str | None]


class Joining(Base):
    """Some minutes for who has shown code and date of birth; only the hash of its token is kept."""

    __tablename__ = "joining"

    id: Mapped[Id]
    letter_id: Mapped[UUID] = mapped_column(sa.ForeignKey("invitation_letter.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    began_at: Mapped[Moment]
    ends_at: Mapped[datetime]
    # From then on it shows the hearing, and makes no account.
    looked_at: Mapped[datetime | None]
