"""Requests: what somebody asks of the registry on a case, and what it decided."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, Id, Moment, PersonId, one_of, together
from storage.database import Base


class Decided(StrEnum):
    """What becomes of a request; `recorded` where there is nothing to grant or refuse."""

    granted = "granted"
    refused = "refused"
    recorded = "recorded"


class Request(Base):
    """One thing asked, by somebody, in somebody's name; the form's id makes it asked once.

    Seen by the side that asked and by the registry. It never changes: it is taken back, or decided.
    """

    __tablename__ = "request"
    __table_args__ = (
        one_of("side", ("person", "minister")),
        together("withdrawn_at", "withdrawn_by", "withdrawn_by_name", name="withdrawal_recorded"),
        sa.CheckConstraint(
            "num_nonnulls(recorded_at, decided_at, withdrawn_at) < 2", name="ends_once"
        ),
        sa.CheckConstraint(
            "(asked_by = principal_id) = (delegation_id is null)",
            name="done_for_somebody_through_a_delegation",
        ),
        sa.Index(
            "request_waiting",
            "asked_at",
            postgresql_where=sa.text(
                "recorded_at is null and decided_at is null and withdrawn_at is null"
            ),
        ),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    # The code of portal/requests/kinds, and the facts of that kind.
    kind: Mapped[str]
    number: Mapped[str] = mapped_column(unique=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    side: Mapped[str]
    principal_id: Mapped[PersonId]
    # Names as they stood that day.
    principal_name: Mapped[str]
    delegation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("delegation.id"))
    asked_by: Mapped[PersonId]
    asker_name: Mapped[str]
    asked_at: Mapped[Moment]
    # The limit it had to keep, as judged when it came: {"code", "due", "late", "from"}.
    judged: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    late_reasons: Mapped[str | None]
    # The papers that came with it.
    submission_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("submission.id"))
    # Of a kind that takes effect by being received: nobody has to decide it.
    recorded_at: Mapped[datetime | None]
    # Written by the database, from the decision that counts.
    decided_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    withdrawn_by_name: Mapped[str | None]


class RequestDecision(Base):
    """What the registry decided, told by one notice: nobody else sees it before that has left.

    If its notice is recalled it does not count, and the request waits again.
    """

    __tablename__ = "request_decision"
    __table_args__ = (
        one_of("outcome", Decided),
        sa.CheckConstraint("outcome <> 'refused' or why is not null", name="refusal_reasoned"),
    )

    notice_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("notice.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    request_id: Mapped[UUID] = mapped_column(sa.ForeignKey("request.id"), index=True)
    # Written by the database, from the request.
    case_id: Mapped[CaseId]
    outcome: Mapped[str]
    # In both languages, as its notice says it.
    why: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    # What its kind keeps of the decision: a day, a place.
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    decided_at: Mapped[Moment]
    decided_by: Mapped[PersonId]
    decider_name: Mapped[str]
