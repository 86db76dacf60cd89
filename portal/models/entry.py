"""Entries: every act on a case, chained by hash; the database writes the chain and allows no change."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base


class Entry(Base):
    """Who did what, when, for whom, through which delegation.

    `number`, `at`, `previous` and `hash` are set by the trigger `entry_chain`; names are kept as
    they stood, for the chain covers them.
    """

    __tablename__ = "entry"
    __table_args__ = (
        sa.Index(
            "entry_ending_index",
            sa.text("(facts ->> 'ending_id')"),
            postgresql_where=sa.text("facts ? 'ending_id'"),
        ),
        sa.Index(
            "entry_principal_id_at_index",
            "principal_id",
            "at",
            postgresql_where=sa.text("principal_id is not null"),
        ),
    )

    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default="0")
    at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    act: Mapped[str]
    actor_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    actor_name: Mapped[str]
    principal_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    principal_name: Mapped[str | None]
    delegation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("delegation.id"))
    facts: Mapped[dict[str, Any]]
    previous: Mapped[bytes | None]
    hash: Mapped[bytes] = mapped_column(server_default=sa.text(r"'\x'::bytea"))
