"""The only way in: limit, hash, sniff and store in one pass over a stream, at constant memory."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import threading
from collections.abc import AsyncGenerator, AsyncIterator

from storage.objects import PIECE, ObjectStore, StoreUnavailable, Writer, new_key
from storage.received import Received, clean_name
from storage.resuming import Blocks, blocks_of, pour, whole
from storage.sniffing import Refused, claimed_kind, sniff


class TooLarge(Refused):
    """More bytes came than are taken in one file."""

    code = "too_large"


class CutConnection(Refused):
    """The bytes stopped before their end; the reader of the request may raise it too."""

    code = "cut_connection"


async def receive(
    pieces: AsyncIterator[bytes],
    *,
    name: str,
    store: ObjectStore,
    limit: int,
    announced: int | None = None,
) -> Received:
    """Store the file that comes in these pieces, or raise a Refused and leave nothing behind.

    `announced` is the size that the sender stated, if any.
    """
    name = clean_name(name)
    claimed_kind(name)
    if announced is not None and announced > limit:
        raise TooLarge(limit=limit)
    pieces = _limited(pieces, limit=limit, announced=announced)
    async with contextlib.aclosing(blocks_of(pieces)) as blocks:
        first, last = await anext(blocks)
        receive_so = _swiftly if last or len(first) >= PIECE else _slowly
        return await receive_so(_again(first, last, blocks), name=name, store=store)


async def _again(first: bytes, last: bool, more: Blocks) -> Blocks:
    yield first, last
    async for block in more:
        yield block


async def _limited(
    pieces: AsyncIterator[bytes], *, limit: int, announced: int | None
) -> AsyncGenerator[bytes]:
    total = 0
    async for piece in pieces:
        total += len(piece)
        if total > limit:
            raise TooLarge(limit=limit)
        yield piece
    if announced is not None and total != announced:
        raise CutConnection(received=total, announced=announced)


async def _swiftly(blocks: Blocks, *, name: str, store: ObjectStore) -> Received:
    """Hash, sniff and store as it comes, and never look at it again."""
    arrival = _Arrival(name, store)
    try:
        # One call a block, and one for a whole small file. Taking the next block meanwhile was
        # measured: it wins nothing, because hashing outruns the network.
        async for block, last in blocks:
            await asyncio.to_thread(arrival.take, block, last)
        return arrival.received()
    except BaseException:
        # Shielded: being cancelled twice must not leave half a file behind.
        await asyncio.shield(asyncio.to_thread(arrival.undo))
        raise


async def _slowly(blocks: Blocks, *, name: str, store: ObjectStore) -> Received:
    """Store what there is at once, as of an upload in pieces: there may be hundreds of them."""
    key = new_key()
    partial = store.partial(key)

    pieces = (block async for block, _ in blocks)
    try:
        await pour(pieces, partial, at=0, name=name)
        size = await asyncio.to_thread(partial.offset)
        return await asyncio.to_thread(whole, store, key, name=name, size=size)
    except BaseException:
        with contextlib.suppress(StoreUnavailable):  # the sweep finds it
            await asyncio.shield(asyncio.to_thread(partial.abandon))
        raise


class _Arrival:
    """One file on its way in. A thread that nobody awaits any more cannot outlive undo()."""

    def __init__(self, name: str, store: ObjectStore) -> None:
        self._name, self._store, self._key = name, store, new_key()
        self._lock = threading.Lock()
        self._digest, self._size, self._media_type = hashlib.sha256(), 0, ""
        self._writer: Writer | None = None
        self._undone = self._stored = False

    def take(self, block: bytes, last: bool) -> None:
        with self._lock:
            if self._undone:
                return
            if self._writer is None:
                self._media_type = sniff(self._name, block)
                self._writer = self._store.writer(self._key)
            self._digest.update(block)
            self._size += len(block)
            self._writer.write(block)
            if last:
                self._writer.commit()
                self._stored = True

    def received(self) -> Received:
        return Received(
            self._key, self._size, self._digest.hexdigest(), self._media_type, self._name
        )

    def undo(self) -> None:
        with self._lock:
            self._undone = True
            if self._stored:
                with contextlib.suppress(StoreUnavailable):  # the sweep finds it
                    self._store.delete(self._key)
            elif self._writer:
                self._writer.abort()
