"""Steps: everything a life does to database, queue, store, scanner, mail and line, counted."""

import os
import signal
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from typing import Any, TypeVar

from aiosmtplib.protocol import SMTPProtocol
from procrastinate import PsycopgConnector
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.directory import DirectoryStore
from storage.objects import Writer
from storage.scanner import Clamd, Verdict

T = TypeVar("T")


class Steps:
    """The steps of one life, in the order in which it comes to them."""

    def __init__(self, last: int | None = None, *, at: tuple[str, int] | None = None) -> None:
        """Killed at step number `last`, or `at` this step for the so manieth time, before any more."""
        self.passed: list[str] = []
        self._last, self._at = last, at
        self._lock = threading.Lock()

    def reach(self, where: str) -> None:
        """The life has come so far; from whichever thread."""
        with self._lock:
            number = len(self.passed)
            self.passed.append(where)
            named = self._at is not None and (where, self.passed.count(where)) == self._at
            if number == self._last or named:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str, act: Callable[..., T]) -> Callable[..., T]:
        """The same act with a step before it and one after."""

        def stepping(*args: Any, **named: Any) -> T:
            self.reach(f"before {name}")
            result = act(*args, **named)
            self.reach(f"after {name}")
            return result

        return stepping

    def watch_disk(self) -> None:
        """Everything that makes bytes durable, or names them: for the rest of this process."""
        for name in ("fsync", "link", "unlink", "write"):
            setattr(os, name, self.around(name, getattr(os, name)))

    def watch_database(self, engine: AsyncEngine) -> None:
        """Each statement and each commit, before and after."""
        for name in ("before_cursor_execute", "after_cursor_execute", "commit", "rollback"):
            event.listen(engine.sync_engine, name, self._reaching(name))
        event.listen(engine.sync_engine.pool, "checkin", self._reaching("committed"))

    def watch_queue(self, connector: PsycopgConnector) -> None:
        """Each thing that a worker asks of the queue of jobs, before and after."""
        for name in ("execute_query_async", "execute_query_one_async", "execute_query_all_async"):
            setattr(connector, name, self._around_asking(getattr(connector, name)))

    def _around_asking(
        self, ask: Callable[..., Coroutine[Any, Any, T]]
    ) -> Callable[..., Coroutine[Any, Any, T]]:
        async def stepping(*args: Any, **named: Any) -> T:
            self.reach("before the queue")
            result = await ask(*args, **named)
            self.reach("after the queue")
            return result

        return stepping

    def watch_mail(self) -> None:
        """Each line to a mail server and from it: for the rest of this process."""
        for name in ("write", "data_received"):
            setattr(SMTPProtocol, name, self.around(f"mail: {name}", getattr(SMTPProtocol, name)))

    def _reaching(self, where: str) -> Callable[..., None]:
        return lambda *_: self.reach(where)

    def watch_wire(self, app: ASGIApp) -> ASGIApp:
        """Each piece that comes in, and of an answer that goes out."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            async def receiving() -> Message:
                message = await receive()
                self.reach("received")
                return message

            async def sending(message: Message) -> None:
                self.reach("before answering")
                await send(message)
                self.reach("answered")

            await app(scope, receiving, sending)

        return watched


class SteppingStore(DirectoryStore):
    """A folder of objects with a step around what is done to it."""

    steps: Steps

    def writer(self, key: str) -> Writer:
        """Begin an object."""
        self.steps.reach("before an object")
        return super().writer(key)

    def read(self, key: str) -> Iterator[bytes]:
        """Yield an object."""
        for piece in super().read(key):
            self.steps.reach("piece read")
            yield piece


class SteppingScanner(Clamd):
    """A real clamd with a step around each scan."""

    steps: Steps

    def scan(self, pieces: Iterable[bytes], *, size: int) -> Verdict:
        """Judge a stream."""
        return self.steps.around("scan", super().scan)(pieces, size=size)
