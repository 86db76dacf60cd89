"""The only way in: limit, hash, sniff and store in one pass over a stream, at constant memory."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from unicodedata import category, normalize

from storage.objects import PIECE, ObjectStore, StoreUnavailable, Writer, new_key
from storage.sniffing import Refused, claimed_kind, sniff

LONGEST_NAME = 200
LONGEST_ENDING = 20
JOINERS = "\u200c\u200d"  # Persian and several Indic scripts are misspelt without them
EDGES = f". {JOINERS}"


class TooLarge(Refused):
    """More bytes came than are taken in one file."""

    code = "too_large"


class CutConnection(Refused):
    """The bytes stopped before their end; the reader of the request may raise it too."""

    code = "cut_connection"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is durably stored, and what is known about it."""

    key: str
    size: int
    sha256: str
    media_type: str
    name: str


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
    arrival = _Arrival(clean_name(name), store)
    if announced is not None and announced > limit:
        raise TooLarge(limit=limit)
    try:
        async with contextlib.aclosing(_blocks(pieces, limit=limit, announced=announced)) as blocks:
            async for block, last in blocks:
                # One call a block, and one for a whole small file. Taking the next block
                # meanwhile was measured: it wins nothing, because hashing outruns the network.
                await asyncio.to_thread(arrival.take, block, last)
        return arrival.received()
    except BaseException:
        # Shielded: being cancelled twice must not leave half a file behind.
        await asyncio.shield(asyncio.to_thread(arrival.undo))
        raise


async def _blocks(
    pieces: AsyncIterator[bytes], *, limit: int, announced: int | None
) -> AsyncGenerator[tuple[bytes, bool]]:
    """Yield blocks of 1 MiB or more, then what remains, marked as the last."""
    waiting: list[bytes] = []
    held = total = 0
    async for piece in pieces:
        total += len(piece)
        held += len(piece)
        if total > limit:
            raise TooLarge(limit=limit)
        waiting.append(piece)
        if held >= PIECE:
            block, waiting, held = b"".join(waiting), [], 0
            yield block, False
    if announced is not None and total != announced:
        raise CutConnection(received=total, announced=announced)
    yield b"".join(waiting), True


class _Arrival:
    """One file on its way in. A thread that nobody awaits any more cannot outlive undo()."""

    def __init__(self, name: str, store: ObjectStore) -> None:
        claimed_kind(name)
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


def clean_name(name: str) -> str:
    """Return a name safe to show: no path, no control or bidi characters, at most 200 bytes."""
    name = "".join(filter(_shows, name.replace("\\", "/").rpartition("/")[2]))
    name = " ".join(normalize("NFC", name).split()).rstrip(EDGES)
    stem, dot, ending = name.rpartition(".")
    if not dot or not ending or len(ending.encode()) > LONGEST_ENDING:
        stem, dot, ending = f"{stem}{dot}{ending}", "", ""
    room = LONGEST_NAME - len(f"{dot}{ending}".encode())
    stem = stem.lstrip(EDGES).encode()[:room].decode("utf-8", "ignore").rstrip(EDGES)
    return f"{stem or 'file'}{dot}{ending}"


def _shows(letter: str) -> bool:
    return letter.isspace() or letter in JOINERS or category(letter)[0] != "C"
