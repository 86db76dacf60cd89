"""Trials: an act, an ending at one of its points, and which of the two committed first."""

import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
import sqlalchemy as sa
from httpx2 import Response

from storage.database import Database, without_driver
from tests.cast import CLAIRE
from tests.races.acts import Act
from tests.races.endings import WAYS, Ending, restore
from tests.races.points import Points


@dataclass(frozen=True)
class Outcome:
    """What became of one trial."""

    # The act, where it stood still, and who ended what then.
    told: str
    # The ending had to wait for the act.
    waited: bool
    ended_at: datetime
    # When whatever was accepted was committed.
    done_at: tuple[datetime, ...]
    # The answer says what the rows say, and what was refused is still there for the principal.
    true: bool

    @property
    def late(self) -> bool:
        """Something was accepted although the ending's commit came first."""
        return any(at >= self.ended_at for at in self.done_at)


class Trials:
    """Trials of one act: round after round at each of its points, by each way of ending."""

    def __init__(
        self, act: Act, observer: "psycopg.AsyncConnection[tuple[bool]]", points: int
    ) -> None:
        """`points`: on how many the act comes undisturbed."""
        self.act, self.points = act, points
        self._observer = observer
        self._database: Database = act.browser.portal.database

    async def run(self, number: int) -> Outcome:
        """Let this act and an ending meet; the number says where, and in which way.

        In every other round the act does not wait until the ending has come to a halt.
        """
        round_, point = divmod(number, self.points)
        way = WAYS[(round_ + point) % len(WAYS)]
        hurry = random.Random(number) if round_ % 2 else None  # noqa: S311 - jitter, no secret
        await restore(self._database)
        await self.act.prepare()
        ending = Ending(self._database, self._observer, way, hurry)
        points = Points(point, ending.begin)
        answer = await points.run(self.act.perform)
        await ending.finish()
        ended_at, done_at = await self._commits(ending)
        return Outcome(
            f"{type(self.act).__name__}, {points.passed[point]} ({point}), {way.act.__name__}",
            ending.waited,
            ended_at,
            done_at,
            await self._true(answer, ending, done=bool(done_at)),
        )

    async def _true(self, answer: Response | None, ending: Ending, *, done: bool) -> bool:
        true = self.act.true(answer, done=done)
        if done or CLAIRE.id in ending.way.losers:
            return true
        return true and await self.act.left()

    async def _commits(self, ending: Ending) -> tuple[datetime, tuple[datetime, ...]]:
        """When the ending was committed, and when whatever was accepted."""
        committed = sa.text("select pg_xact_commit_timestamp(cast(:it as xid))")
        asked = {"thing": self.act.thing, "losers": list(ending.way.losers)}
        async with self._database.system_transaction() as session:
            ended_at = await session.scalar(committed, {"it": ending.transaction})
            done_at = await session.scalars(sa.text(self.act.proof), asked)
            return ended_at, tuple(done_at)


@asynccontextmanager
async def trials(act: Act) -> AsyncGenerator[Trials]:
    """Sign in, do the act undisturbed, and count its points; the first time warms what is cached."""
    database: Database = act.browser.portal.database
    url = without_driver(database.url)
    async with await psycopg.AsyncConnection[tuple[bool]].connect(url, autocommit=True) as observer:
        await act.browser.sign_in(act.actor)
        await act.claire.sign_in(CLAIRE)
        points = Points()
        for _ in range(2):
            await restore(database)
            await act.prepare()
            points = Points()
            answer = await points.run(act.perform)
            assert act.true(answer, done=True), answer
        yield Trials(act, observer, len(points.passed))
