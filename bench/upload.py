"""What filing costs beside the least it could cost: `make bench`.

In one run, on one machine, on fresh papers each time: the floor (`bench/floor.py`), clamd alone,
copyparty, and the portal, whole and resumably, for 1 × 100 MB and for 200 × 200 KB over 6
connections. Prints ratios, and how much the portal's memory grew at its peak.
"""

import asyncio
import base64
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import partial

import psycopg

from bench.figures import record
from bench.house import House, house
from bench.neighbour import copyparty, put
from bench.papers import fresh_pdf
from bench.wire import Wire
from portal.timezones import pin_timezones
from storage.database import without_driver
from storage.scanner import Clamd
from tests.cast import NOOR

COMMAND = "make bench"
MB = 1_000_000
ROUNDS = 3
CONNECTIONS = 6
PIECE = 8 * MB
PIECE_TYPE = {"Content-Type": "application/offset+octet-stream"}
SCANS_AT_ONCE = 2  # as many as the portal's worker has in hand


@dataclass(frozen=True)
class Load:
    """So many files of such a size."""

    name: str
    count: int
    size: int

    def fresh(self) -> list[bytes]:
        """Files nobody has seen: clamd knows again what it has scanned."""
        return [fresh_pdf(self.size) for _ in range(self.count)]


@dataclass
class Times:
    """Seconds of one round."""

    floor: float
    clamd: float
    copyparty: float
    resumable: float
    receipt: float
    verdicts: float

    @property
    def to_receipt(self) -> float:
        """How much longer than the floor a receipt takes."""
        return self.receipt / self.floor

    @property
    def to_resumable(self) -> float:
        """How much longer than the floor it takes to keep files that could be resumed."""
        return self.resumable / self.floor

    @property
    def to_copyparty(self) -> float:
        """How much longer than copyparty takes to keep the same files until our receipt."""
        return self.receipt / self.copyparty

    @property
    def to_verdicts(self) -> float:
        """How much longer than floor and scanner all verdicts take."""
        return self.verdicts / (self.floor + self.clamd)


SECONDS = tuple(field.name for field in fields(Times))
RATIOS = ("to_receipt", "to_resumable", "to_copyparty", "to_verdicts")
LARGE = Load("1 × 100 MB", 1, 100 * MB)
SMALL = Load("200 × 200 KB", 200, MB // 5)


async def measure(place: House, load: Load, *, neighbour: int) -> Times:
    """One round: floor, scanner, copyparty, portal, one after the other."""
    floor = await to_floor(place, load.fresh())
    clamd = await asyncio.to_thread(scan_alone, place, load.fresh())
    beside = await timed(neighbour, load.fresh(), put)
    draft = await new_draft(place)
    resumable = await keep(place, draft, load.fresh(), resumably)
    await settled(place)
    receipt, verdicts = await to_portal(place, load.fresh())
    await settled(place)
    return Times(floor, clamd, beside, resumable, receipt, verdicts)


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
    draft = await new_draft(place)
    began = time.perf_counter()
    await keep(place, draft, files, at_once)
    async with Wire.to(place.portal, cookie=place.cookie) as wire:
        said = f"all=affidavit&{'&'.join(f'type-{key}=' for key in documents_of(place, draft))}"
        await wire.post(f"{draft}/descriptions", said.encode(), form=True)
        status, head = await wire.post(f"{draft}/filing", b"", form=True)
        receipt = time.perf_counter() - began
        require(status == 303 and "receipt" in head["location"], head)
    while waiting(place, draft):  # noqa: ASYNC110 - the database is asked, it tells nobody
        await asyncio.sleep(0.02)
    return receipt, time.perf_counter() - began


async def new_draft(place: House) -> str:
    """The address of an empty draft."""
    async with Wire.to(place.portal, cookie=place.cookie) as wire:
        _, head = await wire.post(f"/cases/{NOOR}/submissions", b"", form=True)
        return head["location"]


async def keep(
    place: House,
    draft: str,
    files: Sequence[bytes],
    way: Callable[[Wire, str, bytes], Awaitable[int]],
) -> float:
    """Seconds until all files are in the draft."""

    async def send(wire: Wire, file: bytes) -> None:
        status = await way(wire, draft, file)
        require(status in {200, 201, 204}, status)

    return await timed(place.portal, files, send, cookie=place.cookie)


async def at_once(wire: Wire, draft: str, file: bytes) -> int:
    """A file in the request that announces it, as the page's script sends small ones."""
    status, _ = await wire.ask("POST", f"{draft}/uploads", announced(file) | PIECE_TYPE, file)
    return status


async def resumably(wire: Wire, draft: str, file: bytes) -> int:
    """Announced, then sent in pieces to the address that was given."""
    status, head = await wire.ask("POST", f"{draft}/uploads", announced(file))
    require(status == 201, status)
    for at in range(0, len(file), PIECE):
        where = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(at)}
        piece = file[at : at + PIECE]
        status, _ = await wire.ask("PATCH", head["location"], where | PIECE_TYPE, piece)
        require(status == 204, status)
    return status


