"""The contract of every object store, run against a directory and a real S3 server alike."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from storage.directory import DirectoryStore
from storage.objects import (
    PIECE,
    ObjectExists,
    ObjectMissing,
    ObjectStore,
    StoreUnavailable,
    Writer,
    WrongBytes,
    new_key,
    put,
    verified,
)

LATER = timedelta(hours=1)
SIZES = [0, 1, PIECE, PIECE + 1, 8 * PIECE, 8 * PIECE + 1, 20 * PIECE]


@pytest.fixture(params=["directory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """Each of the two stores in turn."""
    if request.param == "directory":
        return DirectoryStore(tmp_path / "store")
    return request.getfixturevalue("seaweed").store()


def noise(size: int) -> bytes:
    """Bytes that no two places of a file share."""
    return hashlib.shake_256(b"noise").digest(size)


def begun(store: ObjectStore, key: str, data: bytes) -> Writer:
    """An object written in pieces and not yet committed."""
    writer = store.writer(key)
    for start in range(0, len(data), PIECE):
        writer.write(data[start : start + PIECE])
    return writer


def keys(store: ObjectStore) -> set[str]:
    """Everything that is in the store."""
    return {one.key for one in store.inventory()}


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_is_read(store: ObjectStore, size: int) -> None:
    """An object comes back whole, in pieces of at most 1 MiB, around every seam there is."""
    key, data = new_key(), noise(size)
    begun(store, key, data).commit()

    pieces = list(store.read(key))

    assert b"".join(pieces) == data
    assert max(map(len, pieces), default=0) <= PIECE


@pytest.mark.parametrize("size", [10, 9 * PIECE])
def test_nothing_is_visible_before_the_commit(store: ObjectStore, size: int) -> None:
    """Until it is whole and durable, an object is not there."""
    key = new_key()
    writer = begun(store, key, noise(size))

    assert key not in keys(store)
    with pytest.raises(ObjectMissing):
        list(store.read(key))
    writer.commit()
    assert key in keys(store)


@pytest.mark.parametrize("first", [10, 9 * PIECE])
@pytest.mark.parametrize("second", [10, 9 * PIECE])
def test_nothing_is_ever_overwritten(store: ObjectStore, first: int, second: int) -> None:
    """A key that is taken stays with its bytes, whatever the sizes."""
    key, data = new_key(), noise(first)
    begun(store, key, data).commit()
    again = begun(store, key, bytes(second))

    with pytest.raises(ObjectExists):
        again.commit()
    again.abort()

    assert b"".join(store.read(key)) == data


def test_of_two_at_once_one_wins(store: ObjectStore) -> None:
    """Eight writers race for one key: one commits, seven are told."""
    key = new_key()
    writers = [begun(store, key, bytes([number]) * 1000) for number in range(8)]

    def wins(writer: Writer) -> bool:
        try:
            writer.commit()
        except StoreUnavailable:
            writer.abort()
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(wins, writers))

    assert won.count(True) == 1
    assert b"".join(store.read(key)) == bytes([won.index(True)]) * 1000


@pytest.mark.parametrize("size", [0, 10, 9 * PIECE])
def test_an_abort_leaves_nothing(store: ObjectStore, size: int) -> None:
    """After an abort there is no object and nothing to sweep; a second abort is harmless."""
    before = keys(store)
    store.sweep(datetime.now(UTC) + LATER)
    writer = begun(store, new_key(), noise(size))

    writer.abort()
    writer.abort()

    assert keys(store) == before
    assert store.sweep(datetime.now(UTC) + LATER) == 0


def test_an_abort_after_the_commit_takes_nothing_back(store: ObjectStore) -> None:
    """What is committed stays, even if somebody aborts to be sure."""
    key = new_key()
    for size in (10, 9 * PIECE):
        key = new_key()
        writer = begun(store, key, noise(size))
        writer.commit()
        writer.abort()

        assert b"".join(store.read(key)) == noise(size)


def test_what_a_crash_leaves_is_swept_but_never_early(store: ObjectStore) -> None:
    """A write that was broken off goes with the sweep once it is old, and not before."""
    store.sweep(datetime.now(UTC) + LATER)
    broken = begun(store, new_key(), noise(9 * PIECE))

    assert store.sweep(datetime.now(UTC) - LATER) == 0
    assert store.sweep(datetime.now(UTC) + LATER) == 1
    assert store.sweep(datetime.now(UTC) + LATER) == 0
    broken.abort()


def test_what_is_missing_is_said_to_be_missing(store: ObjectStore) -> None:
    """Reading nothing is an error of its own; deleting nothing is none."""
    key = new_key()
    store.delete(key)

    with pytest.raises(ObjectMissing):
        list(store.read(key))


def test_what_is_deleted_is_gone(store: ObjectStore) -> None:
    """A deleted object is neither listed nor read."""
    key = new_key()
    put(store, key, b"testimony")
    store.delete(key)

    assert key not in keys(store)
    with pytest.raises(ObjectMissing):
        list(store.read(key))


def test_the_inventory_says_how_large_and_when(store: ObjectStore) -> None:
    """The sweep needs each object's time, with a zone; reconciling its size."""
    key = new_key()
    put(store, key, b"testimony")

    [listed] = [one for one in store.inventory() if one.key == key]

    assert listed.size == len(b"testimony")
    assert abs(datetime.now(UTC) - listed.written) < timedelta(minutes=1)


