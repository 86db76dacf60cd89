"""Columns that many tables share, and checks written once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import mapped_column

Id = Annotated[UUID, mapped_column(primary_key=True, default=uuid4)]
CaseId = Annotated[UUID, mapped_column(sa.ForeignKey("case.id"), index=True)]
PersonId = Annotated[UUID, mapped_column(sa.ForeignKey("person.id"))]
Moment = Annotated[datetime, mapped_column(server_default=sa.func.now())]


def one_of(column: str, values: Iterable[str], *, name: str | None = None) -> sa.CheckConstraint:
    """The column holds one of these words (or nothing, where it may be null)."""
    words = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} in ({words})", name=name or f"{column}_known")


def together(*columns: str, name: str) -> sa.CheckConstraint:
    """All of these columns are set, or none: a state records who and when."""
    return sa.CheckConstraint(f"num_nulls({', '.join(columns)}) in (0, {len(columns)})", name=name)