def announced(file: bytes) -> dict[str, str]:
    """The headers that begin an upload (tus 1.0.0)."""
    name = base64.b64encode(b"evidence.pdf").decode()
    length = {"Upload-Length": str(len(file)), "Upload-Metadata": f"filename {name}"}
    return {"Tus-Resumable": "1.0.0"} | length


async def settled(place: House) -> None:
    """Wait until no job is left: the next round has the machine for itself."""
    jobs = "select 1 from procrastinate_jobs where status in ('todo', 'doing') and %s <> ''"
    jobs += " and task_name in ('scan', 'picture', 'tell', 'deliver')"
    while ask(place, jobs, "any"):  # noqa: ASYNC110 - the database is asked, it tells nobody
        await asyncio.sleep(0.05)


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


async def run(place: House, load: Load, *, neighbour: int) -> tuple[list[Times], float]:
    """All rounds of one load, and the peak growth of the portal's memory in MB."""
    await measure(
        place, Load(load.name, min(load.count, 12), min(load.size, MB)), neighbour=neighbour
    )
    before = peak = place.process.memory_info().rss
    stopped = False

    async def watch() -> None:
        nonlocal peak
        while not stopped:
            peak = max(peak, place.process.memory_info().rss)
            await asyncio.sleep(0.01)

    watching = asyncio.create_task(watch())
    rounds = [await measure(place, load, neighbour=neighbour) for _ in range(ROUNDS)]
    stopped = True
    await watching
    return rounds, (peak - before) / MB


def report(load: Load, rounds: Sequence[Times], growth: float) -> dict[str, float]:
    """Print every round; the median ratios by name."""
    print(f"\n{load.name}   (memory grew by {growth:.1f} MB)")
    print("".join(f"{name.replace('to_', '/'):>12}" for name in (*SECONDS, *RATIOS)))
    for one in rounds:
        print("".join(f"{getattr(one, name):12.3f}" for name in (*SECONDS, *RATIOS)))
    medians = {name: statistics.median(getattr(one, name) for one in rounds) for name in RATIOS}
    print(" " * 12 * len(SECONDS) + "".join(f"{medians[name]:12.3f}" for name in RATIOS))
    return medians


def main() -> None:
    """Measure, print, and keep the figures."""
    pin_timezones()
    with house() as place, copyparty() as neighbour:
        rounds, grew = asyncio.run(run(place, LARGE, neighbour=neighbour))
        many, grew_too = asyncio.run(run(place, SMALL, neighbour=neighbour))
    large, small = report(LARGE, rounds, grew), report(SMALL, many, grew_too)
    for key, value, limit in (
        ("upload_100mb_receipt_ratio", large["to_receipt"], 1.5),
        ("upload_small_receipts_ratio", small["to_receipt"], 3.0),
        ("upload_verdicts_ratio", max(large["to_verdicts"], small["to_verdicts"]), 1.15),
        ("upload_memory_growth_mb", max(grew, grew_too), 10.0),
    ):
        record(key, value, limit=limit, command=COMMAND)
    # Known, and not limited: at least nothing.
    for size, ratios in (("100mb", large), ("small", small)):
        for beside in ("resumable", "copyparty"):
            key, value = f"upload_{size}_{beside}_ratio", ratios[f"to_{beside}"]
            record(key, value, limit=0.0, at_least=True, command=COMMAND)


if __name__ == "__main__":
    main()
