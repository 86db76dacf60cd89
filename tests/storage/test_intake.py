"""The only way in: what is taken is whole, what is refused leaves nothing."""

import asyncio
import hashlib
import threading
import tracemalloc
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import resuming
from storage.directory import DirectoryStore
from storage.intake import CutConnection, Received, TooLarge, receive
from storage.objects import PIECE, ObjectStore, StoreUnavailable, Writer
from storage.sniffing import Empty, LyingType, PasswordProtected, Refused, WrongType
from tests import samples
from tests.samples import FILES
from tests.servers import Seaweed

PDF = FILES["record.pdf"][0]


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    """An empty store."""
    return DirectoryStore(tmp_path / "store")


async def pieces(data: bytes, *, each: int = 65_536) -> AsyncIterator[bytes]:
    """The bytes as a server hands them on."""
    for start in range(0, len(data), each):
        await asyncio.sleep(0)
        yield data[start : start + each]


async def take(
    store: ObjectStore, data: bytes, *, name: str = "record.pdf", limit: int = 250 * PIECE
) -> Received:
    """Receive these bytes under this name."""
    return await receive(pieces(data), name=name, store=store, limit=limit)


def is_empty(store: ObjectStore) -> bool:
    """Say whether there is no object, and nothing half written either."""
    return not list(store.inventory()) and not store.sweep(datetime.now(UTC) + timedelta(hours=1))


@pytest.mark.parametrize(
    "size", [len(PDF), 65_536, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 9 * PIECE + 7]
)
async def test_what_is_taken_is_whole(store: DirectoryStore, size: int) -> None:
    """Size, SHA-256 and bytes are those that were sent, around every seam there is."""
    data = PDF.ljust(size, b"\n")

    received = await take(store, data)

    assert b"".join(store.read(received.key)) == data
    assert received == Received(
        key=received.key,
        size=size,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type="application/pdf",
        name="record.pdf",
    )


@pytest.mark.parametrize("size", [len(PDF), 9 * PIECE])
async def test_it_is_the_same_on_s3(seaweed: Seaweed, size: int) -> None:
    """Intake knows the protocol, not the store."""
    store, data = seaweed.store(), PDF.ljust(size, b"\n")

    received = await take(store, data)

    assert b"".join(store.read(received.key)) == data


@pytest.mark.parametrize("each", [1000, 65_536, 3 * PIECE])
async def test_the_size_of_the_pieces_does_not_matter(store: DirectoryStore, each: int) -> None:
    """However the network cuts the bytes, the same file arrives."""
    data = PDF.ljust(4 * PIECE, b"\n")

    received = await receive(pieces(data, each=each), name="a.pdf", store=store, limit=len(data))

    assert b"".join(store.read(received.key)) == data


@pytest.mark.parametrize(
    ("name", "data", "limit", "expected"),
    [
        ("a.pdf", b"", 100, Empty()),
        ("a.zip", PDF, 10_000, WrongType(claimed="zip")),
        ("a.pdf", b"hello", 100, LyingType(claimed="pdf", found="text/plain")),
        (
            "a.pdf",
            b"hello" * PIECE,
            9 * PIECE,
            LyingType(claimed="pdf", found="text/plain"),
        ),
        ("a.doc", samples.doc(locked=True), 99_999, PasswordProtected(claimed="doc")),
        ("a.pdf", PDF, len(PDF) - 1, TooLarge(limit=len(PDF) - 1)),
        ("a.pdf", PDF.ljust(5 * PIECE), 5 * PIECE - 1, TooLarge(limit=5 * PIECE - 1)),
    ],
    ids=["empty", "wrong", "lie", "long-lie", "locked", "large", "larger"],
)
async def test_a_refusal_says_why_and_leaves_nothing(
    store: DirectoryStore, name: str, data: bytes, limit: int, expected: Refused
) -> None:
    """Each refusal has its code and its facts, and not a byte stays."""
    with pytest.raises(type(expected)) as refused:
        await take(store, data, name=name, limit=limit)

    assert refused.value.params == expected.params
    assert is_empty(store)


def test_every_refusal_has_a_code_of_its_own() -> None:
    """The portal finds its sentence by the code, so a code never changes."""
    refusals = (Empty, WrongType, LyingType, PasswordProtected, TooLarge, CutConnection)

    assert [refusal.code for refusal in refusals] == [
        "empty",
        "wrong_type",
        "type_lies",
        "password_protected",
        "too_large",
        "cut_connection",
    ]


async def test_exactly_the_limit_is_taken(store: DirectoryStore) -> None:
    """The limit is the largest size that is taken, not the first that is refused."""
    received = await take(store, PDF, limit=len(PDF))

    assert received.size == len(PDF)


