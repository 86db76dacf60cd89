"""The database is stopped at once, under officers and couriers, and comes back: nothing is lost."""

import asyncio
import os
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from portal.parts import Parts
from portal.worker import working
from tests.cast import RENEE
from tests.conftest import Browser
from tests.crashes.notices.judging import Tally, judge_crash, judge_end, judge_page
from tests.crashes.notices.post import (
    A_WHILE,
    REACHED,
    Story,
    TryLater,
    issue,
    open_office,
    pass_time,
    unsettled,
    work,
)
from tests.crashes.notices.postroom import open_postroom
from tests.crashes.notices.restarting import Server, restartable_server
from tests.crashes.parts import open_browser

LONG = "LONG" in os.environ
RESTARTS = int(os.environ.get("RESTARTS") or (40 if LONG else 2))
# Officers who issue while the database is restarted; one more begins when it is back.
OFFICERS = 4


@pytest.fixture
def restartable() -> Iterator[Server]:
    """A server of this test's own."""
    with TemporaryDirectory(prefix="dossier-restart-", dir="/dev/shm") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's own user must reach it
        with restartable_server(Path(folder)) as server:
            yield server


async def issue_all(officer: Browser, story: Story, said: list[str]) -> None:
    """Press until it is answered: with the same form, whenever the portal says 503."""
    for key in story.notices:
        while f"issued {key}" not in said:
            try:
                await issue(officer, key)
            except TryLater:
                await asyncio.sleep(0.05)
            else:
                said.append(f"issued {key}")


async def restart_under(officer: Browser, server: Server, *, number: int, said: list[str]) -> None:
    """Officers issue, the worker mails; the database goes away under both, for longer or shorter."""
    chance = random.Random(number)  # noqa: S311 - jitter, no secret
    async with asyncio.TaskGroup() as officers:
        for story in stories(number)[:OFFICERS]:
            officers.create_task(issue_all(officer, story, said))
        await asyncio.sleep(chance.uniform(0, 2))
        await asyncio.to_thread(server.restart, down=chance.choice([0, 0.2, 2]))


def stories(number: int) -> Sequence[Story]:
    """Those that are told around one restart."""
    return [Story(number * (OFFICERS + 1) + one) for one in range(OFFICERS + 1)]


async def until_settled(portal: Parts, story: Story, *, within: float) -> None:
    """Look whether the worker that runs beside this has done it all, again and again."""
    ends = time.monotonic() + within
    while await unsettled(portal, story):
        assert time.monotonic() < ends, "the worker did not go on"
        await asyncio.sleep(0.1)


async def test_database_restarted_under_officers_and_couriers(
    restartable: Server, tmp_path: Path, overall_post: Tally
) -> None:
    """Who was told "issued" was told the truth; the worker goes on by itself; no mail is lost."""
    tally = Tally()
    async with AsyncExitStack() as stack:
        room = stack.enter_context(open_postroom(patience=10))
        portal = open_office(restartable.url, tmp_path, port=room.port, patience=room.patience)
        officer = await stack.enter_async_context(open_browser(portal))
        reader = await stack.enter_async_context(open_browser(portal))
        await officer.sign_in(RENEE)
        for number in range(RESTARTS):
            said: list[str] = []
            async with working(portal):
                await restart_under(officer, restartable, number=number, said=said)
                await issue_all(officer, stories(number)[-1], said)
                # The worker that was cut off begins again, without anybody's help.
                await until_settled(portal, stories(number)[-1], within=120)
            for story in stories(number):
                await pass_time(portal, story, by=A_WHILE)
            await work(portal)
            for story in stories(number):
                await judge_crash(portal, story, said, tally)
                await judge_page(reader, REACHED[number % len(REACHED)], story, tally)
            hands = portal.settings.worker_concurrency
            await judge_end(portal, room, stories(number), tally, crashes=1, hands=hands)
            tally.trials += 1
        await portal.database.close()

    overall_post.add(tally)
    assert tally.clear, tally
    assert tally.extra_per_crash <= 1
