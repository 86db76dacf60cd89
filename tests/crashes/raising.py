"""Raising: the other end of a nursery's line, where it is said who shall live and until when."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import psutil

from bench.figures import ROOT


class Nursery:
    """A process that forks lives; one at a time, each told when to end."""

    def __init__(self, process: Process, parts: Mapping[str, Any]) -> None:
        """`parts`: what every life is told of the world that it is born into."""
        self._process, self._parts = process, parts

    async def raise_one(
        self, *, step: int | None = None, delay: float | None = None, **story: Any
    ) -> dict[str, Any]:
        """Let it live, up to this step or for so long; what it said, and how it ended."""
        assert self._process.stdin
        assert self._process.stdout
        order = {**self._parts, **story, "step": step, "delay": delay}
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        return json.loads(await self._process.stdout.readline())

    def end_it(self) -> None:
        """End the life that is being lived, at once; from whichever thread."""
        for child in psutil.Process(self._process.pid).children():
            child.kill()


@asynccontextmanager
async def nursery(module: str, parts: Mapping[str, Any]) -> AsyncGenerator[Nursery]:
    """Start one, and stop it by closing its ears."""
    command = [sys.executable, "-m", module]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, cwd=ROOT, limit=1 << 20
    )
    try:
        yield Nursery(process, parts)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
