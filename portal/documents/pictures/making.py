"""Making: the first page of each clean document as a picture, by a job that others go before."""

import asyncio
import hashlib
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Document, DocumentState, Picture
from portal.parts import Parts
from storage.jobs import defer
from storage.objects import ObjectStore, WrongBytes, new_key, put, verified
from storage.picturing import PICTURED, NoPicture, first_page

log = structlog.get_logger()

# So many a job: a worker who has it in hand keeps no scan waiting for long. And not at once: the
# files that come after this one want the processor more.
AT_ONCE = 5
LATER = -20
PAUSE = timedelta(seconds=5)


async def ask_for_pictures(session: AsyncSession, documents: Sequence[Document]) -> None:
    """Have the clean ones among these pictured, after the caller's transaction."""
    wanted = [
        str(one.id)
        for one in documents
        if one.state == DocumentState.clean and one.media_type in PICTURED
    ]
    start = datetime.now(UTC) + PAUSE
    for at in range(0, len(wanted), AT_ONCE):
        some = ",".join(wanted[at : at + AT_ONCE])
        await defer(session, "picture", at=start, priority=LATER, documents=some)


async def make_pictures(portal: Parts, *document_ids: UUID) -> None:
    """A picture each, once, whoever else does the same; or why there is none.

    Raises StoreUnavailable or ChildUnavailable, for the job to be done again later.
    """
    pictured = sa.exists().where(Picture.document_id == Document.id)
    async with portal.database.system_transaction() as session:
        rows = await session.scalars(
            sa.select(Document)
            .where(Document.id.in_(document_ids), Document.removed_at.is_(None), ~pictured)
            .where(Document.state == DocumentState.clean, Document.media_type.in_(PICTURED))
        )
        found = rows.all()
    for document in found:
        try:
            made = await asyncio.to_thread(_make, portal.store, document)
        except WrongBytes as error:
            # Reconciling tells the registry; a picture would change nothing.
            log.warning("no picture", document=str(document.id), error=type(error).__name__)
            continue
        async with portal.database.system_transaction() as session:
            await _keep(session, document, made)


@contextmanager
def file_of(store: ObjectStore, document: Document) -> Generator[BinaryIO]:
    """The bytes that were received, and no others, as a file without a name; blocks."""
    with tempfile.TemporaryFile() as file:
        key, sha256, size = document.object_key, document.sha256, document.size
        for piece in verified(store, key, sha256=sha256, size=size):
            file.write(piece)
        file.flush()
        yield file


def _make(store: ObjectStore, document: Document) -> dict[str, Any]:
    try:
        with file_of(store, document) as file:
            picture = first_page(file, document.media_type)
    except NoPicture as none:
        return {"failure": none.reason}
    key = new_key()
    put(store, key, picture.data)
    return {
        "object_key": key,
        "size": len(picture.data),
        "sha256": hashlib.sha256(picture.data).hexdigest(),
        "width": picture.width,
        "height": picture.height,
    }


async def _keep(session: AsyncSession, document: Document, made: dict[str, Any]) -> None:
    """Write it down, unless somebody else did or the document is gone: the sweep finds its bytes."""
    there = await session.scalar(
        sa.select(Document.id)
        .where(Document.id == document.id, Document.removed_at.is_(None))
        .with_for_update(read=True)
    )
    if there is not None:
        row = {"document_id": document.id, "case_id": document.case_id} | made
        await session.execute(insert(Picture).values(row).on_conflict_do_nothing())
