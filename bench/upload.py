"""What filing costs beside the least it could cost: `make bench`.

In one run, on one machine, on fresh bytes each time: the floor (`bench/floor.py`), clamd alone,
and the portal, for 1 × 100 MB and for 200 × 200 KB over 6 connections. Prints ratios, and how
much the portal's memory grew at its peak.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import psycopg

from bench.figures import record
from bench.house import House, house
from bench.wire import Wire
from portal.timezones import pin_timezones
from storage.database import without_driver
from storage.scanner import Clamd
from tests.cast import NOOR

COMMAND = "make bench"
MB = 1_000_000
ROUNDS = 3
CONNECTIONS = 6
SCANS_AT_ONCE = 2  # as many as the portal's worker has in hand


@dataclass(frozen=True)
class Load:
    """So many files of such a size."""

    name: str
    count: int
    size: int

    def fresh(self) -> list[bytes]:
        """Files nobody has seen: clamd knows again what it has scanned."""
        return [b"%PDF-1.7\n" + os.urandom(self.size - 9) for _ in range(self.count)]


@dataclass
class Times:
    """Seconds of one round."""

    floor: float
    clamd: float
    receipt: float
    verdicts: float

    @property
    def to_receipt(self) -> float:
        """How much longer than the floor a receipt takes."""
        return self.receipt / self.floor

    @property
    def to_verdicts(self) -> float:
        """How much longer than floor and scanner all verdicts take."""
        return self.verdicts / (self.floor + self.clamd)


LARGE = Load("1 × 100 MB", 1, 100 * MB)
SMALL = Load("200 × 200 KB", 200, MB // 5)


async def measure(place: House, load: Load) -> Times:
    """One round: floor, scanner, portal, one after the other."""
    floor = await to_floor(place, load.fresh())
    clamd = await asyncio.to_thread(scan_alone, place, load.fresh())
    receipt, verdicts = await to_portal(place, load.fresh())
    return Times(floor, clamd, receipt, verdicts)


async def to_floor(place: House, files: Sequence[bytes]) -> float:
    """Seconds until the floor has kept all of them."""

    async def send(wire: Wire, file: bytes) -> None:
        status, _ = await wire.post("/", file)
        require(status == 200, status)

    return await timed(place.floor, files, send)


def scan_alone(place: House, files: Sequence[bytes]) -> float:
    """Seconds clamd needs for the same amount, asked as often at once as the worker asks it."""
    began = time.perf_counter()
    with ThreadPoolExecutor(SCANS_AT_ONCE) as pool:
        for verdict in pool.map(partial(_scan, place), files):
            require(verdict == "clean", verdict)
    return time.perf_counter() - began


def _scan(place: House, file: bytes) -> str:
    pieces = (file[at : at + 1048576] for at in range(0, len(file), 1048576))
    return Clamd(place.clamd).scan(pieces, size=len(file)).outcome


async def to_portal(place: House, files: Sequence[bytes]) -> tuple[float, float]:
    """Seconds until the receipt, and until every verdict, as a person's browser would act."""
    async with Wire.to(place.portal, cookie=place.cookie) as wire:
        _, head = await wire.post(f"/cases/{NOOR}/submissions", b"", form=True)
        draft = head["location"]

        async def send(wire: Wire, file: bytes) -> None:
            status, _ = await wire.post(f"{draft}/documents", file, name="evidence.pdf")
            require(status == 200, status)

        began = time.perf_counter()
        await timed(place.portal, files, send, cookie=place.cookie)
        said = f"all=affidavit&{'&'.join(f'type-{key}=' for key in documents_of(place, draft))}"
        await wire.post(f"{draft}/descriptions", said.encode(), form=True)
        status, head = await wire.post(f"{draft}/filing", b"", form=True)
        receipt = time.perf_counter() - began
        require(status == 303 and "receipt" in head["location"], head)
    while waiting(place, draft):  # noqa: ASYNC110 - the database is asked, it tells nobody
        await asyncio.sleep(0.02)
    return receipt, time.perf_counter() - began


