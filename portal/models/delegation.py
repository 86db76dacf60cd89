"""Delegation: a right lent by somebody who has it, for some cases and until a day; and its answers."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import Id, Moment, PersonId, one_of, together
from portal.models.standing import LENDABLE
from storage.database import Base

_RIGHTS = ", ".join(f"'{right}'" for right in LENDABLE)


class Delegation(Base):
    """What one person lends a person or a team; never more than the grantor has at this moment.

    Its terms never change: other terms are another delegation, which replaces this one.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        sa.CheckConstraint(f"rights <@ array[{_RIGHTS}]::text[]", name="rights_lendable"),
        sa.CheckConstraint("rights @> array['see']", name="rights_include_see"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("ends_at <= starts_at + interval '2 years'", name="two_years_at_most"),
        sa.CheckConstraint("num_nonnulls(team_id, invited_email) = 1", name="lent_to_somebody"),
        sa.CheckConstraint("all_cases or not rights @> array['delegate']", name="managed_whole"),
        one_of("kind", ("loan", "cover")),
        together("ended_at", "ended_by", name="ending_recorded"),
        together("reviewed_at", "reviewed_by", name="review_recorded"),
    )

    id: Mapped[Id]
    grantor_id: Mapped[PersonId] = mapped_column(index=True)
    team_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("team.id"), index=True)
    invited_email: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(server_default="loan")
    rights: Mapped[list[str]]
    all_cases: Mapped[bool]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]
    offered_at: Mapped[Moment]
    # The grantor, or who was lent the right to manage access in the grantor's name.
    offered_by: Mapped[PersonId]
    # Until when an address can answer; a team's people can for as long as the loan lasts.
    open_until: Mapped[datetime]
    replaces_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("delegation.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    ending_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ending.id"), index=True)
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))


class DelegationCase(Base):
    """A case that a delegation names, where it does not lend all of them."""

    __tablename__ = "delegation_case"

    delegation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("delegation.id"), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case.id"), primary_key=True, index=True)


class Answer(Base):
    """What one person answered to an offer; an acceptance is what makes that person a delegate."""

    __tablename__ = "answer"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(accepted_at, declined_at) = 1", name="answered_once"),
        sa.CheckConstraint("(undertaking is null) = (accepted_at is null)", name="undertaken"),
        together("ended_at", "ended_by", name="ending_recorded"),
        sa.Index(
            "answer_once",
            "delegation_id",
            "person_id",
            unique=True,
            postgresql_where=sa.text("ended_at is null"),
        ),
    )

    delegation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("delegation.id"), primary_key=True)
    person_id: Mapped[PersonId] = mapped_column(primary_key=True, index=True)
    # Who comes back into a team answers anew.
    number: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, default=1, server_default="1"
    )
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    # The version of the undertaking that was accepted (portal/rules/undertakings.toml).
    undertaking: Mapped[str | None]
    last_used_at: Mapped[datetime | None]
    # This person gave it back; the loan itself ends on its own row.
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))


class Ending(Base):
    """Loans of one grantor that were ended together; entries name it, and prove it."""

    __tablename__ = "ending"

    id: Mapped[Id]
    grantor_id: Mapped[PersonId] = mapped_column(index=True)
    ended_at: Mapped[Moment]
    ended_by: Mapped[PersonId]
    ended_by_name: Mapped[str]


class Acting(Base):
    """For whom somebody acts on one case, where several lent it."""

    __tablename__ = "acting"

    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case.id"), primary_key=True)
    principal_id: Mapped[PersonId]
    chosen_at: Mapped[Moment]


class Reminder(Base):
    """A mail that reminds somebody of something, once for each thing and day."""

    __tablename__ = "reminder"
    __table_args__ = (
        sa.UniqueConstraint(
            "person_id",
            "kind",
            "about",
            "due_on",
            "fixed_at",
            name="reminder_once",
            postgresql_nulls_not_distinct=True,
        ),
        one_of("kind", ("approval", "lapse", "hearing", "designation")),
        sa.CheckConstraint("(kind = 'hearing') = (fixed_at is not null)", name="of_a_date"),
    )

    id: Mapped[Id]
    person_id: Mapped[PersonId]
    kind: Mapped[str]
    about: Mapped[UUID]
    due_on: Mapped[date]
    # Of a hearing: when its date was fixed, which a move does anew.
    fixed_at: Mapped[datetime | None]
    made_at: Mapped[Moment]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
