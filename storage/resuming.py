"""Resuming: a file that comes in pieces is stored as it comes; what a broken line leaves is kept."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from time import monotonic

from storage.objects import PIECE, ObjectStore, Partial, WrongBytes, verified
from storage.received import Received
from storage.sniffing import require_beginning, sniff

# What one slow upload may hold in memory: there may be hundreds.
HELD = PIECE // 16
PATIENCE = 1.0
# What is taken together, and whether it is the last.
Blocks = AsyncGenerator[tuple[bytes, bool]]


async def pour(pieces: AsyncIterator[bytes], partial: Partial, *, at: int, name: str) -> None:
    """Append what comes from this byte on, or raise OutOfPlace.

    An error of `pieces` is raised once everything before it is stored. No thread waits for bytes.
    """
    async with aclosing(blocks_of(pieces, rest=True)) as blocks:
        async for block, _ in blocks:
            if block:
                await asyncio.to_thread(partial.append, block, at=at)
            if at == 0:
                require_beginning(name, block)
            at += len(block)


async def blocks_of(pieces: AsyncIterator[bytes], *, rest: bool = False) -> Blocks:
    """Yield 1 MiB or more at a time, less of what comes slowly; then what remains, as the last.

    `rest`: where the pieces break off, yield also what came before, then raise.
    """
    waiting: list[bytes] = []
    held, since = 0, monotonic()
    broken: Exception | None = None
    try:
        async for piece in pieces:
            waiting.append(piece)
            held += len(piece)
            if held >= PIECE or (held >= HELD and monotonic() - since > PATIENCE):
                block, waiting, held = b"".join(waiting), [], 0
                yield block, False
                since = monotonic()
    except Exception as error:
        if not rest:
            raise
        broken = error
    yield b"".join(waiting), broken is None
    if broken is not None:
        raise broken


def whole(store: ObjectStore, key: str, *, name: str, size: int) -> Received:
    """Finish an object that came in pieces, and say what it is; raises a Refused of its content."""
    store.partial(key).finish()
    digest, total, head = hashlib.sha256(), 0, b""
    for piece in store.read(key):
        head = head or piece
        digest.update(piece)
        total += len(piece)
    sha256 = digest.hexdigest()
    if total != size:
        raise WrongBytes(key)
    # Read once more: else a byte that changed on its way out would be in the hash for good.
    verified(store, key, sha256=sha256, size=size)
    return Received(key, size, sha256, sniff(name, head), name)
