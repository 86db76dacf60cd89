"""Receiving: the pieces of one file, from the wire into the store, until it is a document."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from portal.documents.drafting import Kept, KeyTaken, admit, keep
from portal.documents.resuming import unfinished
from portal.documents.resuming.summing import checked
from portal.documents.resuming.tus import Announced, Checksum, Unspoken
from portal.documents.uploading import room_of, upload
from portal.gate import Unknown
from portal.models import Upload
from portal.web.visit import Visit
from storage.intake import Received, TooLarge, clean_name
from storage.objects import ObjectMissing, OutOfPlace, StoreUnavailable
from storage.resuming import pour, whole
from storage.sniffing import Empty, Refused, claimed_kind


@dataclass(frozen=True)
class Progress:
    """An upload, and how much of it the store said just now is durably there."""

    upload: Upload
    offset: int


class Elsewhere(Unspoken):
    """The piece does not begin where the stored bytes end; `offset` is where they do."""

    def __init__(self, offset: int) -> None:
        """Conflict."""
        super().__init__(409, "Upload-Offset: go on where the stored bytes end.")
        self.offset = offset


async def begin(visit: Visit, draft_id: UUID, file: Announced) -> Progress | Kept:
    """Begin an upload; what is certain to be refused later is refused now."""
    file = _taken(visit, file)
    async with visit.transaction() as session:
        room = room_of(visit.portal)
        begun = await unfinished.begin(session, draft_id, file, me=visit.me.id, room=room)
    return begun if isinstance(begun, Kept) else Progress(begun, 0)


async def at_once(
    visit: Visit, draft_id: UUID, file: Announced, body: AsyncIterator[bytes]
) -> Kept:
    """A whole file in the request that announces it: kept or not, there is nothing between."""
    _taken(visit, file)
    try:
        return await upload(
            visit, draft_id, body, name=file.name, announced=file.size, key=file.key
        )
    except KeyTaken:
        raise
    except Refused:
        if file.key is not None:
            with suppress(Unknown):  # kept before, although it would be refused now
                found = await _found(visit, file.key)
                if isinstance(found, Kept) and unfinished.is_same(found.document, file):
                    return found
        raise


def _taken(visit: Visit, file: Announced) -> Announced:
    """The file under a name that can be shown; raises the Refused that is certain already."""
    limit = visit.portal.settings.max_file
    name = clean_name(file.name)
    claimed_kind(name)
    if file.size == 0:
        raise Empty
    if file.size > limit:
        raise TooLarge(limit=limit)
    return replace(file, name=name)


async def look(visit: Visit, upload_id: UUID) -> Progress | Kept:
    """How far an upload has come; one that is all there is finished, should that have failed."""
    found = await _found(visit, upload_id)
    if isinstance(found, Kept):
        return found
    offset = await _offset(visit, found)
    return await _finish(visit, found) if offset == found.size else Progress(found, offset)


async def go_on(
    visit: Visit,
    upload_id: UUID,
    body: AsyncIterator[bytes],
    *,
    at: int,
    checksum: Checksum | None = None,
) -> Progress | Kept:
    """Store what comes from this byte on; with the last byte it is kept in the draft.

    The right to do so is asked before a byte is read and, under lock, after the last.
    """
    async with visit.transaction() as session:
        found = await unfinished.find(session, upload_id, me=visit.me.id)
        if isinstance(found, Kept):
            return found
        room = room_of(visit.portal)
        await admit(session, found.submission_id, me=visit.me.id, room=room)
        await unfinished.prolong(session, found)
    await _store(visit, found, body, at=at, checksum=checksum)
    offset = await _offset(visit, found)
    return await _finish(visit, found) if offset == found.size else Progress(found, offset)


async def give_up(visit: Visit, upload_id: UUID) -> None:
    """End an upload and remove what came of it."""
    async with visit.transaction() as session:
        found = await unfinished.find(session, upload_id, me=visit.me.id)
        if isinstance(found, Kept):
            raise Unknown
        partial = visit.portal.store.partial(found.object_key)
        await unfinished.settle(session, upload_id)
    with suppress(StoreUnavailable):  # the sweep finds it
        await asyncio.to_thread(partial.abandon)


async def all_in(visit: Visit, draft_id: UUID) -> list[Progress]:
    """My unfinished uploads into this draft, each with how far it has come."""
    async with visit.transaction(used=False) as session:
        found = await unfinished.listed(session, draft_id, me=visit.me.id)
    return [Progress(one, await _offset(visit, one)) for one in found]


async def _found(visit: Visit, upload_id: UUID) -> Upload | Kept:
    async with visit.transaction() as session:
        return await unfinished.find(session, upload_id, me=visit.me.id)


async def _offset(visit: Visit, found: Upload) -> int:
    return await asyncio.to_thread(visit.portal.store.partial(found.object_key).offset)


async def _store(
    visit: Visit,
    found: Upload,
    body: AsyncIterator[bytes],
    *,
    at: int,
    checksum: Checksum | None,
) -> None:
    """Append the body, if it begins where the stored bytes end."""
    partial = visit.portal.store.partial(found.object_key)
    offset = await asyncio.to_thread(partial.offset)
    if offset != at:
        raise Elsewhere(offset)
    pieces = _limited(body, most=found.size - at)
    if checksum is not None:
        pieces = checked(pieces, checksum)
    try:
        await pour(pieces, partial, at=at, name=found.name)
    except OutOfPlace as error:
        raise Elsewhere(await asyncio.to_thread(partial.offset)) from error
    except Refused:
        # What its first bytes show no later byte can mend.
        await give_up(visit, found.id)
        raise


async def _limited(pieces: AsyncIterator[bytes], *, most: int) -> AsyncGenerator[bytes]:
    total = 0
    async for piece in pieces:
        total += len(piece)
        if total > most:
            raise Unspoken(413, "More bytes than were announced.")
        yield piece


async def _finish(visit: Visit, found: Upload) -> Kept:
    """All bytes are there: see what they are, and put the file into its draft."""
    store, name, size = visit.portal.store, found.name, found.size
    try:
        received = await asyncio.to_thread(whole, store, found.object_key, name=name, size=size)
    except ObjectMissing as error:  # given up meanwhile
        raise Unknown from error
    except Refused:
        await give_up(visit, found.id)
        raise
    try:
        return await _keep(visit, found, replace(received, id=found.id))
    except Unknown:  # finished by another request meanwhile, or given up
        kept = await _found(visit, found.id)
        if isinstance(kept, Kept):
            return kept
        raise


async def _keep(visit: Visit, found: Upload, received: Received) -> Kept:
    draft_id, room = found.submission_id, room_of(visit.portal)
    async with visit.transaction() as session:
        [kept] = await keep(session, draft_id, [received], me=visit.me.id, room=room)
        if isinstance(kept, Refused):
            raise kept
        await unfinished.settle(session, found.id)
    return kept
