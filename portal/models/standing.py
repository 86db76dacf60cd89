"""Standing: one's own right in a case; and the view that unites it with what is lent."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, Id, Moment, PersonId, one_of, together
from storage.database import Base


class Right(StrEnum):
    """What somebody may do on a case, from weak to strong; `administer` is the registry's."""

    see = "see"
    read = "read"
    prepare = "prepare"
    file = "file"
    receive = "receive"
    request = "request"
    delegate = "delegate"
    administer = "administer"


class Role(StrEnum):
    """In what capacity somebody has standing (the SQL function role_rights gives its rights)."""

    party = "party"
    designated_representative = "designated_representative"
    counsel = "counsel"
    ministers_counsel = "ministers_counsel"


# The registry's right is never lent: an officer acts in the registry's name only.
LENDABLE = tuple(right for right in Right if right is not Right.administer)


class Standing(Base):
    """A person's own right in a case, given and ended by the registry.

    `standing` says how it began and ended in the rule's words ("counsel of record, r. 14").
    """

    __tablename__ = "standing"
    __table_args__ = (
        one_of("role", Role),
        together("ended_how", "ended_by", name="ending_recorded"),
        sa.CheckConstraint("ended_how is null or ends_at is not null", name="ended_when"),
        sa.Index(
            "standing_once",
            "person_id",
            "case_id",
            "role",
            unique=True,
            postgresql_where=sa.text("ended_how is null"),
        ),
        # Few, and asked about whenever somebody could act on both sides.
        sa.Index(
            "standing_of_minister",
            "person_id",
            postgresql_where=sa.text("role = 'ministers_counsel'"),
        ),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    person_id: Mapped[PersonId] = mapped_column(index=True)
    role: Mapped[str]
    starts_at: Mapped[Moment]
    # A date may be known ahead: a designated representative's 18th birthday (RPD Rules, r. 20).
    ends_at: Mapped[datetime | None]
    began_how: Mapped[str]
    ended_how: Mapped[str | None]
    recorded_by: Mapped[PersonId]
    ended_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # The first of the joined cases, or the case itself: written by the database (`standing_joined`).
    joined_to: Mapped[UUID] = mapped_column(server_default=sa.FetchedValue(), index=True)


class Why(StrEnum):
    """Why somebody needs a representative (IRPA 167(2))."""

    minor = "minor"
    unable = "unable"


class Designation(Base):
    """For whom a representative stands, why, and until when; a minor, until the 18th birthday.

    The standing lasts as long as the last of them: the database keeps its `ends_at` so.
    """

    __tablename__ = "designation"
    __table_args__ = (
        one_of("why", Why),
        sa.CheckConstraint("why <> 'minor' or ends_at is not null", name="of_minor_ends"),
        together("ended_at", "ended_how", "ended_by", name="ending_recorded"),
        sa.Index(
            "designation_ends_at_index",
            "ends_at",
            postgresql_where=sa.text("ended_at is null"),
        ),
    )

    standing_id: Mapped[UUID] = mapped_column(sa.ForeignKey("standing.id"), primary_key=True)
    party_id: Mapped[UUID] = mapped_column(sa.ForeignKey("party.id"), primary_key=True, index=True)
    case_id: Mapped[CaseId]
    why: Mapped[str]
    began_at: Mapped[Moment]
    # The first moment of the 18th birthday where the registry office is, or an earlier day.
    ends_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str | None]
    ended_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))


class Suspension(Base):
    """While it lasts a standing gives nothing, and nothing can be lent out of it."""

    __tablename__ = "suspension"
    __table_args__ = (
        together("ended_at", "ended_by", name="ending_recorded"),
        sa.Index(
            "suspension_once",
            "standing_id",
            unique=True,
            postgresql_where=sa.text("ended_at is null"),
        ),
    )

    id: Mapped[Id]
    standing_id: Mapped[UUID] = mapped_column(sa.ForeignKey("standing.id"), index=True)
    case_id: Mapped[CaseId]
    began_at: Mapped[Moment]
    began_by: Mapped[PersonId]
    why: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))


# The view that is the whole truth; a job may ask it, a person sees `visible_authority` only.
authority = sa.table(
    "authority",
    sa.column("person_id", sa.Uuid),
    sa.column("case_id", sa.Uuid),
    sa.column("right", sa.Text),
    sa.column("standing_id", sa.Uuid),
    sa.column("delegation_id", sa.Uuid),
    sa.column("principal_id", sa.Uuid),
    sa.column("role", sa.Text),
)

# Who may do what, on which case, through which chain. The view `authority` holds the whole
# truth; this one shows a person the rows of the cases he or she may see.
visible_authority = sa.table(
    "visible_authority",
    sa.column("person_id", sa.Uuid),
    sa.column("case_id", sa.Uuid),
    sa.column("right", sa.Text),
    sa.column("standing_id", sa.Uuid),
    sa.column("delegation_id", sa.Uuid),
    sa.column("principal_id", sa.Uuid),
    sa.column("role", sa.Text),
    sa.column("since", sa.TIMESTAMP(timezone=True)),
    sa.column("until", sa.TIMESTAMP(timezone=True)),
    sa.column("person_name", sa.Text),
    sa.column("principal_name", sa.Text),
    # Since when the principal stands in the case.
    sa.column("standing_since", sa.TIMESTAMP(timezone=True)),
)
