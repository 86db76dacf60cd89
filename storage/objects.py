"""What an object store promises: bytes under random keys, never overwritten, checked when read."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import deque
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

PIECE = 1024 * 1024
KEY = re.compile(r"([0-9a-f]{2})/\1[0-9a-f]{30}")


class StoreUnavailable(Exception):
    """The store did not answer, or did not keep its promise; the same act may work later."""


class WrongBytes(StoreUnavailable):
    """The store answered with other bytes than it was given."""


class ObjectExists(StoreUnavailable):
    """The key is taken: nothing was written, and a new key will do."""


class ObjectMissing(Exception):
    """The store has nothing under this key."""


class OutOfPlace(Exception):
    """A piece does not begin where what is stored ends: somebody else was quicker."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as the store lists it."""

    key: str
    size: int
    written: datetime


class Writer(Protocol):
    """One object on its way in; used by one thread at a time."""

    def write(self, piece: bytes) -> None:
        """Add a piece, or raise StoreUnavailable."""
        ...

    def commit(self) -> None:
        """Make the object durable and visible in one step, or raise ObjectExists."""
        ...

    def abort(self) -> None:
        """Forget everything that was not committed; never raises, and may be called twice."""
        ...


class Partial(Protocol):
    """An object that comes in pieces over days; what there is of it only the store itself knows."""

    def offset(self) -> int:
        """Make durable what came, and say how many bytes that is."""
        ...

    def append(self, piece: bytes, *, at: int) -> None:
        """Add a piece that begins at this byte, or raise OutOfPlace: of two writers one goes on."""
        ...

    def finish(self) -> None:
        """Make all that came one durable, visible object; done again, it changes nothing."""
        ...

    def abandon(self) -> None:
        """Remove what came, finished or not."""
        ...


class ObjectStore(Protocol):
    """Where the bytes live. Every call blocks: use a thread."""

    def writer(self, key: str) -> Writer:
        """Begin an object under a key from new_key()."""
        ...

    def partial(self, key: str) -> Partial:
        """Go on with an object that comes in pieces, or begin it: at first there is nothing of it."""
        ...

    def read(self, key: str) -> Iterator[bytes]:
        """Yield the object in pieces of at most 1 MiB; raise ObjectMissing at the first."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens if it is not there."""
        ...

    def inventory(self) -> Iterator[Stored]:
        """Yield every object, in the order of the first two letters of their keys."""
        ...

    def sweep(self, before: datetime, *, keeping: Container[str] = ()) -> int:
        """Remove what broken-off writes left before this moment; say how many.

        `keeping`: keys of those that somebody may still go on with.
        """
        ...

    def prepare(self) -> None:
        """Make ready what must be there before the first object; may be asked again."""
        ...

    def check(self) -> None:
        """Raise StoreUnavailable unless an object could be written now."""
        ...


def new_key() -> str:
    """Choose a random key; nothing about the file or the person can be read from it."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}"


def checked_key(key: str) -> str:
    """Return the key if it is one of ours: no store is ever asked for another."""
    if not KEY.fullmatch(key):
        raise ValueError(f"not a key of ours: {key!r}")
    return key


def put(store: ObjectStore, key: str, data: bytes) -> None:
    """Store one small object whole."""
    writer = store.writer(key)
    try:
        writer.write(data)
        writer.commit()
    except BaseException:
        writer.abort()
        raise


def verified(store: ObjectStore, key: str, *, sha256: str, size: int) -> Iterator[bytes]:
    """Return the object's pieces, or raise StoreUnavailable before the first of them.

    All bytes are read and checked once before anything is returned, and again while they
    stream: the last piece is withheld until the second hash agrees too.
    """
    last = deque(checked(store, key, sha256=sha256, size=size), maxlen=1)
    if len(last[0]) == size:
        return iter(last)
    return checked(store, key, sha256=sha256, size=size)


def checked(store: ObjectStore, key: str, *, sha256: str, size: int) -> Iterator[bytes]:
    """Yield the object's pieces, the last of them only if all bytes were right; else WrongBytes."""
    digest, total, held = hashlib.sha256(), 0, b""
    try:
        for piece in store.read(key):
            digest.update(piece)
            total += len(piece)
            if total > size:
                raise WrongBytes(key)
            if held:
                yield held
            held = piece
    except ObjectMissing as missing:
        raise WrongBytes(key) from missing
    if total != size or digest.hexdigest() != sha256:
        raise WrongBytes(key)
    yield held
