"""Seeing: pixels of a document for whoever may read it, and the entry that says so.

The first page is shown without being asked for, wherever the document's page is; it is reading
all the same, and is recorded as such: once an hour, because pages are looked at again. An officer's
safe copy is recorded each time, like the file itself.
"""

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record
from portal.delegations.answering import note_use
from portal.documents.downloading import NotReadable
from portal.documents.pictures.making import file_of
from portal.documents.reading import OneDocument, read_document
from portal.gate import Right, Unknown
from portal.models import Document, DocumentState, Entry, Picture
from portal.web.visit import Visit
from storage.objects import ObjectStore, verified
from storage.picturing import safe_copy

ONCE_IN = timedelta(hours=1)
# Copies are made while somebody waits, two at a time, in threads that no upload needs.
_copying = ThreadPoolExecutor(2, thread_name_prefix="safe-copy")


async def see_picture(
    visit: Visit, document_id: UUID, *, unless: str = ""
) -> tuple[Picture, bytes | None]:
    """The picture and its bytes, None if the browser has them (`unless`: their SHA-256).

    Raises Unknown where there is none, StoreUnavailable where its bytes are others.
    """
    async with visit.transaction() as session:
        _, picture = await _pictured(session, visit.me.id, document_id)
    data = None
    if picture.sha256 != unless:
        data = await asyncio.to_thread(_bytes_of, visit.portal.store, picture)
    async with visit.transaction() as session:
        found, _ = await _pictured(session, visit.me.id, document_id, lock=True)
        if not await _seen_lately(session, found, visit.me.id):
            await _record(visit, found, copy="picture")
    return picture, data


async def open_safe_copy(visit: Visit, document_id: UUID) -> tuple[Document, BinaryIO]:
    """For an officer: a PDF of the document's pixels, at its start, to be closed by the reader.

    Raises NotReadable, NoPicture, or what the store raises.
    """
    async with visit.transaction() as session:
        found = await _for_officers(session, visit, document_id)
    if found.document.state != DocumentState.clean:
        raise NotReadable(found)
    here = asyncio.get_running_loop()
    copy = await here.run_in_executor(_copying, _copy, visit.portal.store, found.document)
    try:
        async with visit.transaction() as session:
            found = await _for_officers(session, visit, document_id, lock=True)
            if found.document.state == DocumentState.clean:
                await _record(visit, found, copy="safe")
        if found.document.state != DocumentState.clean:
            raise NotReadable(found)
    except BaseException:
        copy.close()
        raise
    return found.document, copy


async def _pictured(
    session: AsyncSession, me: UUID, document_id: UUID, *, lock: bool = False
) -> tuple[OneDocument, Picture]:
    found = await read_document(session, me, document_id, right=Right.read, lock=lock)
    # Row-level security shows it only while the document is clean.
    if found.picture is None or found.picture.object_key is None:
        raise Unknown
    return found, found.picture


async def _for_officers(
    session: AsyncSession, visit: Visit, document_id: UUID, *, lock: bool = False
) -> OneDocument:
    if not visit.me.is_staff:
        raise Unknown
    return await read_document(session, visit.me.id, document_id, right=Right.read, lock=lock)


def _bytes_of(store: ObjectStore, picture: Picture) -> bytes:
    key, sha256, size = picture.object_key or "", picture.sha256 or "", picture.size or 0
    return b"".join(verified(store, key, sha256=sha256, size=size))


def _copy(store: ObjectStore, document: Document) -> BinaryIO:
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    try:
        with file_of(store, document) as file:
            safe_copy(file, document.media_type, copy)
        copy.seek(0)
    except BaseException:
        copy.close()
        raise
    return copy


async def _seen_lately(session: AsyncSession, found: OneDocument, me: UUID) -> bool:
    known = sa.select(Entry.number).where(
        Entry.case_id == found.opened.id,
        Entry.actor_id == me,
        Entry.act == "document.read",
        Entry.facts["document_id"].astext == str(found.document.id),
        Entry.at > sa.func.now() - ONCE_IN,
    )
    return await session.scalar(known.limit(1)) is not None


async def _record(visit: Visit, found: OneDocument, *, copy: str) -> None:
    chain = found.opened.authority.chain_for(Right.read)
    by = Actor(visit.me.id, visit.me.name, chain)
    facts = {"document_id": str(found.document.id), "copy": copy, "side": chain.side}
    await record(visit.session, found.opened.id, "document.read", by=by, **facts)
    await note_use(visit.session, chain.delegation_id, by=visit.me.id, now=visit.now)
