"""The tables of notices: what was issued, to whom it was served, and every mail that says so."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from notices.facts import Language
from notices.wording import Wording, fixed_wording
from storage.database import Base

CAPACITIES = ("service", "copy")
UNSETTLED = ("waiting", "sending", "deferred")
# Bounced: a server took it, and it came back. Withdrawn: its person had lost the case before the
# mail went out, or a reminder had nothing left to remind of.
SETTLED = ("accepted", "bounced", "undeliverable", "withdrawn")
# What the mail is for. A reminder goes once, where its notice stays unopened.
PURPOSES = ("notice", "reminder")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    """Write the condition that a column holds one of these values."""
    return f"{column} in ({', '.join(repr(value) for value in values)})"


class Notice(Base):
    """What the tribunal told the people of a case; its words are fixed when it is issued."""

    __tablename__ = "notice"
    __table_args__ = (
        # Lets a service prove, by foreign key, that it hangs off the same case as its notice.
        UniqueConstraint("id", "case_id", name="notice_of_case"),
        CheckConstraint(_one_of("language", ("en", "fr")), name="language"),
        CheckConstraint(
            "num_nonnulls(pdf_key, pdf_sha256, pdf_size) in (0, 3)",
            name="pdf_is_whole",
        ),
        CheckConstraint("pdf_sha256 ~ '^[0-9a-f]{64}$'", name="pdf_sha256"),
        CheckConstraint("pdf_size > 0", name="pdf_size"),
        CheckConstraint(
            "num_nonnulls(recalled_at, recalled_by, recalled_by_name) in (0, 3)",
            name="recalled_by_whom",
        ),
        # The hearing it is about is one of the same case.
        ForeignKeyConstraint(
            ["hearing_id", "case_id"],
            ["hearing.id", "hearing.case_id"],
            name="notice_hearing_same_case",
        ),
        Index("notice_case", "case_id", "issued_at"),
        Index(
            "notice_hearing",
            "hearing_id",
            "issued_at",
            postgresql_where="hearing_id is not null",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    # The hearing it calls people to, moves or cancels, if it is about one.
    hearing_id: Mapped[UUID | None]
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]]
    language: Mapped[str]
    subject_en: Mapped[str]
    subject_fr: Mapped[str]
    # What was said, in the parts that `notices.wording` makes pages and plain text of.
    parts_en: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    parts_fr: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    pdf_key: Mapped[str | None] = mapped_column(unique=True)
    pdf_sha256: Mapped[str | None]
    pdf_size: Mapped[int | None]
    issued_at: Mapped[datetime]
    # When it is placed and mailed: until then it can be recalled, and only the registry sees it.
    leaves_at: Mapped[datetime]
    # Nobody's id when the portal itself tells people something, such as that papers came in.
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    issued_by_name: Mapped[str]
    recalled_at: Mapped[datetime | None]
    recalled_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    recalled_by_name: Mapped[str | None]

    services: Mapped[list["Service"]] = relationship(
        back_populates="notice", lazy="raise", order_by="Service.person_name"
    )

    def subject(self, language: Language) -> str:
        """The subject line, in the reader's language."""
        return self.subject_en if language == "en" else self.subject_fr

    def wording(self, language: Language) -> Wording:
        """What was said when it was issued, whatever the templates have become since."""
        parts = self.parts_en if language == "en" else self.parts_fr
        return fixed_wording(language, self.subject(language), parts)