def test_the_inventory_has_an_order(store: ObjectStore) -> None:
    """Shares of it are compared one by one: keys that begin alike come one after the other."""
    for _ in range(20):
        put(store, new_key(), b"?")

    begins = [one.key[:2] for one in store.inventory()]

    assert begins == sorted(begins)


@pytest.mark.parametrize("key", ["", "a", "../../etc/passwd", "ab/../cd", "ab/" + "c" * 32, "/ab"])
def test_only_our_own_keys_are_used(store: ObjectStore, key: str) -> None:
    """A key that new_key() cannot have made never reaches the disk or the wire."""
    for use in (store.writer, store.delete, partial(put, store, data=b"?")):
        with pytest.raises(ValueError, match="not a key of ours"):
            use(key)
    with pytest.raises(ValueError, match="not a key of ours"):
        list(store.read(key))


def test_a_store_that_works_passes_its_check(store: ObjectStore) -> None:
    """The check leaves nothing behind."""
    before = keys(store)
    store.check()

    assert keys(store) == before


@pytest.mark.parametrize("size", [0, 1, PIECE, 3 * PIECE + 5])
def test_the_right_bytes_are_verified(store: ObjectStore, size: int) -> None:
    """An object with the size and hash of its row is returned whole."""
    key, data = new_key(), noise(size)
    put(store, key, data)

    pieces = verified(store, key, sha256=hashlib.sha256(data).hexdigest(), size=size)

    assert b"".join(pieces) == data


@pytest.mark.parametrize("kept", [b"", b"testimon", b"testimonx", b"testimony!", noise(3 * PIECE)])
def test_other_bytes_are_refused_before_the_first(store: ObjectStore, kept: bytes) -> None:
    """A cut, changed or longer object is an error before anything is answered."""
    key = new_key()
    put(store, key, kept)

    with pytest.raises(WrongBytes):
        verified(store, key, sha256=hashlib.sha256(b"testimony").hexdigest(), size=9)


def test_a_lost_object_is_the_stores_fault(store: ObjectStore) -> None:
    """When a row names bytes that are gone, the store is at fault: 503, not 404."""
    with pytest.raises(StoreUnavailable):
        verified(store, new_key(), sha256="0" * 64, size=9)


def test_putting_half_leaves_nothing(store: ObjectStore) -> None:
    """When put() fails, its writer is aborted."""
    key = new_key()
    put(store, key, b"first")
    store.sweep(datetime.now(UTC) + LATER)

    with pytest.raises(ObjectExists):
        put(store, key, noise(9 * PIECE))

    assert store.sweep(datetime.now(UTC) + LATER) == 0


def test_keys_say_nothing() -> None:
    """Keys are random, spread over 256 folders, and never the same twice."""
    made = [new_key() for _ in range(2000)]

    assert len(set(made)) == 2000
    assert len({key[:2] for key in made}) > 200
    assert all(key[:2] == key[3:5] and len(key) == 35 for key in made)


class Fickle(DirectoryStore):
    """A store that is right the first time it is read, and then no more."""

    def __init__(self, folder: Path, later: bytes) -> None:
        super().__init__(folder)
        self.later, self.reads = later, 0

    def read(self, key: str) -> Iterator[bytes]:
        """Read well once; afterwards give other bytes."""
        self.reads += 1
        if self.reads == 1:
            return super().read(key)
        return iter([self.later[at : at + PIECE] for at in range(0, len(self.later), PIECE)])


@pytest.mark.parametrize(
    "later",
    [noise(3 * PIECE)[:-1], noise(3 * PIECE) + b"!", noise(3 * PIECE)[:-1] + b"!", b"", bytes(9)],
)
def test_bytes_that_change_between_two_reads_never_arrive_whole(
    tmp_path: Path, later: bytes
) -> None:
    """The last piece is withheld until the second hash agrees: a cut answer, never a wrong file."""
    data = noise(3 * PIECE)
    store, key = Fickle(tmp_path, later), new_key()
    put(store, key, data)
    arrived: list[bytes] = []

    with pytest.raises(WrongBytes):
        arrived.extend(
            verified(store, key, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        )

    assert len(b"".join(arrived)) < len(data)
