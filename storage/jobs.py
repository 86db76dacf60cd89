"""Jobs deferred in the transaction that causes them: a rollback takes the job with it."""

from datetime import datetime

import procrastinate
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import without_driver

# Only a name to defer by: the running connection is always the caller's.
_deferring = procrastinate.App(connector=procrastinate.PsycopgConnector())


async def defer(
    session: AsyncSession,
    task: str,
    *,
    at: datetime | None = None,
    lock: str | None = None,
    priority: int = 0,
    **arguments: str | int,
) -> None:
    """Queue `task` for a worker, not before `at`; same `lock`: one after the other.

    Of two that wait, the one of higher `priority` goes first.
    """
    connection = await session.connection()
    raw = (await connection.get_raw_connection()).driver_connection
    job = _deferring.configure_task(
        task,
        connection=raw,
        schedule_at=at,
        lock=lock,
        priority=priority,
        allow_unknown=True,
    )
    await job.defer_async(**arguments)


def worker_app(url: str) -> procrastinate.App:
    """The application a worker runs; its tasks are given by the composition root."""
    return procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=without_driver(url)))
