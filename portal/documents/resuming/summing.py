"""Summing: bytes that came with a checksum wait on disk until they prove to be those sent."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from tempfile import SpooledTemporaryFile

from portal.documents.resuming.tus import Checksum, WrongSum
from storage.objects import PIECE


async def checked(pieces: AsyncIterator[bytes], said: Checksum) -> AsyncGenerator[bytes]:
    """The same bytes once all of them have come and are right; raises WrongSum before the first."""
    digest = hashlib.new(said.algorithm, usedforsecurity=False)
    with SpooledTemporaryFile(max_size=PIECE // 4) as waiting:

        def take(piece: bytes) -> None:
            digest.update(piece)
            waiting.write(piece)

        async for piece in pieces:
            await asyncio.to_thread(take, piece)
        if digest.digest() != said.digest:
            raise WrongSum
        await asyncio.to_thread(waiting.seek, 0)
        while piece := await asyncio.to_thread(waiting.read, PIECE):
            yield piece
