"""Whether this container still does its work: asked by its health check, answered by a process.

`python -m portal.pulse portal` asks the portal's /healthz; `python -m portal.pulse worker` looks
when the worker last said that its event loop turns.
"""

import asyncio
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

from portal.settings import Settings, load_settings

BEATS_EVERY = 10.0
FORGOTTEN_AFTER = 60.0


async def beat(state: Path) -> None:
    """Say every ten seconds that the event loop turns, as long as it does."""
    file = state / "pulse"
    while True:
        file.touch()
        await asyncio.sleep(BEATS_EVERY)


def worker_lives(state: Path, now: float) -> bool:
    """Whether the worker of this state folder has said so within a minute."""
    file = state / "pulse"
    return file.exists() and now - file.stat().st_mtime < FORGOTTEN_AFTER


def portal_answers(port: int) -> bool:
    """Whether the portal on this machine answers /healthz."""
    connection = HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def alive(what: str, settings: Settings) -> bool:
    """Answer for the portal or the worker."""
    if what == "worker":
        return worker_lives(settings.state, time.time())
    return portal_answers(settings.port)


if __name__ == "__main__":
    sys.exit(0 if alive(sys.argv[1], load_settings()) else 1)
