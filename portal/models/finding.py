"""Findings: objects and rows that do not fit together, from the night they were found until mended."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import Id, Moment, one_of
from storage.database import Base


class Amiss(StrEnum):
    """What is wrong with an object: it is gone, it is not what was received, or nothing names it."""

    missing = "missing"
    wrong_bytes = "wrong_bytes"
    unnamed = "unnamed"


class Finding(Base):
    """Something reconciliation found; an object has one that is open, however often it is found."""

    __tablename__ = "finding"
    __table_args__ = (
        one_of("kind", Amiss),
        sa.CheckConstraint("(kind = 'unnamed') = (case_id is null)", name="of_a_case_when_named"),
        sa.Index(
            "finding_open",
            "object_key",
            unique=True,
            postgresql_where=sa.text("resolved_at is null"),
        ),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    object_key: Mapped[str]
    case_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("case.id"), index=True)
    found_at: Mapped[Moment]
    resolved_at: Mapped[datetime | None]


class Share(Base):
    """One of the 256 shares of the store, by how its keys begin; when all of it was last read."""

    __tablename__ = "share"

    name: Mapped[str] = mapped_column(primary_key=True)
    read_at: Mapped[datetime]
