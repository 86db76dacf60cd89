"""A database on which everything is tried and nothing is kept: the matrix asks thousands of acts."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database

# How often this connection has written to each table; a session's visit is no act. The counters
# also hold what earlier transactions left there, so two readings are compared.
_WRITTEN = sa.text(
    "select relname, n_tup_ins + n_tup_upd + n_tup_del from pg_stat_xact_user_tables"
    " where relname <> 'session'"
)


class Rehearsal(Database):
    """Counts what every transaction writes, and takes it back at its end."""

    def __init__(self, url: str) -> None:
        """Nothing is written yet."""
        super().__init__(url)
        self.written: set[str] = set()

    @asynccontextmanager
    async def login_transaction(self) -> AsyncGenerator[AsyncSession]:
        """As the real one, but for the curtain."""
        async with super().login_transaction() as session:
            before = await _counters(session)
            try:
                yield session
                after = await _counters(session)
                self.written |= {name for name in after if after[name] != before.get(name, 0)}
            finally:
                # What was read stays readable; a rollback would expire it.
                session.expunge_all()
                await session.rollback()


async def _counters(session: AsyncSession) -> dict[str, int]:
    return {row[0]: row[1] for row in await session.execute(_WRITTEN)}
