"""Pictures: the first page of a document, as pixels; made once, after it was found clean."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, Moment, together
from storage.database import Base


class Picture(Base):
    """Where it lies and how large it is; or why there is none, so that nobody tries again."""

    __tablename__ = "picture"
    __table_args__ = (
        together("object_key", "size", "sha256", "width", "height", name="whole"),
        sa.CheckConstraint("(object_key is null) = (failure is not null)", name="made_or_not"),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_whole"),
    )

    document_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("document.id", ondelete="CASCADE"), primary_key=True
    )
    case_id: Mapped[CaseId]
    made_at: Mapped[Moment]
    object_key: Mapped[str | None] = mapped_column(unique=True)
    size: Mapped[int | None] = mapped_column(sa.BigInteger)
    sha256: Mapped[str | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    failure: Mapped[str | None]
