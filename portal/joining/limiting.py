"""Wrong answers are counted, right ones never: guessing is slow, and nobody keeps a claimant out."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from ipaddress import IPv6Address, ip_address
from weakref import WeakValueDictionary

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from portal.people.signing_in import TooManyTries

# Wrong answers from one address: who mistypes has room, who guesses has not.
ADDRESS = RateLimitItemPerMinute(10, 15)
# Wrong answers about one file number, from wherever. Beyond it, each address is still asked once in
# a while: somebody who tries out a number from many places cannot keep its owner out.
NUMBER = RateLimitItemPerHour(100)
BEYOND = RateLimitItemPerMinute(1, 15)

limiter = MovingWindowRateLimiter(MemoryStorage())
_turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


class Tries:
    """The tries of one address at one door; `number`: the file number they are about, if any."""

    def __init__(self, door: str, address: str, *, number: str = "") -> None:
        """`door` keeps the hearing check and joining apart."""
        self._address = (door, neighbourhood(address))
        self._number = (door, "number", number) if number else None
        self._beyond = (*self._address, number)

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """One question at a time from one address; raises TooManyTries.

        Otherwise a thousand at once would all be asked before the first wrong answer counts.
        """
        lock = _turns.setdefault(":".join(self._address), asyncio.Lock())
        async with lock:
            if not await limiter.test(ADDRESS, *self._address):
                raise TooManyTries
            crowded = self._number and not await limiter.test(NUMBER, *self._number)
            if crowded and not await limiter.test(BEYOND, *self._beyond):
                raise TooManyTries
            yield

    async def wrong(self) -> None:
        """Count an answer that was wrong; within `turn()`."""
        await limiter.hit(ADDRESS, *self._address)
        if self._number:
            await limiter.hit(NUMBER, *self._number)
            await limiter.hit(BEYOND, *self._beyond)


def neighbourhood(address: str) -> str:
    """An address as it is counted: of IPv6 the network, for one house has 2^64 of them."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return found.ipv4_mapped.compressed if found.ipv4_mapped else str(int(found) >> 64)
    return found.compressed
