"""Appeals: the case that a notice of appeal opened, against which decision, and when it was perfected."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, Moment, PersonId, one_of, together
from storage.database import Base


class Appeal(Base):
    """What ties an appeal to its claim: written once, by the database (`portal_open_appeal`).

    The form's id is the id of the appeal's case: a second press finds it there.
    """

    __tablename__ = "appeal"
    __table_args__ = (
        one_of("received_how", ("set", "deemed", "stated")),
        sa.CheckConstraint(
            "(filed_by = principal_id) = (delegation_id is null)",
            name="done_for_somebody_through_a_delegation",
        ),
        together("perfected_at", "perfected_by", "perfection", name="perfection_recorded"),
        sa.Index(
            "appeal_unperfected", "filed_at", postgresql_where=sa.text("perfected_at is null")
        ),
    )

    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case.id"), primary_key=True)
    claim_case_id: Mapped[CaseId]
    # None where no decision is recorded here: the appellant states the day alone.
    decision_notice_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("notice.id"))
    reasons_received_on: Mapped[date]
    # By the registry's word, by a rule of deemed receipt, or as the appellant states.
    received_how: Mapped[str]
    filed_at: Mapped[Moment]
    receipt: Mapped[str] = mapped_column(unique=True)
    filed_by: Mapped[PersonId]
    # Names as they stood that day.
    filer_name: Mapped[str]
    principal_id: Mapped[PersonId]
    principal_name: Mapped[str]
    delegation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("delegation.id"))
    # As of a submission: {"code", "due", "late"}.
    judged: Mapped[dict[str, Any]]
    late_reasons: Mapped[str | None]
    contact_confirmed_at: Mapped[datetime | None]
    perfected_at: Mapped[datetime | None]
    perfected_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    perfection: Mapped[dict[str, Any] | None]


class Appellant(Base):
    """One claimant who appeals, by his or her place in the claim and in the appeal."""

    __tablename__ = "appellant"
    __table_args__ = (
        sa.UniqueConstraint(
            "claim_party_id",
            "decision_notice_id",
            name="appellant_once",
            postgresql_nulls_not_distinct=True,
        ),
    )

    party_id: Mapped[UUID] = mapped_column(sa.ForeignKey("party.id"), primary_key=True)
    case_id: Mapped[CaseId]
    claim_party_id: Mapped[UUID] = mapped_column(sa.ForeignKey("party.id"))
    decision_notice_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("notice.id"))


class AppealNumber(Base):
    """The last number given under a stem (TC6); only the database counts on."""

    __tablename__ = "appeal_number"

    stem: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]
