"""The power is cut in the middle of everything: what was acknowledged is there when it is back."""

import asyncio
import json
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from bench.figures import ROOT, record
from portal.migrations import migrate
from storage.database import Database, embedded_server
from tests import cast
from tests.crashes.disk import Disk
from tests.crashes.judgement import COMMAND, Tally

LONG = "LONG" in os.environ
CUTS = int(os.environ.get("CUTS") or (300 if LONG else 1))


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A disk with a database on it that holds the cast; in memory, which forgets nothing by itself."""
    with TemporaryDirectory(prefix="dossier-cut-", dir="/dev/shm") as folder:
        disk = Disk(Path(folder))
        for place in (Path(folder), disk.place):
            place.chmod(0o755)  # PostgreSQL's own user must reach it
        try:
            asyncio.run(_found(disk.place))
            yield disk
        finally:
            disk.unmount()


async def _found(place: Path) -> None:
    with embedded_server(place / "database") as url:
        await asyncio.to_thread(migrate, url)
        database = Database(url)
        async with database.system_transaction() as session:
            await cast.appear(session)
        await database.close()


class Town:
    """The process that forks portals, and what its people have been told."""

    def __init__(self, process: Process, disk: Disk, clamd: Path) -> None:
        """None yet."""
        self._process, self._disk, self._clamd = process, disk, clamd
        self._pids: list[int] = []
        self.drafts: dict[int, str] = {}
        self.said: dict[int, list[str]] = {}
        self.tally = Tally()
        self.acknowledged = 0

    async def live(self, seconds: float | None) -> None:
        """A portal that looks at what was promised, and runs so long until its power is cut."""
        lived = [(number, draft, self.said[number]) for number, draft in self.drafts.items()]
        order = {
            "place": str(self._disk.place),
            "clamd": str(self._clamd),
            "lived": lived,
            "next": max(self.drafts, default=0) + 1,
            "last": seconds is None,
        }
        self.drafts, self.said = {}, {}
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        if seconds is None:
            await self._listen("ended")
            return
        await self._listen("ready")
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._listen("ended")
                raise RuntimeError("a portal ended by itself")
        await asyncio.to_thread(self._cut)
        # Every answer counts, also one that is heard only now: it must have been true when given.
        await self._listen("ended")
        self.acknowledged += sum(map(len, self.said.values()))

    def _cut(self) -> None:
        self._disk.cut()
        for pid in self._pids:
            _kill(pid)
        self._pids = []
        self._disk.unmount()
        self._disk.mount()

    async def _listen(self, until: str) -> None:
        assert self._process.stdout
        while line := (await self._process.stdout.readline()).decode().strip():
            what, _, rest = line.partition(" ")
            if what in {"pid", "postmaster"}:
                self._pids.append(int(rest))
            elif what == "tally":
                self.tally.add(Tally(**json.loads(rest)))
            elif what.isdecimal():
                self._hear(int(what), rest)
            elif what == until:
                return
            elif what == "ended":
                raise RuntimeError("a portal ended by itself; what it said is above")
        raise EOFError("the town is gone")

    def _hear(self, number: int, said: str) -> None:
        if said.startswith("draft "):
            self.drafts[number] = said.removeprefix("draft ")
            self.said[number] = []
        elif number in self.said:
            self.said[number].append(said)


def _kill(pid: int) -> None:
    """End a process of ours and what it started, as the cut ended them."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.suspend()
        for child in process.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                child.send_signal(signal.SIGKILL)
        process.kill()


async def _cut_again_and_again(disk: Disk, clamd: Path, cuts: int) -> Town:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crashes.town", stdin=PIPE, stdout=PIPE, cwd=ROOT
    )
    town = Town(process, disk, clamd)
    chance = random.Random(1)  # noqa: S311 - jitter, no secret
    try:
        for cut in range(1, cuts + 1):
            # The first comes late enough for something to have been promised, on any machine.
            await town.live(chance.uniform(0.05, 3.0) if cut > 1 else 8.0)
            if LONG and cut % 10 == 0:
                record("power_cuts", cut, limit=300, at_least=True, command=COMMAND)
                town.tally.record()
        await town.live(None)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
    return town


def test_power_cut_in_the_middle_of_everything(
    disk: Disk, clamd_socket: Path, overall: Tally
) -> None:
    """0 acknowledged lost, 0 doubled, 0 unscanned readable, after each cut and once gone on with."""
    town = asyncio.run(_cut_again_and_again(disk, clamd_socket, CUTS))

    overall.add(town.tally)
    if LONG:
        record("power_cuts", CUTS, limit=300, at_least=True, command=COMMAND)
    assert town.tally.clear, town.tally
    assert town.acknowledged > 0
