"""Everything the bench runs against: floor, clamd and portal, each in a process of its own."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psutil

from portal.migrations import migrate
from portal.settings import Settings
from portal.web import sessions
from storage.database import Database, embedded_server
from storage.private_clamd import private_clamd
from tests import cast


@dataclass(frozen=True)
class House:
    """Where to find the parts."""

    floor: int
    portal: int
    clamd: Path
    database_url: str
    cookie: str
    process: psutil.Process
    objects: Path


@contextmanager
def house() -> Generator[House]:
    """Start every part on a free port, in a folder that is removed; stop each by its own pid."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dossier-bench-")))
        url = stack.enter_context(embedded_server(folder / "database"))
        clamd = stack.enter_context(private_clamd(folder / "clamd"))
        floor, portal = free_port(), free_port()
        (folder / "floor").mkdir()
        command = [sys.executable, "-m", "uvicorn", "bench.floor:app", "--log-level", "error"]
        stack.enter_context(
            running(
                [*command, "--port", str(floor)], floor, {"FLOOR_FOLDER": str(folder / "floor")}
            )
        )
        migrate(url)
        cookie = asyncio.run(_prepare(url, portal))
        # As in production: a portal, and a worker beside it; both on one store.
        settings = {
            "DATABASE_URL": url.replace("+psycopg", ""),
            "PORT": str(portal),
            "DOSSIER_CLAMD": str(clamd),
            "DOSSIER_DEMO": "true",
            "DOSSIER_EMBEDDED_WORKER": "no",
            "DOSSIER_STATE": str(folder / "state"),
        }
        program = [sys.executable, "-m", "portal"]
        process = stack.enter_context(running([*program, "serve"], portal, settings))
        (folder / "worker").mkdir()
        (folder / "worker" / "objects").symlink_to(folder / "state" / "objects")
        settings["DOSSIER_STATE"] = str(folder / "worker")
        stack.enter_context(running([*program, "worker"], None, settings))
        objects = folder / "state" / "objects"
        yield House(floor, portal, clamd, url, cookie, psutil.Process(process.pid), objects)


async def _prepare(url: str, port: int) -> str:
    """The cast, and Claire signed in: the cookie that says so."""
    database = Database(url)
    async with database.system_transaction() as session:
        await cast.appear(session)
    settings = Settings(port=port)
    async with database.login_transaction() as session:
        token = await sessions.begin(session, cast.CLAIRE.id, lasts=settings.session_absolute)
    await database.close()
    return f"session-{port}={token}"


@contextmanager
def running(
    command: list[str],
    port: int | None,
    environment: Mapping[str, str],
    *,
    output: int | None = None,
) -> Generator["subprocess.Popen[bytes]"]:
    """A server that answers (where it has a port) before the bench goes on."""
    with subprocess.Popen(command, stdout=output, env={**os.environ, **environment}) as process:
        try:
            if port is not None:
                _wait(port, process)
            yield process
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing answers on port {port}")


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
