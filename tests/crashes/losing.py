"""Losing the database at the worst moment: when a transaction commits."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from portal.parts import Parts


@asynccontextmanager
async def lost_at_commit(
    portal: Parts, *, committed: bool, when: Callable[[], object] = lambda: True
) -> AsyncGenerator[None]:
    """The database is lost at each commit, which has been done by then, or not; once `when` says so."""

    def lose(connection: sa.Connection) -> None:
        if not when():
            return
        if committed:
            connection.connection.commit()
        raise OperationalError("COMMIT", None, psycopg.OperationalError("the server is gone"))

    engine = portal.database.engine.sync_engine
    event.listen(engine, "commit", lose)
    yield
    event.remove(engine, "commit", lose)
