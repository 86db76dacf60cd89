"""The process is killed at every step of upload, filing, scan and verdict: no promise is broken."""

import asyncio
import json
import os
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.figures import ROOT, record
from portal.documents.reconciling import reconcile
from portal.parts import Parts
from storage.scanner import Clamd, Scanner
from tests.cast import CLAIRE, FARIDA
from tests.conftest import Browser
from tests.crashes.judgement import Tally, judge_crash
from tests.crashes.life import Story
from tests.crashes.parts import draft, open_browser

LONG = "LONG" in os.environ
KILLS = int(os.environ.get("KILLS") or (10_000 if LONG else 10))
LANES = 2 if LONG else 1
COMMAND = "make test-long"


@pytest.fixture
def scanner(clamd_socket: Path) -> Scanner:
    """A real clamd."""
    return Clamd(clamd_socket)


class Nursery:
    """A process that forks lives; one at a time, each told when to end."""

    def __init__(self, process: Process, portal: Parts, clamd: Path, token: str) -> None:
        """`token`: Claire's session."""
        self._process = process
        self._parts = {
            "url": portal.database.url,
            "folder": str(portal.settings.state),
            "clamd": str(clamd),
            "token": token,
        }

    async def raise_one(
        self, story: Story, *, step: int | None = None, delay: float | None = None
    ) -> dict[str, Any]:
        """Let it live, up to this step or for so long; what it said, and how it ended."""
        assert self._process.stdin
        assert self._process.stdout
        order = {"number": story.number, "draft": str(story.draft), "step": step, "delay": delay}
        self._process.stdin.write(json.dumps(order | self._parts).encode() + b"\n")
        return json.loads(await self._process.stdout.readline())


@asynccontextmanager
async def nursery(portal: Parts, clamd: Path, token: str) -> AsyncGenerator[Nursery]:
    """Start one, and stop it by closing its ears."""
    command = [sys.executable, "-m", "tests.crashes.nursery"]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, cwd=ROOT, limit=1 << 20
    )
    try:
        yield Nursery(process, portal, clamd, token)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


class Kills:
    """Trials, counted; those that ended before they were to be killed are none."""

    def __init__(self, wanted: int) -> None:
        """So many."""
        self.wanted, self.begun, self.killed = wanted, 0, 0
        self.tally = Tally()

    async def go_on(self, nursery: Nursery, claire: Browser, farida: Browser) -> None:
        """One life after another, until there are enough."""
        life = await nursery.raise_one(Story(1, await draft(claire.portal)))
        assert life["status"] == 0
        lasts: float = life["lasted"]
        while self.killed < self.wanted:
            number, self.begun = self.begun, self.begun + 1
            story = Story(number, await draft(claire.portal))
            chance = random.Random(number)  # noqa: S311 - jitter, no secret
            if number % 2:
                when: dict[str, Any] = {"delay": chance.uniform(0.01, lasts)}
            else:
                # Step by step: the first of all, the second of all …
                when = {"step": (number // 2 * 7) % len(life["passed"])}
            ended = await nursery.raise_one(story, **when)
            assert ended["status"] in (0, -9), "a life ended in an error"
            if ended["status"] == 0:
                lasts = min(lasts, ended["lasted"])
            self.killed += ended["status"] != 0
            await judge_crash(claire, farida, story, ended["said"], self.tally)


async def test_killed_at_every_step_of_upload_filing_scan_and_verdict(
    portal: Parts, clamd_socket: Path, overall: Tally
) -> None:
    """0 acknowledged lost, 0 doubled, 0 unscanned readable; the store agrees with the rows after."""
    kills = Kills(KILLS)
    async with AsyncExitStack() as stack:
        claire = await stack.enter_async_context(open_browser(portal))
        await claire.sign_in(CLAIRE)
        farida = await stack.enter_async_context(open_browser(portal))
        await farida.sign_in(FARIDA)
        token = claire.cookies[portal.cookie("session")]
        born = [
            await stack.enter_async_context(nursery(portal, clamd_socket, token))
            for _ in range(LANES)
        ]
        await asyncio.gather(*(kills.go_on(one, claire, farida) for one in born))
    done = await reconcile(portal.database, portal.store, days=1, whole=True)

    overall.add(kills.tally)
    if LONG:
        record("kill_trials", kills.killed, limit=10_000, at_least=True, command=COMMAND)
    assert kills.tally.clear, kills.tally
    assert done.amiss == {}
