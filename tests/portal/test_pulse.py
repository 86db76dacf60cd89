"""Health checks of containers: what they ask, and what they believe."""

import asyncio
import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from portal.pulse import FORGOTTEN_AFTER, beat, portal_answers, worker_lives


class Answer(BaseHTTPRequestHandler):
    """A portal of two lines: 200 for /healthz, 404 else."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Say nothing."""


async def test_a_worker_lives_as_long_as_its_loop_turns(tmp_path: Path) -> None:
    """The file is touched at once; a minute without a touch means that the loop hangs."""
    assert not worker_lives(tmp_path, 0)

    task = asyncio.create_task(beat(tmp_path))
    await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    touched = (tmp_path / "pulse").stat().st_mtime

    assert worker_lives(tmp_path, touched + FORGOTTEN_AFTER - 1)
    assert not worker_lives(tmp_path, touched + FORGOTTEN_AFTER + 1)


def test_a_portal_lives_when_it_answers() -> None:
    """The port must be open and /healthz must say 200."""
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.handle_request).start()

        assert portal_answers(server.server_port)


def test_a_portal_that_does_not_listen_is_dead() -> None:
    """A refused connection is an answer too."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))

        assert not portal_answers(unused.getsockname()[1])
