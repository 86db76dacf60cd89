"""Delegation: a right lent by somebody who has it, for some cases and until a day."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import Id, Moment, PersonId, together
from portal.models.standing import LENDABLE
from storage.database import Base

_RIGHTS = ", ".join(f"'{right}'" for right in LENDABLE)


class Delegation(Base):
    """What one person lends another; never more than the grantor has at this moment."""

    __tablename__ = "delegation"
    __table_args__ = (
        sa.CheckConstraint(f"rights <@ array[{_RIGHTS}]::text[]", name="rights_lendable"),
        sa.CheckConstraint("rights @> array['see']", name="rights_include_see"),
        sa.CheckConstraint("grantor_id <> delegate_id", name="not_to_oneself"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("ends_at <= starts_at + interval '2 years'", name="two_years_at_most"),
        sa.CheckConstraint("num_nulls(delegate_id, invited_email) < 2", name="lent_to_somebody"),
        sa.CheckConstraint(
            "accepted_at is null or delegate_id is not null", name="accepted_by_somebody"
        ),
        sa.CheckConstraint("num_nonnulls(accepted_at, declined_at) < 2", name="answered_once"),
        together("ended_at", "ended_by", name="ending_recorded"),
    )

    id: Mapped[Id]
    grantor_id: Mapped[PersonId] = mapped_column(index=True)
    delegate_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    invited_email: Mapped[str | None] = mapped_column(index=True)
    rights: Mapped[list[str]]
    all_cases: Mapped[bool]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]
    offered_at: Mapped[Moment]
    offered_by: Mapped[PersonId]
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    last_used_at: Mapped[datetime | None]


class DelegationCase(Base):
    """A case that a delegation names, where it does not lend all of them."""

    __tablename__ = "delegation_case"

    delegation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("delegation.id"), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case.id"), primary_key=True, index=True)
