"""Uploads: files on their way in, until they are whole and documents."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, Id, Moment, PersonId
from storage.database import Base


class Upload(Base):
    """A file of which a part may have come; its id will be the document's.

    How much has come is asked of the object store.
    """

    __tablename__ = "upload"
    __table_args__ = (sa.CheckConstraint("size > 0", name="size_positive"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    submission_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("submission.id", ondelete="cascade"), index=True
    )
    begun_by: Mapped[PersonId]
    begun_at: Mapped[Moment]
    name: Mapped[str]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    # When the sender's machine says the file was changed: chosen again, it is known by it.
    modified: Mapped[str | None]
    object_key: Mapped[str] = mapped_column(unique=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)
