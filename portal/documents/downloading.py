"""Downloading: the bytes of a readable document, checked before the first of them leaves."""

import asyncio
from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID

from portal.audit import Actor, record
from portal.delegations.answering import note_use
from portal.documents.reading import OneDocument, read_document
from portal.gate import Right
from portal.models import Document, DocumentState
from portal.web.visit import Visit
from storage.objects import verified

# Sent under their own type, for the programs that open them; everything else is just bytes.
# Browsers save all of them: none is ever shown in place.
AS_THEMSELVES = frozenset(
    {
        "application/pdf",
        "image/jpeg",
        "image/png",
        "image/tiff",
        "image/heic",
        "audio/mpeg",
        "audio/mp4",
        "audio/wav",
        "video/mp4",
    }
)
PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -_.()")


class NotReadable(Exception):
    """The document is not, or not yet, one that anybody can open."""

    def __init__(self, found: OneDocument) -> None:
        """`found`: which one."""
        super().__init__(found.document.state)
        self.found = found


async def open_file(visit: Visit, document_id: UUID) -> tuple[Document, Iterator[bytes]]:
    """The document and its bytes; the gate is asked before they are checked, and again after.

    Raises NotReadable, AmbiguousPrincipal, or StoreUnavailable where the store has other bytes than were received.
    """
    async with visit.transaction() as session:
        found = await read_document(session, visit.me.id, document_id, right=Right.read)
    document = found.document
    if document.state != DocumentState.clean:
        raise NotReadable(found)
    pieces = await asyncio.to_thread(
        verified,
        visit.portal.store,
        document.object_key,
        sha256=document.sha256,
        size=document.size,
    )
    async with visit.transaction() as session:
        found = await read_document(session, visit.me.id, document_id, right=Right.read, lock=True)
        # Scanned again meanwhile, it may have turned out to be infected.
        if found.document.state != DocumentState.clean:
            raise NotReadable(found)
        chain = found.opened.authority.chain_for(Right.read)
        by = Actor(visit.me.id, visit.me.name, chain)
        read = {"document_id": str(document_id), "side": chain.side}
        await record(session, found.opened.id, "document.read", by=by, **read)
        await note_use(session, chain.delegation_id, by=visit.me.id, now=visit.now)
    return document, pieces


def headers_for(document: Document) -> dict[str, str]:
    """What goes with the bytes: their length and a name, whatever script it is in (RFC 6266)."""
    plain = "".join(letter if letter in PLAIN else "_" for letter in document.name)
    named = quote(document.name, safe="")
    return {
        "content-length": str(document.size),
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{named}",
    }


def media_type_of(document: Document) -> str:
    """The type it is sent under."""
    known = document.media_type in AS_THEMSELVES
    return document.media_type if known else "application/octet-stream"
