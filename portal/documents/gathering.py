"""Gathering: what arrives at the same moment is done together, one commit for all of it."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

AT_ONCE = 50

Together = Callable[[Sequence[Any]], Awaitable[Sequence[Any]]]


@dataclass
class _Lot:
    """What waits under one key: each item with the promise of its outcome."""

    waiting: list[tuple[Any, "asyncio.Future[Any]"]] = field(
        default_factory=list["tuple[Any, asyncio.Future[Any]]"]
    )
    work: "asyncio.Task[None] | None" = None


class Gathering:
    """A commit costs more than a row: while one runs, what comes meanwhile waits for the next.

    Nobody waits for anybody who has not come yet.
    """

    def __init__(self) -> None:
        """Nothing waits."""
        self._lots: dict[Hashable, _Lot] = {}

    async def add(self, key: Hashable, item: Any, together: Together) -> Any:  # noqa: ANN401
        """Do `together` with this item and whatever else waits under its key; this one's outcome.

        An outcome that is an exception is raised here; if `together` itself fails, all do.
        """
        lot = self._lots.setdefault(key, _Lot())
        outcome = asyncio.get_running_loop().create_future()
        lot.waiting.append((item, outcome))
        if lot.work is None:
            lot.work = asyncio.create_task(self._work(key, lot, together))
        # The work goes on for the others when one of them hangs up.
        return await asyncio.shield(outcome)

    async def _work(self, key: Hashable, lot: _Lot, together: Together) -> None:
        while lot.waiting:
            now, lot.waiting = lot.waiting[:AT_ONCE], lot.waiting[AT_ONCE:]
            try:
                outcomes = await together([item for item, _ in now])
            except Exception as error:  # noqa: BLE001 - each of those who wait is told
                outcomes = [error] * len(now)
            for (_, waiter), outcome in zip(now, outcomes, strict=True):
                if waiter.cancelled():
                    continue
                if isinstance(outcome, Exception):
                    waiter.set_exception(outcome)
                else:
                    waiter.set_result(outcome)
        del self._lots[key]


class Recently:
    """What was found a moment ago, for those who ask again at once."""

    MOST = 1000

    def __init__(self, *, seconds: float) -> None:
        """Remember for so long."""
        self._seconds = seconds
        self._found: dict[Hashable, tuple[float, Any]] = {}

    def get(self, key: Hashable) -> Any | None:  # noqa: ANN401
        """What was kept under this key, if it is not too long ago."""
        at, found = self._found.get(key, (0.0, None))
        return found if asyncio.get_running_loop().time() - at < self._seconds else None

    def keep(self, key: Hashable, found: Any) -> None:  # noqa: ANN401
        """Remember this."""
        if len(self._found) >= self.MOST:
            self._found.clear()
        self._found[key] = asyncio.get_running_loop().time(), found

    def forget(self, key: Hashable) -> None:
        """Ask anew the next time."""
        self._found.pop(key, None)