async def test_too_much_is_refused_as_it_comes(store: DirectoryStore) -> None:
    """A sender without end is stopped by counting, whatever it announced."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            yield PDF.ljust(65_536)
            sent += 65_536

    with pytest.raises(TooLarge):
        await receive(endless(), name="a.pdf", store=store, limit=3 * PIECE)

    assert sent <= 3 * PIECE
    assert is_empty(store)


@pytest.mark.parametrize("name", ["a.zip", "a.pdf"])
async def test_what_is_known_beforehand_costs_no_byte(store: DirectoryStore, name: str) -> None:
    """A wrong extension or an announced size over the limit is refused before the first byte."""

    async def untouchable() -> AsyncIterator[bytes]:
        raise AssertionError("a byte was asked for")
        yield b""

    with pytest.raises((WrongType, TooLarge)):
        await receive(untouchable(), name=name, store=store, limit=10, announced=11)


@pytest.mark.parametrize("announced", [len(PDF) - 1, len(PDF) + 1])
async def test_another_size_than_announced_is_a_cut_connection(
    store: DirectoryStore, announced: int
) -> None:
    """Fewer bytes than the sender stated are not a file."""
    with pytest.raises(CutConnection) as refused:
        await receive(pieces(PDF), name="a.pdf", store=store, limit=10_000, announced=announced)

    assert refused.value.params == {"received": len(PDF), "announced": announced}
    assert is_empty(store)


@pytest.mark.parametrize("after", [0, 100, 3 * PIECE])
async def test_a_cut_connection_leaves_nothing(store: DirectoryStore, after: int) -> None:
    """When the bytes stop, the reader's own error comes through, and nothing stays."""

    async def cut() -> AsyncIterator[bytes]:
        async for piece in pieces(PDF.ljust(after)[:after]):
            yield piece
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await receive(cut(), name="a.pdf", store=store, limit=9 * PIECE)

    assert is_empty(store)


class Staged(DirectoryStore):
    """A store that really stores, and calls `moment` with the name of each step."""

    def __init__(self, folder: Path, moment: Callable[[str], None]) -> None:
        super().__init__(folder)
        self.moment = moment

    def writer(self, key: str) -> Writer:
        """Begin an object."""
        self.moment("writer")
        return StagedWriter(super().writer(key), self.moment)


class StagedWriter:
    """A writer that calls `moment` before each step, and after the commit."""

    def __init__(self, real: Writer, moment: Callable[[str], None]) -> None:
        self.real, self.moment, self.abort = real, moment, real.abort

    def write(self, piece: bytes) -> None:
        """Write."""
        self.moment("write")
        self.real.write(piece)

    def commit(self) -> None:
        """Commit."""
        self.moment("before commit")
        self.real.commit()
        self.moment("after commit")


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("size", [len(PDF), 3 * PIECE])
@pytest.mark.parametrize("at", ["writer", "write", "before commit", "after commit"])
async def test_a_cancelled_upload_leaves_nothing(
    tmp_path: Path, at: str, size: int, times: int
) -> None:
    """A person who goes away at any moment, even twice, leaves nothing half done behind."""
    reached, go_on = threading.Event(), threading.Event()

    def pause(step: str) -> None:
        if step == at:
            reached.set()
            go_on.wait(10)

    store = Staged(tmp_path / "store", pause)
    upload = asyncio.create_task(take(store, PDF.ljust(size)))
    await asyncio.to_thread(reached.wait, 10)
    for _ in range(times):
        upload.cancel()
        await asyncio.sleep(0.01)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await upload

    await asyncio.get_running_loop().shutdown_default_executor()
    assert is_empty(store)


@pytest.mark.parametrize("at", ["writer", "write", "before commit"])
async def test_a_store_that_fails_leaves_nothing(tmp_path: Path, at: str) -> None:
    """A full disk in mid-file is the store's error, and what was written goes."""
    steps: list[str] = []

    def fail(step: str) -> None:
        steps.append(step)
        if step == at and len(steps) != 2:  # the first write still fits
            raise StoreUnavailable("no space left")

    store = Staged(tmp_path / "store", fail)

    with pytest.raises(StoreUnavailable):
        await take(store, PDF.ljust(5 * PIECE))

    assert is_empty(store)


async def test_memory_does_not_grow_with_the_file(store: DirectoryStore) -> None:
    """A hundred megabytes pass through a few."""

    async def film() -> AsyncIterator[bytes]:
        yield samples.iso_media("isom")
        for _ in range(1600):
            yield bytes(65_536)

    tracemalloc.start()
    received = await receive(film(), name="street.mp4", store=store, limit=250 * PIECE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert received.size > 100 * PIECE
    assert peak < 8 * PIECE, peak


async def test_the_loop_stays_free(store: DirectoryStore) -> None:
    """While files are hashed and written, the portal goes on answering others."""
    uploads = asyncio.gather(*(take(store, PDF.ljust(8 * PIECE)) for _ in range(6)))
    loop, waits = asyncio.get_running_loop(), list[float]()
    while not uploads.done():
        before = loop.time()
        await asyncio.sleep(0.001)
        waits.append(loop.time() - before)

    assert len({received.key for received in await uploads}) == 6
    assert sorted(waits)[len(waits) // 2] < 0.05


@pytest.mark.parametrize("which", ["directory", "s3"])
async def test_a_slow_file_is_stored_as_it_comes(
    which: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a line that brings little, little is held in memory; the file is as whole as any other."""
    seaweed: Seaweed | None = request.getfixturevalue("seaweed") if which == "s3" else None
    store = seaweed.store() if seaweed else DirectoryStore(tmp_path)
    monkeypatch.setattr(resuming, "PATIENCE", 0.0)
    data = PDF.ljust(3 * PIECE + 5, b"\n")

    received = await receive(
        pieces(data, each=resuming.HELD), name="slow.pdf", store=store, limit=9 * PIECE
    )

    assert received.sha256 == hashlib.sha256(data).hexdigest()
    assert (received.size, received.media_type) == (len(data), "application/pdf")
    assert b"".join(store.read(received.key)) == data


@pytest.mark.parametrize("data", [b"MZ" + bytes(3 * PIECE), PDF + bytes(5 * PIECE)])
async def test_a_slow_file_that_is_refused_leaves_nothing(
    store: DirectoryStore, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong beginning, or a byte too many: nothing whole and nothing half is left."""
    monkeypatch.setattr(resuming, "PATIENCE", 0.0)

    with pytest.raises(Refused):
        await take(store, data, limit=4 * PIECE)

    assert is_empty(store)
