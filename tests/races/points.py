"""Points: every place at which an act waits for something; counted, and one of them chosen."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextvars import Context, ContextVar
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_only
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.directory import DirectoryStore
from storage.objects import Writer

T = TypeVar("T")


class Points:
    """The points of one act, in the order in which it comes to them."""

    def __init__(
        self,
        at: int | None = None,
        meanwhile: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        """At point number `at` the act waits until `meanwhile` has returned."""
        self.passed: list[str] = []
        self._at, self._meanwhile = at, meanwhile
        self._loop = asyncio.get_running_loop()

    async def run(self, act: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do this, stopping on the way; nothing else that runs meanwhile is stopped."""

        async def watched() -> T:
            _HERE.set(self)
            return await act()

        return await asyncio.create_task(watched(), context=Context())

    async def reach(self, where: str) -> None:
        """The act has come so far."""
        number = len(self.passed)
        self.passed.append(where)
        if number == self._at and self._meanwhile:
            await asyncio.create_task(self._meanwhile(), context=Context())

    def reach_in_thread(self, where: str) -> None:
        """The same for work in a thread, which the event loop does not wait for."""
        asyncio.run_coroutine_threadsafe(self.reach(where), self._loop).result()


_HERE: ContextVar[Points | None] = ContextVar("points", default=None)


async def reach(where: str) -> None:
    """If this is the watched act, it has come so far."""
    if points := _HERE.get():
        await points.reach(where)


def watch_database(engine: AsyncEngine) -> None:
    """A point before and after each statement, before each commit, and after the transaction."""

    def stops(where: str) -> Callable[..., None]:
        def stop(*_: Any) -> None:
            if _HERE.get():
                await_only(reach(where))

        return stop

    for name in ("before_cursor_execute", "after_cursor_execute", "commit", "rollback"):
        event.listen(engine.sync_engine, name, stops(name))
    event.listen(engine.sync_engine.pool, "checkin", stops("after the transaction"))


class WatchedStore(DirectoryStore):
    """A folder of objects with a point around each thing that is done to it."""

    def writer(self, key: str) -> Writer:
        """Begin an object."""
        _stop("before writing")
        return _WatchedWriter(super().writer(key))

    def read(self, key: str) -> Iterator[bytes]:
        """Yield an object."""
        _stop("before reading")
        for piece in super().read(key):
            _stop("piece read")
            yield piece

    def delete(self, key: str) -> None:
        """Remove an object."""
        _stop("before deleting")
        super().delete(key)


class _WatchedWriter:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def write(self, piece: bytes) -> None:
        self._writer.write(piece)
        _stop("piece written")

    def commit(self) -> None:
        self._writer.commit()
        _stop("object kept")

    def abort(self) -> None:
        self._writer.abort()


def _stop(where: str) -> None:
    if points := _HERE.get():
        points.reach_in_thread(where)


def watch_wire(app: ASGIApp) -> ASGIApp:
    """A point at each piece of a body that comes in, and of an answer that goes out."""

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        async def receiving() -> Message:
            message = await receive()
            # Whoever streams an answer also listens for the end of the line: not the act itself.
            if message.get("body"):
                await reach("piece received")
            return message

        async def sending(message: Message) -> None:
            await reach("before answering")
            await send(message)

        await app(scope, receiving, sending)

    return watched