async def timed(
    port: int,
    files: Sequence[bytes],
    send: Callable[[Wire, bytes], Awaitable[None]],
    *,
    cookie: str = "",
) -> float:
    """Seconds to send all files over a few connections that are already open."""
    left = list(files)

    async def work(wire: Wire) -> None:
        while left:
            await send(wire, left.pop())

    wires = [await Wire.open(port, cookie=cookie) for _ in range(min(CONNECTIONS, len(files)))]
    began = time.perf_counter()
    await asyncio.gather(*(work(wire) for wire in wires))
    took = time.perf_counter() - began
    for wire in wires:
        await wire.close()
    return took


def require(right: bool, answer: object) -> None:
    """Stop where an answer is not what is being measured."""
    if not right:
        raise RuntimeError(f"not what was asked for: {answer}")


def documents_of(place: House, draft: str) -> list[str]:
    """The ids a page would show in its form."""
    return ask(place, "select id::text from document where submission_id = %s", draft)


def waiting(place: House, draft: str) -> bool:
    """Whether a verdict is still missing."""
    return bool(
        ask(place, "select 1 from document where submission_id = %s and state = 'held'", draft)
    )


def ask(place: House, query: str, draft: str) -> list[str]:
    """One column, asked of the database directly."""
    with psycopg.connect(without_driver(place.database_url)) as connection:
        rows = connection.execute(query.encode(), (draft.rpartition("/")[2],)).fetchall()
    return [row[0] for row in rows]


async def run(place: House, load: Load) -> tuple[list[Times], float]:
    """All rounds of one load, and the peak growth of the portal's memory in MB."""
    await measure(place, Load(load.name, min(load.count, 12), min(load.size, MB)))
    before = peak = place.process.memory_info().rss
    stopped = False

    async def watch() -> None:
        nonlocal peak
        while not stopped:
            peak = max(peak, place.process.memory_info().rss)
            await asyncio.sleep(0.01)

    watching = asyncio.create_task(watch())
    rounds = [await measure(place, load) for _ in range(ROUNDS)]
    stopped = True
    await watching
    return rounds, (peak - before) / MB


def report(load: Load, rounds: Sequence[Times], growth: float) -> tuple[float, float]:
    """Print every round; the median ratios."""
    print(f"\n{load.name}   (memory grew by {growth:.1f} MB)")
    print("   floor   clamd  receipt  verdicts   receipt/floor   verdicts/(floor+clamd)")
    for one in rounds:
        print(
            f"{one.floor:8.3f}{one.clamd:8.3f}{one.receipt:9.3f}{one.verdicts:10.3f}"
            f"{one.to_receipt:16.2f}{one.to_verdicts:25.2f}"
        )
    receipt = statistics.median(one.to_receipt for one in rounds)
    verdicts = statistics.median(one.to_verdicts for one in rounds)
    print(f"{'median':>35}{receipt:16.2f}{verdicts:25.2f}")
    return receipt, verdicts


def main() -> None:
    """Measure, print, and keep the figures."""
    pin_timezones()
    with house() as place:
        large, grew = asyncio.run(run(place, LARGE))
        small, grew_too = asyncio.run(run(place, SMALL))
    large_receipt, large_verdicts = report(LARGE, large, grew)
    small_receipt, small_verdicts = report(SMALL, small, grew_too)
    for key, value, limit in (
        ("upload_100mb_receipt_ratio", large_receipt, 1.5),
        ("upload_small_receipts_ratio", small_receipt, 3.0),
        ("upload_verdicts_ratio", max(large_verdicts, small_verdicts), 1.15),
        ("upload_memory_growth_mb", max(grew, grew_too), 10.0),
    ):
        record(key, value, limit=limit, command=COMMAND)


if __name__ == "__main__":
    main()
