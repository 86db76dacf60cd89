"""Retainers: who tells the registry that he or she is counsel in a case, and what became of it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import Id, Moment, PersonId, one_of, together
from storage.database import Base


class RetainerOutcome(StrEnum):
    """What the registry did with it."""

    recorded = "recorded"
    refused = "refused"


class Retainer(Base):
    """Somebody without a place in the case says to be counsel in it.

    What was typed is kept as typed and compared with no case until an officer looks at it: whoever
    sends it learns nothing of any case.
    """

    __tablename__ = "retainer"
    __table_args__ = (
        one_of("outcome", RetainerOutcome),
        sa.CheckConstraint("num_nonnulls(family_name, born_on) >= 1", name="names_somebody"),
        # Who is paid says as member of what (IRPA, s. 91); who is not, when the client signed (r. 5).
        sa.CheckConstraint(
            "(member_of is null) = (member_number is null)"
            " and (member_of is null) <> (client_signed_on is null)",
            name="paid_or_not",
        ),
        sa.CheckConstraint(
            "outcome is distinct from 'recorded' or case_id is not null", name="case_known"
        ),
        sa.CheckConstraint(
            "outcome is distinct from 'refused' or remark is not null", name="refusal_explained"
        ),
        together(
            "outcome", "answered_at", "answered_by", "answered_by_name", name="answer_recorded"
        ),
        sa.Index(
            "retainer_waiting", "division", "asked_at", postgresql_where=sa.text("outcome is null")
        ),
    )

    id: Mapped[Id]
    asked_by: Mapped[PersonId] = mapped_column(index=True)
    asked_by_name: Mapped[str]
    asked_at: Mapped[Moment]
    division: Mapped[str]
    file_number: Mapped[str]
    family_name: Mapped[str | None]
    born_on: Mapped[date | None]
    # Paid: the body that counsel is a member of, and the number there.
    member_of: Mapped[str | None]
    member_number: Mapped[str | None]
    # Not paid: the day on which the client signed the declaration.
    client_signed_on: Mapped[date | None]
    # A limited retainer: what for.
    limited_to: Mapped[str | None]
    # The case an officer found for it.
    case_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("case.id"), index=True)
    outcome: Mapped[str | None]
    remark: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_by_name: Mapped[str | None]

    @property
    def paid(self) -> bool:
        """Whether counsel is paid for it."""
        return self.member_of is not None
