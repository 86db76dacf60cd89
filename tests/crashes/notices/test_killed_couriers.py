"""The process is killed at every step of issuing, placing, mailing, sweeping: nothing is lost."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from storage.database import without_driver
from tests.crashes.notices.judging import Tally
from tests.crashes.notices.lanes import Lane, lane

LONG = "LONG" in os.environ
KILLS = int(os.environ.get("NOTICE_KILLS") or (2_000 if LONG else 20))
LANES = 2 if LONG else 1
OFTEN = 20


@pytest.fixture
async def lanes(server: str, tmp_path: Path) -> AsyncIterator[list[Lane]]:
    """So many lanes, each with a database of its own."""
    names = [f"lane_{uuid4().hex}" for _ in range(LANES)]
    async with AsyncExitStack() as stack:
        owner = stack.enter_context(psycopg.connect(without_driver(server), autocommit=True))
        made: list[Lane] = []
        for name in names:
            named = sql.Identifier(name)
            owner.execute(sql.SQL("create database {} template stage").format(named))
            stack.callback(owner.execute, sql.SQL("drop database {} with (force)").format(named))
            url, folder = server.replace("/postgres?", f"/{name}?"), tmp_path / name
            made.append(await stack.enter_async_context(lane(url, folder)))
        yield made


async def test_killed_at_every_step_of_issuing_placing_and_mailing(
    lanes: list[Lane], overall_post: Tally
) -> None:
    """Every inbox row once, every mail at least once, one more a crash at most, none lost."""
    tally, numbers = Tally(), count()

    async def go_on(one: Lane) -> None:
        # What was broken once is told again by every story after it: the first says why.
        while tally.trials < KILLS and tally.clear:
            number = next(numbers)
            await one.tell(number, tally)
            if LONG and number % OFTEN == OFTEN - 1:
                tally.record()

    await asyncio.gather(*map(go_on, lanes))

    overall_post.add(tally)
    assert tally.clear, tally
    assert tally.extra_per_crash <= 1
    if LONG:
        assert next(numbers) >= max(len(one.passed) for one in lanes), (
            "not every step was killed at"
        )
