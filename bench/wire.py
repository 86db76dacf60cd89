"""An HTTP/1.1 connection that costs next to nothing, so that the bench measures the server."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

PIECE = 1024 * 1024


class Wire:
    """One connection that stays open."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cookie: str
    ) -> None:
        """Use `open`."""
        self._reader, self._writer, self._cookie = reader, writer, cookie

    @classmethod
    async def open(cls, port: int, *, cookie: str = "") -> "Wire":
        """Connect to a port of this machine."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        return cls(reader, writer, cookie)

    @classmethod
    @asynccontextmanager
    async def to(cls, port: int, *, cookie: str = "") -> AsyncGenerator["Wire"]:
        """A connection, closed at the end."""
        wire = await cls.open(port, cookie=cookie)
        try:
            yield wire
        finally:
            await wire.close()

    async def post(
        self, path: str, body: bytes, *, form: bool = False
    ) -> tuple[int, dict[str, str]]:
        """Send a body; the answer's status and headers once all of it has come."""
        kind = "application/x-www-form-urlencoded" if form else "application/octet-stream"
        return await self.ask("POST", path, {"Content-Type": kind}, body)

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str] = {}, body: bytes = b""
    ) -> tuple[int, dict[str, str]]:
        """Any request whole; the answer's status and headers."""
        self.begin(method, path, {"Content-Length": str(len(body)), **headers})
        for at in range(0, len(body), PIECE):
            await self.write(body[at : at + PIECE])
        return await self.answer()

    def begin(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """The head of a request; its body follows by `write`."""
        ours = {"Host": "localhost", "Sec-Fetch-Site": "same-origin", "Cookie": self._cookie}
        lines = [f"{name}: {value}" for name, value in (ours | dict(headers)).items()]
        self._writer.write("\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode())

    async def write(self, piece: bytes) -> None:
        """A piece of the body; waits while the line is full."""
        self._writer.write(piece)
        await self._writer.drain()

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        await self._writer.wait_closed()

    async def answer(self) -> tuple[int, dict[str, str]]:
        """The status and headers of what comes back, its body read."""
        first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
        if first.split()[1] in {"204", "304"}:
            return int(first.split()[1]), headers
        if "content-length" in headers:
            await self._reader.readexactly(int(headers["content-length"]))
        else:
            while (size := int(await self._reader.readline(), 16)) > 0:
                await self._reader.readexactly(size + 2)
            await self._reader.readexactly(2)
        return int(first.split()[1]), headers
