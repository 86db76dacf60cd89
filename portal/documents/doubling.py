"""Doubling: files of a draft that are on file already, or in it twice; told, never refused."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.models import Document, Submission


def twins(submission_id: sa.BindParameter[UUID]) -> sa.Select[*tuple[Any, ...]]:
    """What was filed before in the cases of a draft with the same bytes as one of its files."""
    draft, own = aliased(Submission), aliased(Document)
    here = sa.or_(Document.case_id == draft.case_id, Document.case_id == sa.any_(draft.also_for))
    return (
        sa.select(
            own.id.label("of"),
            Document.id,
            sa.func.coalesce(Document.title, Document.name).label("name"),
            Document.exhibit,
            Submission.receipt,
            Submission.filed_at,
        )
        .select_from(own)
        .join(draft, draft.id == own.submission_id)
        .join(Document, sa.and_(Document.sha256 == own.sha256, here))
        .join(Submission, Submission.id == Document.submission_id)
        .where(draft.id == submission_id, draft.filed_at.is_(None), own.removed_at.is_(None))
        .where(Submission.filed_at.is_not(None), Document.removed_at.is_(None))
        .where(Document.withdrawn_at.is_(None))
        .order_by(Submission.filed_at)
    )
