"""A database on which everything is tried and nothing is kept: the matrix asks thousands of acts."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database

# Tables that this transaction has written to, whatever becomes of it; a session's visit is no act.
_WRITTEN = sa.text(
    "select relname from pg_stat_xact_user_tables"
    " where relname <> 'session' and n_tup_ins + n_tup_upd + n_tup_del > 0"
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
            try:
                yield session
                self.written |= set(await session.scalars(_WRITTEN))
            finally:
                # What was read stays readable; a rollback would expire it.
                session.expunge_all()
                await session.rollback()
