"""Endings: the four ways in which Amira's access ends, each in a transaction of its own."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import psycopg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.counsel.ending import hold_counsel, revoke
from portal.delegations.ending import end, give_back
from portal.gate import find
from portal.models import Standing
from portal.registry.recording import end_standing
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, FARIDA, NOOR, RENEE, Character
from tests.staged import STANDING

# How long an ending that neither ends nor waits is waited for.
PATIENCE = 20.0


async def _claire_ends(session: AsyncSession, now: datetime) -> None:
    by = Actor(CLAIRE.id, CLAIRE.name)
    lent = [CLAIRE_TO_AMIRA]
    await end(session, lent, ending_id=uuid4(), grantor=CLAIRE.id, by=by, now=now)


async def _amira_gives_back(session: AsyncSession, now: datetime) -> None:
    await give_back(session, CLAIRE_TO_AMIRA, by=Actor(AMIRA.id, AMIRA.name), now=now)


async def _renee_ends_the_standing(session: AsyncSession, now: datetime) -> None:
    by = Actor(RENEE.id, RENEE.name)
    await end_standing(
        session, await find(session, Standing, STANDING), how="revoked", by=by, now=now
    )


async def _farida_revokes(session: AsyncSession, now: datetime) -> None:
    await hold_counsel(session, NOOR)
    by = Actor(FARIDA.id, FARIDA.name)
    await revoke(session, await find(session, Standing, STANDING), how="revoked", by=by, now=now)


@dataclass(frozen=True)
class Way:
    """One way in which it ends: who does it, how, and who has lost access afterwards."""

    by: Character
    act: Callable[[AsyncSession, datetime], Awaitable[None]]
    losers: tuple[UUID, ...] = (AMIRA.id,)


WAYS = (
    Way(CLAIRE, _claire_ends),
    Way(AMIRA, _amira_gives_back),
    Way(RENEE, _renee_ends_the_standing, (AMIRA.id, CLAIRE.id)),
    Way(FARIDA, _farida_revokes, (AMIRA.id, CLAIRE.id)),
)


@dataclass
class Ending:
    """One ending, begun while an act stands still, and gone as far as the locks allow."""

    database: Database
    observer: "psycopg.AsyncConnection[tuple[bool]]"
    way: Way
    # Sometimes the act goes on before the ending has come to a halt.
    hurry: random.Random | None = None
    transaction: str = ""
    waited: bool = False
    _pid: int = 0
    _done: "asyncio.Task[None] | None" = field(default=None, repr=False)

    async def begin(self) -> None:
        """Begin; returns once it has committed or waits for a lock, or in a hurry sooner."""
        self._done = asyncio.create_task(self._run())
        if self.hurry:
            await asyncio.sleep(self.hurry.uniform(0, 0.012))
            return
        async with asyncio.timeout(PATIENCE):
            while not self._done.done() and not await self._waits():  # noqa: ASYNC110 - PostgreSQL tells nobody
                await asyncio.sleep(0.001)

    async def finish(self) -> None:
        """Let it come to its end, now that nothing stands in its way."""
        if self._done is None:
            raise LookupError("the act never came to the point at which this begins")
        async with asyncio.timeout(PATIENCE):
            await self._done

    async def _run(self) -> None:
        async with self.database.transaction(self.way.by.id) as session:
            began = sa.text("select pg_backend_pid() as pid, now() as now")
            row = (await session.execute(began)).one()
            self._pid = row.pid
            await self.way.act(session, row.now)
            found = await session.scalar(sa.text("select pg_current_xact_id()::text"))
            self.transaction = str(found)

    async def _waits(self) -> bool:
        asked = "select pg_blocking_pids(%s) <> '{}'"
        row = await (await self.observer.execute(asked, (self._pid,))).fetchone()
        self.waited = self.waited or row == (True,)
        return row == (True,)


async def restore(database: Database) -> None:
    """Amira has her access again, as if nothing had ended: past the triggers."""
    async with database.login_transaction() as session:
        await session.execute(sa.text("set local session_replication_role = replica"))
        for table, key, also in (
            ("delegation", "id", "ending_id = null"),
            ("answer", "delegation_id", "last_used_at = null"),
        ):
            await session.execute(
                sa.text(
                    f"update {table} set ended_at = null, ended_by = null, {also} where {key} = :id"
                ),
                {"id": CLAIRE_TO_AMIRA},
            )
        await session.execute(
            sa.text(
                "update standing set ends_at = null, ended_how = null, ended_by = null"
                " where id = :id"
            ),
            {"id": STANDING},
        )
