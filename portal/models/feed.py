"""Feeds: the secret address from which a person's calendar program reads the hearings."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import Id, Moment, PersonId
from storage.database import Base


class Feed(Base):
    """One address; only the hash of its secret is kept, and a person has one that lives."""

    __tablename__ = "feed"
    __table_args__ = (
        sa.Index(
            "feed_once", "person_id", unique=True, postgresql_where=sa.text("ended_at is null")
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[PersonId]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[Moment]
    ended_at: Mapped[datetime | None]
