"""The portal in a process of its own: killed without a word, and started again."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any, TypeVar

from portal.parts import Parts
from portal.web import sessions
from storage.database import Database
from tests.cast import Character

T = TypeVar("T")


class Portal:
    """One such portal; its database, objects and port outlive it."""

    def __init__(self, portal: Parts, **environment: str) -> None:
        """`environment`: settings beside those of `portal`."""
        self.portal = portal
        self.port = portal.settings.port
        self.address = f"http://localhost:{self.port}"
        self._environment = {
            "DATABASE_URL": portal.database.url.replace("+psycopg", ""),
            "PORT": str(self.port),
            "DOSSIER_DEMO": "true",
            "DOSSIER_EMBEDDED_WORKER": "no",
            "DOSSIER_STATE": str(portal.settings.state),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the process that serves now."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Serve, and return once it answers."""
        command = [sys.executable, "-m", "portal", "serve"]
        with (self.portal.settings.state / "portal.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, env=os.environ | self._environment, stdout=log, stderr=log
            )
        ends = time.monotonic() + 60
        while not self._answers():
            assert self._process.poll() is None, "the portal did not start; see portal.log"
            assert time.monotonic() < ends
            time.sleep(0.05)

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it: at once, unless told otherwise."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def let_in(self, person: Character) -> dict[str, str]:
        """The cookie of somebody who has signed in."""

        async def begin() -> str:
            database = Database(self.portal.database.url)
            lasts = self.portal.settings.session_absolute
            async with database.login_transaction() as session:
                token = await sessions.begin(session, person.id, lasts=lasts)
            await database.close()
            return token

        return {self.portal.cookie("session"): alone(begin())}

    def _answers(self) -> bool:
        connection = HTTPConnection("localhost", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            return False
        finally:
            connection.close()
        return True


def alone(work: Coroutine[Any, Any, T]) -> T:
    """Do this on a loop of its own, in a thread of its own: here one may be running already."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, work).result()


@contextmanager
def serving(portal: Parts, **environment: str) -> Generator[Portal]:
    """The portal, running; stopped at the end."""
    running = Portal(portal, **environment)
    running.start()
    try:
        yield running
    finally:
        running.end(signal.SIGTERM)
