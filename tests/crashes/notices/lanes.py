"""Lanes: stories told beside each other, each with a database, a mail server and lives of its own."""

import random
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from portal.parts import Parts
from tests.cast import RENEE
from tests.conftest import Browser
from tests.crashes.notices.judging import Tally, judge_crash, judge_end, judge_page
from tests.crashes.notices.post import (
    A_WHILE,
    REACHED,
    Story,
    mend_addresses,
    open_office,
    pass_time,
    unsettled,
)
from tests.crashes.notices.postroom import Postroom, open_postroom, weather
from tests.crashes.parts import open_browser
from tests.crashes.raising import Nursery, nursery

# So often one story may be broken off before it is lived to its end: going on is killed too.
TIMES = 3
# So often a worker may come back, after ever longer, before everything must have come to its end.
ROUNDS = 6
# Prime: one step after the other, all over the life, and each of them in the end.
STRIDE = 7919
# In every so manieth story the mail server has a bad day too.
STORMY = 8


class Lane:
    """One database, one mail server, one process that forks lives; a story at a time."""

    def __init__(self, portal: Parts, room: Postroom, born: Nursery, reader: Browser) -> None:
        """`reader`: a browser in which the people who were served look at their inbox."""
        self.portal, self.room, self.born, self.reader = portal, room, born, reader
        # Seconds that a whole life takes, and its steps.
        self.lasts = 0.0
        self.passed: list[str] = []

    async def warm_up(self) -> None:
        """One whole life, to know how long it takes."""
        for number in (-3, -2):
            # Whose mails leave at once: later they would come in the middle of another's story.
            assert Story(number).recall_minutes == 0
            life = await self.born.raise_one(number=number)
            assert life["status"] == 0, "a life ended in an error"
            self.lasts, self.passed = life["lasted"], life["passed"]
        self.room.forget()

    async def tell(self, number: int, tally: Tally) -> None:
        """One story: broken off up to so many times, then lived to its end, and judged."""
        story = Story(number)
        said: list[str] = []
        chance = random.Random(number)  # noqa: S311 - jitter, no secret
        crashes = 0
        if number % STORMY == 0:
            self.room.weather = weather(number, share=0.1, slow=False)
        for time in range(chance.randint(1, TIMES)):
            if time:
                # The next worker comes before anybody knows that the last one died; or soon, while
                # its lease still holds; or later.
                later = chance.choice((timedelta(0), timedelta(minutes=2), A_WHILE))
                await pass_time(self.portal, story, by=later)
            ended = await self.born.raise_one(number=number, **self._when(number, time, chance))
            assert ended["status"] in (0, -9), f"story {number} ended in an error"
            said += ended["said"]
            await judge_crash(self.portal, story, said, tally)
            if ended["status"] == 0:
                self.lasts = ended["lasted"] if time == 0 else self.lasts
                break
            crashes += 1
        await self._end(story, said, tally, chance, crashes=crashes)

    def _when(self, number: int, time: int, chance: random.Random) -> dict[str, Any]:
        """The first time step by step, over all stories; then wherever, or after a delay."""
        if time == 0:
            return {"step": number * STRIDE % len(self.passed)}
        if time == 1:
            return {"delay": chance.uniform(0.01, self.lasts)}
        return {"step": chance.randrange(len(self.passed))}

    async def _end(
        self,
        story: Story,
        said: list[str],
        tally: Tally,
        chance: random.Random,
        *,
        crashes: int,
    ) -> None:
        waits = [timedelta(minutes=2)] * chance.randrange(2)
        waits += [A_WHILE * 2**again for again in range(ROUNDS)]
        for wait in waits:
            await pass_time(self.portal, story, by=wait)
            ended = await self.born.raise_one(number=story.number)
            assert ended["status"] == 0, f"story {story.number} ended in an error"
            said += ended["said"]
            if not await unsettled(self.portal, story):
                break
            self.room.weather = None
        await judge_crash(self.portal, story, said, tally)
        await judge_end(self.portal, self.room, [story], tally, crashes=crashes, hands=story.hands)
        await judge_page(self.reader, REACHED[story.number % len(REACHED)], story, tally)
        await mend_addresses(self.portal)
        tally.trials += crashes


@asynccontextmanager
async def lane(url: str, folder: Path) -> AsyncGenerator[Lane]:
    """Everything that one lane needs, and an end of it."""
    async with AsyncExitStack() as stack:
        room = stack.enter_context(open_postroom(patience=20))
        portal = open_office(url, folder, port=room.port, patience=room.patience)
        officer = await stack.enter_async_context(open_browser(portal))
        await officer.sign_in(RENEE)
        parts = {
            "url": url,
            "folder": str(folder),
            "port": room.port,
            "patience": room.patience,
            "token": officer.cookies[portal.cookie("session")],
        }
        born = await stack.enter_async_context(nursery("tests.crashes.notices.nursery", parts))
        reader = await stack.enter_async_context(open_browser(portal))
        made = Lane(portal, room, born, reader)
        await made.warm_up()
        yield made
        await portal.database.close()
