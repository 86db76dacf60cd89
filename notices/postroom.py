"""The tables of mail: how people want it, where it cannot go, how fast, and what came back."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base

# What a message in the mailbox of bounces was: a report on one of our mails (three verdicts), a
# report on a mail that is not ours, or no report at all (somebody is out of office).
VERDICTS = ("failed", "delayed", "delivered", "foreign", "no_report")


class Preference(Base):
    """How one person wants to be told that something waits; nothing here switches notices off."""

    __tablename__ = "preference"
    __table_args__ = (
        CheckConstraint("second_address = lower(second_address)", name="second_address_lower"),
        CheckConstraint(
            "num_nulls(reminders_stopped_at, reminders_stopped_by) in (0, 2)", name="stopped_how"
        ),
        CheckConstraint(
            "reminders_stopped_by in ('page', 'link')", name="reminders_stopped_by_known"
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    # One mail a day for all that came, instead of one each.
    digest_since: Mapped[datetime | None]
    # The portal's name stands nowhere in a subject or a sender.
    neutral_since: Mapped[datetime | None]
    second_address: Mapped[str | None]
    reminders_stopped_at: Mapped[datetime | None]
    reminders_stopped_by: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Suppression(Base):
    """An address that nothing is sent to, since when and why, until somebody lifts it."""

    __tablename__ = "suppression"
    __table_args__ = (
        CheckConstraint("address = lower(address)", name="address_lower"),
        CheckConstraint("why in ('refused', 'bounced')", name="why_known"),
        CheckConstraint(
            "num_nulls(lifted_at, lifted_by, lifted_by_name, lifted_why) in (0, 4)",
            name="lifted_by_whom",
        ),
        Index("suppression_once", "address", unique=True, postgresql_where="lifted_at is null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    address: Mapped[str]
    # Nobody's, of an invitation.
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    attempt_id: Mapped[UUID | None] = mapped_column(ForeignKey("attempt.id"))
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    why: Mapped[str]
    detail: Mapped[str | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    lifted_by_name: Mapped[str | None]
    lifted_why: Mapped[str | None]


class Pace(Base):
    """When the next mail to a domain may leave, and where the line of those put off ends."""

    __tablename__ = "pace"

    domain: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
    line_at: Mapped[datetime]


class Bounce(Base):
    """One message that came back, known by the hash of its bytes, so that it counts once."""

    __tablename__ = "bounce"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("came_by in ('mailbox', 'webhook')", name="came_by_known"),
        CheckConstraint(f"verdict in {VERDICTS}", name="verdict_known"),
    )

    sha256: Mapped[str] = mapped_column(primary_key=True)
    came_at: Mapped[datetime] = mapped_column(server_default=func.now())
    came_by: Mapped[str]
    verdict: Mapped[str]
    attempt_id: Mapped[UUID | None] = mapped_column(ForeignKey("attempt.id"), index=True)
    # The enhanced status code (RFC 3463), such as 5.1.1, and the server's words without addresses.
    code: Mapped[str | None]
    detail: Mapped[str | None]


class StopLink(Base):
    """A link that stops reminders without signing in; only its hash is kept."""

    __tablename__ = "stop_link"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    used_at: Mapped[datetime | None]
