"""An object that comes in pieces: the contract of both stores, whatever breaks between two of them."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.directory import DirectoryStore
from storage.objects import (
    PIECE,
    ObjectMissing,
    ObjectStore,
    OutOfPlace,
    Partial,
    StoreUnavailable,
    new_key,
    put,
)
from storage.s3 import PART, S3Store
from storage.s3_partial import S3Partial
from tests.servers import Seaweed

HOUR = timedelta(hours=1)
SIZES = [1, PIECE + 1, PART, PART + 1, 2 * PART + 3]


@pytest.fixture(params=["directory", "s3", "s3 with versions"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """Each store in turn; a bucket may keep versions or not."""
    if request.param == "directory":
        return DirectoryStore(tmp_path / "store")
    seaweed: Seaweed = request.getfixturevalue("seaweed")
    store = seaweed.store()
    if "versions" in request.param:
        store.bucket = "versions"
        store.prepare()
    return store


def noise(size: int) -> bytes:
    """Bytes that no two places of a file share."""
    return hashlib.shake_256(b"noise").digest(size)


def send(partial: Partial, data: bytes, *, at: int = 0, piece: int = PIECE) -> int:
    """Append all of this in pieces; returns where it ends."""
    for start in range(0, len(data), piece):
        partial.append(data[start : start + piece], at=at + start)
    return at + len(data)


def left_over(store: ObjectStore, *keys: str) -> list[str]:
    """What lies about of these objects, beside them."""
    names = [key[3:] for key in keys]
    if isinstance(store, DirectoryStore):
        return [path.name for path in store.incoming.iterdir() if path.name in names]
    assert isinstance(store, S3Store)
    tails = store.ask("list_object_versions", Prefix="tails/")
    uploads = store.ask("list_multipart_uploads").get("Uploads", ())
    kept = [*tails.get("Versions", ()), *tails.get("DeleteMarkers", ()), *uploads]
    return [one["Key"] for one in kept if any(name in one["Key"] for name in names)]


@pytest.mark.parametrize("size", SIZES)
def test_pieces_become_one_object(store: ObjectStore, size: int) -> None:
    """Whatever the pieces, the object is what they were one after the other, and nothing is left."""
    key, data = new_key(), noise(size)
    partial = store.partial(key)

    assert send(partial, data, piece=700_001) == store.partial(key).offset() == size
    with pytest.raises(ObjectMissing):
        list(store.read(key))
    store.partial(key).finish()

    assert b"".join(store.read(key)) == data
    assert store.partial(key).offset() == size
    assert left_over(store, key) == []


@pytest.mark.parametrize("cut", [0, 1, PIECE, PART - 1, PART, PART + 5])
def test_whoever_goes_on_begins_where_the_store_ends(store: ObjectStore, cut: int) -> None:
    """Nothing but the key is needed to go on, and the offset is what is stored."""
    key, data = new_key(), noise(PART + 10)
    send(store.partial(key), data[:cut])

    offset = store.partial(key).offset()
    send(store.partial(key), data[offset:], at=offset)
    store.partial(key).finish()

    assert offset == cut
    assert b"".join(store.read(key)) == data


@pytest.mark.parametrize("at", [0, 5, 11, 9_000_000])
def test_a_piece_that_does_not_fit_is_refused(store: ObjectStore, at: int) -> None:
    """Before the end, or beyond it: nothing is overwritten and no hole is left."""
    key = new_key()
    send(store.partial(key), b"testimony.")

    offset = store.partial(key).offset()
    with pytest.raises(OutOfPlace):
        store.partial(key).append(b"x", at=at)

    assert offset == store.partial(key).offset() == 10


def test_of_two_writers_at_one_place_one_goes_on(store: ObjectStore) -> None:
    """Eight append at the same byte: one is taken, seven are told, and no byte is mixed."""
    key = new_key()
    send(store.partial(key), b"begun ")

    def wins(number: int) -> bool:
        try:
            store.partial(key).append(bytes([number]) * 9, at=6)
        except OutOfPlace:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(wins, range(8)))

    assert won.count(True) == 1
    store.partial(key).finish()
    assert b"".join(store.read(key)) == b"begun " + bytes([won.index(True)]) * 9


def test_finishing_twice_changes_nothing(store: ObjectStore) -> None:
    """The answer to the first may have been lost."""
    key, data = new_key(), noise(PART + 1)
    send(store.partial(key), data)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(store.partial(key).finish) for _ in range(2)]:
            done.result()
    store.partial(key).finish()

    assert b"".join(store.read(key)) == data
    with pytest.raises(OutOfPlace):
        store.partial(key).append(b"more", at=0)


def test_what_never_began_cannot_be_finished(store: ObjectStore) -> None:
    """No object comes of nothing."""
    with pytest.raises(ObjectMissing):
        store.partial(new_key()).finish()
    assert store.partial(new_key()).offset() == 0


@pytest.mark.parametrize("size", [0, 10, PART + 1])
@pytest.mark.parametrize("finished", [False, True])
def test_what_is_abandoned_is_gone(store: ObjectStore, size: int, finished: bool) -> None:
    """Neither object nor pieces are left; abandoned twice, it is gone once."""
    key = new_key()
    send(store.partial(key), noise(size))
    if finished and size:
        store.partial(key).finish()

    store.partial(key).abandon()
    store.partial(key).abandon()

    assert store.partial(key).offset() == 0
    assert left_over(store, key) == []
    with pytest.raises(ObjectMissing):
        list(store.read(key))


def test_the_sweep_keeps_what_somebody_goes_on_with(store: ObjectStore) -> None:
    """An unfinished object goes once it is old, unless it is named."""
    mine, nobodys = new_key(), new_key()
    store.sweep(datetime.now(UTC) + HOUR)
    for key in (mine, nobodys):
        send(store.partial(key), noise(PART + 1))
    now = datetime.now(UTC)

    assert store.sweep(now - HOUR) == 0
    assert store.sweep(now + HOUR, keeping={mine}) == 1

    assert (store.partial(mine).offset(), store.partial(nobodys).offset()) == (PART + 1, 0)
    assert store.sweep(now + HOUR) == 1
    assert left_over(store, mine, nobodys) == []


def test_unfinished_pieces_are_no_objects(store: ObjectStore) -> None:
    """Whoever lists the store to reconcile it finds whole objects only."""
    before = {one.key for one in store.inventory()}
    key = new_key()
    send(store.partial(key), noise(10))

    assert {one.key for one in store.inventory()} == before
    store.partial(key).abandon()


@pytest.fixture
def bucket(seaweed: Seaweed) -> S3Store:
    """A bucket with versions."""
    store = seaweed.store()
    store.bucket = "crashes"
    store.prepare()
    return store


class Crash(Exception):
    """The process is gone."""


def crashing(bucket: S3Store, *, after: int) -> tuple[Callable[..., dict[str, Any]], list[str]]:
    """Calls on the bucket that end with a crash after so many that change something."""
    changes: list[str] = []

    def ask(act: str, **words: Any) -> dict[str, Any]:
        if not act.startswith(("list", "head", "get")):
            if len(changes) == after:
                raise Crash
            changes.append(act)
        return bucket.ask(act, **words)

    return ask, changes


@pytest.mark.parametrize("after", range(1, 24))
def test_a_crash_between_any_two_calls_loses_nothing(bucket: S3Store, after: int) -> None:
    """What was told as stored is stored, and whoever goes on ends with the very same bytes."""
    part, key, data = 5 * PIECE, new_key(), noise(11 * PIECE)
    ask, changes = crashing(bucket, after=after)
    told = 0
    try:
        partial = S3Partial(ask, key, part=part)
        for at in range(0, len(data), 2 * PIECE):
            partial.append(data[at : at + 2 * PIECE], at=at)
            told = at + 2 * PIECE
        partial.finish()
    except Crash:
        pass

    assert changes
    again = S3Partial(bucket.ask, key, part=part)
    offset = again.offset()
    assert offset >= min(told, len(data))
    for at in range(offset, len(data), PIECE):
        again.append(data[at : at + PIECE], at=at)
    again.finish()
    assert b"".join(bucket.read(key)) == data
    assert left_over(bucket, key) == []


def test_a_tail_that_rotted_is_not_made_a_part(bucket: S3Store) -> None:
    """A piece is checked against what it was when it came, before it is built in."""
    key = new_key()
    partial = bucket.partial(key)
    partial.append(b"testimony", at=0)
    tail = bucket.ask("list_object_versions", Prefix=f"tails/{key[3:]}/")["Versions"][0]
    bucket.ask("put_object", Key=tail["Key"], Body=b"testimonx", Metadata={"sha256": "0" * 64})
    bucket.ask("delete_object", Key=tail["Key"], VersionId=tail["VersionId"])

    with pytest.raises(StoreUnavailable):
        partial.finish()
    with pytest.raises(ObjectMissing):
        list(bucket.read(key))
    partial.abandon()


def test_two_that_begin_at_once_agree(bucket: S3Store) -> None:
    """Two uploads begun under one key are one as soon as either is asked, and none is left."""
    key, data = new_key(), noise(PART + 1)
    for _ in range(2):
        bucket.ask("create_multipart_upload", Key=key)
    send(bucket.partial(key), data)

    bucket.partial(key).finish()

    assert b"".join(bucket.read(key)) == data
    bucket.sweep(datetime.now(UTC) + HOUR)
    assert left_over(bucket, key) == []


def test_a_torn_write_is_bytes_that_came_in_order(tmp_path: Path) -> None:
    """A crash in the middle of a write leaves a shorter file, and that is where one goes on."""
    store, key = DirectoryStore(tmp_path), new_key()
    partial = store.partial(key)
    partial.append(b"testimony of", at=0)
    with (store.incoming / key[3:]).open("r+b") as file:
        file.truncate(9)

    assert partial.offset() == 9
    partial.append(b" today", at=9)
    partial.finish()
    assert b"".join(store.read(key)) == b"testimony today"


def test_a_crash_between_two_names_is_finished_later(tmp_path: Path) -> None:
    """Linked and not yet unlinked: the object is there once, whoever asks."""
    store, key = DirectoryStore(tmp_path), new_key()
    store.partial(key).append(b"testimony", at=0)
    (tmp_path / "objects" / key).hardlink_to(store.incoming / key[3:])

    assert store.partial(key).offset() == 9
    store.partial(key).finish()

    assert left_over(store, key) == []
    assert b"".join(store.read(key)) == b"testimony"


def test_a_finished_object_is_not_taken_from_anybody(tmp_path: Path) -> None:
    """Another object under the key, which cannot be, is left alone."""
    store, key = DirectoryStore(tmp_path), new_key()
    put(store, key, b"somebody else's")

    with pytest.raises(OutOfPlace):
        store.partial(key).append(b"testimony", at=0)
    assert b"".join(store.read(key)) == b"somebody else's"
