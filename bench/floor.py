"""The least any portal could do with a file: receive it, hash it, write it, make it durable."""

import asyncio
import hashlib
import os
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("FLOOR_FOLDER", "."))
PIECE = 1024 * 1024

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Keep the body of any request as a file; answer with its SHA-256."""
    if scope["type"] != "http":
        return
    name = FOLDER / secrets.token_hex(16)
    digest, pending, more = hashlib.sha256(), bytearray(), True
    with (name.with_suffix(".part")).open("wb", buffering=0) as file:
        while more:
            message = await receive()
            pending += message.get("body", b"")
            more = message.get("more_body", False)
            if len(pending) >= PIECE or not more:
                await asyncio.to_thread(_keep, file, digest, bytes(pending), last=not more)
                pending.clear()
    await asyncio.to_thread(_publish, name)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": digest.hexdigest().encode()})


def _keep(file: Any, digest: Any, piece: bytes, *, last: bool) -> None:  # noqa: ANN401
    digest.update(piece)
    file.write(piece)
    if last:
        os.fsync(file.fileno())


def _publish(name: Path) -> None:
    name.with_suffix(".part").rename(name)
    folder = os.open(FOLDER, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