class Service(Base):
    """One notice served on one person, or on a party by letter, and what they did with it."""

    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("notice_id", "person_id", name="service_once_a_person"),
        UniqueConstraint("notice_id", "party_id", name="service_once_a_party"),
        UniqueConstraint("id", "case_id", name="service_of_case"),
        ForeignKeyConstraint(
            ["notice_id", "case_id"],
            ["notice.id", "notice.case_id"],
            name="service_same_case",
        ),
        CheckConstraint("num_nonnulls(person_id, party_id) = 1", name="to_somebody"),
        CheckConstraint(_one_of("capacity", CAPACITIES), name="capacity"),
        CheckConstraint(_one_of("language", ("en", "fr")), name="language"),
        CheckConstraint(
            "delegation_id is null or capacity = 'copy'",
            name="delegate_gets_copy",
        ),
        CheckConstraint(
            "num_nonnulls(opened_at, opened_by, opened_by_name) in (0, 3)",
            name="opened_by_whom",
        ),
        CheckConstraint(
            "num_nonnulls(acknowledged_at, acknowledged_by, acknowledged_by_name) in (0, 3)",
            name="acknowledged_by_whom",
        ),
        CheckConstraint(
            "acknowledged_at is null or opened_at is not null",
            name="opened_before_acknowledged",
        ),
        CheckConstraint(
            "recalled_at is null or opened_at is null",
            name="recalled_unopened",
        ),
        CheckConstraint(
            "num_nonnulls(legal_on, legal_set_at, legal_set_by, legal_set_by_name, legal_why)"
            " in (0, 5)",
            name="legal_recorded",
        ),
        Index("service_inbox", "person_id", "placed_at"),
        Index("service_case", "case_id"),
        Index("service_unopened", "placed_at", postgresql_where="opened_at is null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    notice_id: Mapped[UUID]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    # In place of a person: a party without an account, whom only a letter reaches.
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    person_name: Mapped[str]
    capacity: Mapped[str]
    why: Mapped[str]
    delegation_id: Mapped[UUID | None] = mapped_column(ForeignKey("delegation.id"))
    # Whose delegate it was: written by the database (`service_for_whom`), and never changed.
    principal_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    principal_name: Mapped[str | None]
    # Seen by couriers only: the database shows it to nobody else.
    address: Mapped[str | None] = mapped_column(deferred=True, deferred_raiseload=True)
    language: Mapped[str]
    placed_at: Mapped[datetime]
    # Recalled before it was placed: then it never was, and nobody but the registry sees it.
    recalled_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    opened_by_name: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    acknowledged_by_name: Mapped[str | None]
    # The legal date of receipt, as the registry set it, and why in its words.
    legal_on: Mapped[date | None]
    legal_set_at: Mapped[datetime | None]
    legal_set_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    legal_set_by_name: Mapped[str | None]
    legal_why: Mapped[str | None]

    notice: Mapped[Notice] = relationship(back_populates="services", lazy="raise")
    attempts: Mapped[list["Attempt"]] = relationship(
        back_populates="service", lazy="raise", order_by="Attempt.number"
    )


class Attempt(Base):
    """One mail saying that something waits; tried again until it is accepted or given up."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("service_id", "channel", "number", name="attempt_number_once"),
        ForeignKeyConstraint(
            ["service_id", "case_id"],
            ["service.id", "service.case_id"],
            name="attempt_same_case",
        ),
        CheckConstraint(_one_of("channel", ("mail",)), name="channel"),
        CheckConstraint(_one_of("state", UNSETTLED + SETTLED), name="state"),
        CheckConstraint(_one_of("purpose", PURPOSES), name="purpose"),
        CheckConstraint("(purpose = 'reminder') = (zone is not null)", name="reminder_zone"),
        CheckConstraint("address <> ''", name="has_address"),
        CheckConstraint("number >= 1 and tries >= 0", name="counts"),
        CheckConstraint(
            "(tried_at is null) = (tries = 0) and (tried_at is null or state <> 'waiting')"
            " and (tried_at is not null or state in ('waiting', 'undeliverable', 'withdrawn'))",
            name="tried_when",
        ),
        CheckConstraint(
            f"({_one_of('state', SETTLED)}) = (settled_at is not null)",
            name="settled_when",
        ),
        CheckConstraint("(state = 'bounced') = (bounced_at is not null)", name="bounced_when"),
        Index("attempt_due", "due_at", postgresql_where=_one_of("state", UNSETTLED)),
        Index(
            "attempt_undelivered",
            "case_id",
            postgresql_where="state in ('bounced', 'undeliverable')",
        ),
        Index("attempt_message", "message_id"),
        Index(
            "attempt_digest",
            "digest_on",
            "address",
            postgresql_where="digest_on is not null and message_id is null",
        ),
        Index(
            "attempt_reminded_once",
            "service_id",
            "address",
            unique=True,
            postgresql_where="purpose = 'reminder'",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_id: Mapped[UUID]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    number: Mapped[int] = mapped_column(default=1)
    channel: Mapped[str] = mapped_column(default="mail")
    # Of this mail: a later one may go elsewhere, and the service keeps what was fixed at issue.
    address: Mapped[str] = mapped_column(deferred=True, deferred_raiseload=True)
    state: Mapped[str] = mapped_column(default="waiting")
    # While a courier is sending, the end of its lease: whoever comes later may take over.
    due_at: Mapped[datetime]
    give_up_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    detail: Mapped[str | None]
    # Given at the first try and kept: a mail that a crash doubles carries the same one. Attempts
    # that went out together in one daily mail share it.
    message_id: Mapped[str | None]
    purpose: Mapped[str] = mapped_column(default="notice", server_default="notice")
    # The reader's zone, in which a reminder keeps quiet hours.
    zone: Mapped[str | None]
    # The reader's day with whose daily mail it goes; nothing where it goes alone, at once.
    digest_on: Mapped[date | None]
    # When the bounce came; `settled_at` stays the moment the server took the mail. The enhanced
    # status code (RFC 3463), such as 5.1.1, and the server's words, in which no address stands.
    bounced_at: Mapped[datetime | None]
    bounce_code: Mapped[str | None]
    bounce_detail: Mapped[str | None]

    service: Mapped[Service] = relationship(back_populates="attempts", lazy="raise")
