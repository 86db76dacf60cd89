"""Slow lines: many uploads at once, each at its own few kilobytes a second. A process of its own.

    python -m bench.trickle < plan.json > told.json

The plan: `port`, `rate` (bytes a second), `size` of the largest paper, and for each upload `way` ("form" or "tus"),
`draft` and `cookie`. Told: for each the last answer's status, or the error's name.
"""

import asyncio
import base64
import json
import os
import sys
from dataclasses import dataclass
from typing import Any

import uvloop

from bench.papers import fresh_pdf
from bench.wire import Wire

# What a line carries at once: one packet of Ethernet.
PACKET = 1400
BOUNDARY = "slow-line"
FORM_HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n-\r\n'
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="slow.pdf"\r\n\r\n'
).encode()
FORM_TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


@dataclass(frozen=True)
class Line:
    """One slow line to the portal."""

    port: int
    rate: int
    cookie: str
    draft: str

    async def form(self, paper: bytes) -> int:
        """As a browser without JavaScript sends it."""
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        around = (FORM_HEAD, FORM_TAIL)
        async with Wire.to(self.port, cookie=self.cookie) as wire:
            path = f"{self.draft}/documents"
            return await self._send(wire, "POST", path, headers=kind, paper=paper, around=around)

    async def tus(self, paper: bytes) -> int:
        """As the page's script does: announced, then sent to the address that was given."""
        name = base64.b64encode(b"slow.pdf").decode()
        kind = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(paper))}
        async with Wire.to(self.port, cookie=self.cookie) as wire:
            announced = kind | {"Upload-Metadata": f"filename {name}"}
            status, head = await wire.ask("POST", f"{self.draft}/uploads", announced)
            if status != 201:
                return status
            kind |= {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
            return await self._send(wire, "PATCH", head["location"], headers=kind, paper=paper)

    async def _send(
        self,
        wire: Wire,
        method: str,
        path: str,
        *,
        headers: dict[str, str],
        paper: bytes,
        around: tuple[bytes, bytes] = (b"", b""),
    ) -> int:
        """The paper at the line's pace, with a packet in its middle that no other line sends."""
        length = len(paper) + sum(map(len, around))
        wire.begin(method, path, headers | {"Content-Length": str(length)})
        await wire.write(around[0])
        here = asyncio.get_running_loop()
        began, middle = here.time(), len(paper) // 2
        for at in range(0, len(paper), PACKET):
            await asyncio.sleep(began + at / self.rate - here.time())
            packet = paper[at : at + PACKET]
            await wire.write(os.urandom(len(packet)) if 0 <= at - middle < PACKET else packet)
        await wire.write(around[1])
        status, _ = await wire.answer()
        return status


async def trickle(plan: dict[str, Any]) -> list[int | str]:
    """All uploads of the plan. People neither begin in the same second nor send papers of one size."""
    papers = [fresh_pdf(int(plan["size"] * share / 10)) for share in (7, 8, 9, 10)]
    lines = [
        (each["way"], Line(plan["port"], plan["rate"], each["cookie"], each["draft"]))
        for each in plan["uploads"]
    ]
    start = plan["size"] / plan["rate"] / 10
    sent = (
        _one(way, line, papers[number % len(papers)], start * number / len(lines))
        for number, (way, line) in enumerate(lines)
    )
    return list(await asyncio.gather(*sent))


async def _one(way: str, line: Line, paper: bytes, wait: float) -> int | str:
    await asyncio.sleep(wait)
    try:
        return await (line.form(paper) if way == "form" else line.tus(paper))
    except (OSError, EOFError, ValueError) as error:
        return type(error).__name__


if __name__ == "__main__":
    json.dump(uvloop.run(trickle(json.load(sys.stdin))), sys.stdout)
