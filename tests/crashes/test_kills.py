"""The process is killed at every step of upload, filing, scan and verdict: no promise is broken."""

import asyncio
import os
import random
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from bench.figures import record
from portal.documents.reconciling import reconcile
from portal.parts import Parts
from storage.scanner import Clamd, Scanner
from tests.cast import CLAIRE, FARIDA
from tests.conftest import Browser
from tests.crashes.judgement import COMMAND, Tally, judge_crash, look
from tests.crashes.life import Story
from tests.crashes.parts import draft, open_browser
from tests.crashes.raising import Nursery, nursery

LONG = "LONG" in os.environ
KILLS = int(os.environ.get("KILLS") or (10_000 if LONG else 10))
LANES = 2 if LONG else 1
# So often one story may be broken off before it is lived to its end: going on is killed too.
TIMES = 3
OFTEN = 100


@pytest.fixture
def scanner(clamd_socket: Path) -> Scanner:
    """A real clamd."""
    return Clamd(clamd_socket)


class Kills:
    """Trials, counted; those that ended before they were to be killed are none."""

    def __init__(self, wanted: int) -> None:
        """So many."""
        self.wanted, self.begun, self.killed = wanted, 0, 0
        # Seconds that a whole life takes.
        self.lasts = 0.0
        self.tally = Tally()
        self._told = 0

    async def go_on(self, nursery: Nursery, claire: Browser, farida: Browser) -> None:
        """One life after another, until there are enough."""
        life = await _raise(nursery, Story(1, await draft(claire.portal)))
        assert life["status"] == 0
        self.lasts = life["lasted"]
        while self.killed < self.wanted:
            number, self.begun = self.begun, self.begun + 1
            story = Story(number, await draft(claire.portal))
            chance = random.Random(number)  # noqa: S311 - jitter, no secret
            said: list[str] = []
            for time in range(chance.randint(1, TIMES)):
                if time:
                    await look(claire, farida, story, said, self.tally)
                if (number + time) % 2:
                    when: dict[str, Any] = {"delay": chance.uniform(0.01, self.lasts)}
                else:
                    # Step by step: the first of all, the second of all …
                    when = {"step": (number // 2 * 7) % len(life["passed"])}
                if not await self._lived(nursery, story, when, said, whole=not time):
                    break
            await judge_crash(claire, farida, story, said, self.tally)
            self._tell()

    def _tell(self) -> None:
        """How many there have been, now and then: it takes an hour."""
        if LONG and self.killed - self._told >= OFTEN:
            self._told = self.killed
            record("kill_trials", self.killed, limit=10_000, at_least=True, command=COMMAND)
            self.tally.record()

    async def _lived(
        self, nursery: Nursery, story: Story, when: dict[str, Any], said: list[str], *, whole: bool
    ) -> bool:
        """Let it live until then; whether it was killed before it came to its end."""
        ended = await _raise(nursery, story, **when)
        assert ended["status"] in (0, -9), "a life ended in an error"
        said += ended["said"]
        killed = ended["status"] != 0
        self.killed += killed
        if whole and not killed:
            self.lasts = min(self.lasts, ended["lasted"])
        return killed


async def _raise(nursery: Nursery, story: Story, **when: Any) -> dict[str, Any]:
    return await nursery.raise_one(number=story.number, draft=str(story.draft), **when)


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
        parts = {
            "url": portal.database.url,
            "folder": str(portal.settings.state),
            "clamd": str(clamd_socket),
            "token": claire.cookies[portal.cookie("session")],
        }
        born = [
            await stack.enter_async_context(nursery("tests.crashes.nursery", parts))
            for _ in range(LANES)
        ]
        await asyncio.gather(*(kills.go_on(one, claire, farida) for one in born))
    done = await reconcile(portal.database, portal.store, days=1, whole=True)

    overall.add(kills.tally)
    if LONG:
        record("kill_trials", kills.killed, limit=10_000, at_least=True, command=COMMAND)
    assert kills.tally.clear, kills.tally
    assert done.amiss == {}
