"""Naming: every row that names an object, so that no one who tidies or looks forgets a table."""

import sqlalchemy as sa

from notices.letters import Mailing
from notices.model import Notice
from portal.models import Document, Picture, Upload

# `wanted`: whether its bytes must be there; those of a removed file are deleted before its row is.
NAMED = sa.union_all(
    sa.select(
        Document.object_key.label("key"),
        Document.size,
        Document.sha256,
        Document.case_id,
        Document.removed_at.is_(None).label("wanted"),
    ),
    sa.select(Notice.pdf_key, Notice.pdf_size, Notice.pdf_sha256, Notice.case_id, sa.true()).where(
        Notice.pdf_key.is_not(None)
    ),
    # Letters of several cases in one file: of no case.
    sa.select(
        Mailing.pdf_key,
        Mailing.pdf_size,
        Mailing.pdf_sha256,
        sa.cast(sa.null(), sa.Uuid),
        sa.true(),
    ).where(Mailing.pdf_key.is_not(None)),
    sa.select(
        Picture.object_key,
        Picture.size,
        Picture.sha256,
        Picture.case_id,
        Document.removed_at.is_(None),
    )
    .join(Document, Document.id == Picture.document_id)
    .where(Picture.object_key.is_not(None)),
    # Of a file that still comes there may be nothing, a part, or all.
    sa.select(Upload.object_key, Upload.size, sa.null(), Upload.case_id, sa.false()),
).subquery("named")
