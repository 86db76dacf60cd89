"""What taking a case along costs: `python -m bench.records`.

The floor of the ZIP: the same objects, of fresh random bytes, read from the same store and hashed
once, one after the other, in one thread, as the portal must before it may let a last piece go. The
ZIP comes over HTTP from a portal in a process of its own. Before each, the disk's cache is emptied
of them, so that both read the disk. Only a quiet machine tells the truth: on a busy one the portal,
with its client, gets more of the processors than one thread does.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import psutil

from bench.figures import record
from bench.house import House, house
from portal.models import Document
from portal.timezones import pin_timezones
from storage.database import Database
from storage.directory import DirectoryStore
from storage.objects import checked
from tests.cast import NOOR
from tests.portal.records.shelf import pages, shelve

COMMAND = "python -m bench.records"
MB = 1_000_000
ROUNDS = 5
FILMS, FILM = 10, 100 * MB
PDFS, PAGES = 100, 3


def main() -> None:
    """Measure, print, and keep the figures."""
    pin_timezones()
    with house() as place:
        bundle = measure_bundle(place)
        ratio, grew = measure_zip(place)
    record("bundle_300_pages_s", bundle, limit=1, command=COMMAND)
    record("zip_1gb_ratio", ratio, limit=0.8, at_least=True, command=COMMAND)
    record("zip_memory_mb", grew, limit=20, command=COMMAND)


def measure_bundle(place: House) -> float:
    """The median seconds until the last byte of a bundle has come."""
    made = (
        (f"{number}.pdf", pages(*(f"{number}-{page} {uuid4()}" for page in range(PAGES))))
        for number in range(PDFS)
    )
    asyncio.run(keep(place, made, "application/pdf"))
    times = [timed(lambda: fetch(place, "copy.pdf")) for _ in range(ROUNDS + 1)][1:]
    print(
        f"bundle of {PDFS} PDFs, {PDFS * PAGES} pages: " + " ".join(f"{one:.2f}" for one in times)
    )
    return statistics.median(times)


def measure_zip(place: House) -> tuple[float, float]:
    """The median of floor/ZIP, and by how many MB the portal grew at most."""
    films = ((f"{number}.mp4", os.urandom(FILM)) for number in range(FILMS))
    documents = asyncio.run(keep(place, films, "video/mp4"))
    fetch(place, "copy.zip")
    store, ratios = DirectoryStore(place.objects), list[float]()
    with watched(place.process) as grew:
        for _ in range(ROUNDS):
            forget(place.objects, documents)
            floor = timed(lambda: read_all(store, documents))
            forget(place.objects, documents)
            took = timed(lambda: fetch(place, "copy.zip"))
            ratios.append(floor / took)
            print(
                f"floor {floor:6.2f} s   ZIP {took:6.2f} s   {floor / took:5.2f} of the floor's speed"
            )
    print(f"the portal grew by {grew()[-1]:.1f} MB")
    return statistics.median(ratios), grew()[-1]


def read_all(store: DirectoryStore, documents: list[Document]) -> None:
    """The floor."""
    for one in documents:
        for _ in checked(store, one.object_key, sha256=one.sha256, size=one.size):
            pass


def fetch(place: House, name: str) -> None:
    """Download it, as fast as this process can take it."""
    buffer = bytearray(MB)
    with closing(HTTPConnection("127.0.0.1", place.portal, timeout=120)) as wire:
        wire.request("GET", f"/cases/{NOOR}/{name}", headers={"cookie": place.cookie})
        answer = wire.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{name}: {answer.status}")
        left = int(answer.headers["content-length"])
        while count := answer.readinto(buffer):
            left -= count
        if left:
            raise RuntimeError(f"{name}: {left} bytes are missing")


def timed(act: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def forget(folder: Path, documents: list[Document]) -> None:
    """Take the objects out of the disk's cache."""
    for one in documents:
        with (folder / "objects" / one.object_key).open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


@contextmanager
def watched(process: psutil.Process) -> Generator[Callable[[], list[float]]]:
    """By how many MB the process has grown so far, at most: the last of the list."""
    before, found, over = process.memory_info().rss, [0.0], Event()

    def watch() -> None:
        while not over.wait(0.01):
            found.append(max(found[-1], (process.memory_info().rss - before) / MB))

    thread = Thread(target=watch)
    thread.start()
    try:
        yield lambda: found
    finally:
        over.set()
        thread.join()


@dataclass(frozen=True)
class Shelf:
    """The portal's rows and bytes, from beside it."""

    database: Database
    store: DirectoryStore


async def keep(place: House, files: Iterable[tuple[str, bytes]], media_type: str) -> list[Document]:
    """Put these files on the case: received, checked and readable, without the way they came."""
    shelf = Shelf(Database(place.database_url), DirectoryStore(place.objects))
    kept = [await shelve(shelf, file, media_type=media_type) for file in files]
    await shelf.database.close()
    return [one for (one,) in kept]


if __name__ == "__main__":
    main()
