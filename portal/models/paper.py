"""Papers: receipts as they were handed out, so that one that is shown later can be checked."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import CaseId, Moment
from storage.database import Base


class ReceiptPaper(Base):
    """The hash of one PDF of a receipt; its language and its reader's clock make it differ."""

    __tablename__ = "receipt_paper"
    __table_args__ = (sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_whole"),)

    submission_id: Mapped[UUID] = mapped_column(sa.ForeignKey("submission.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId]
    made_at: Mapped[Moment]
