"""An object store in a local folder: durable before it says so, and never overwriting."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

from storage.objects import (
    PIECE,
    ObjectExists,
    ObjectMissing,
    StoreUnavailable,
    Writer,
    checked_key,
)


class DirectoryStore:
    """Objects in folder/objects/ab/ab…; unfinished ones in folder/incoming/."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.objects, self.incoming = folder / "objects", folder / "incoming"
        self.prepare()

    def prepare(self) -> None:
        """Make the folders."""
        folder = self.folder
        with _failures():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # All 256 at once: a commit then never has to make a folder durable, only a name in it.
            fans = (self.objects / f"{number:02x}" for number in range(256))
            for made in (self.incoming, self.objects, *fans):
                made.mkdir(mode=0o700, exist_ok=True)
            _sync(self.objects)
            _sync(folder)

    def writer(self, key: str) -> Writer:
        """Begin an object under a key from new_key()."""
        return DirectoryWriter(self._path(key), self.incoming / secrets.token_hex(16))

    def read(self, key: str) -> Iterator[bytes]:
        """Yield the object in pieces of at most 1 MiB."""
        with _failures():
            try:
                file = self._path(key).open("rb", buffering=0)
            except FileNotFoundError as missing:
                raise ObjectMissing(key) from missing
            with file:
                while piece := file.read(PIECE):
                    yield piece

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens if it is not there."""
        with _failures():
            self._path(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[tuple[str, datetime]]:
        """Yield every key with the time when it was written."""
        with _failures():
            for path, written in _listed(self.objects, "??/*"):
                yield f"{path.parent.name}/{path.name}", written

    def sweep(self, before: datetime) -> int:
        """Remove what broken-off writes left before this moment; say how many."""
        with _failures():
            stale = [path for path, written in _listed(self.incoming, "*") if written < before]
            for path in stale:
                path.unlink(missing_ok=True)
        return len(stale)

    def check(self) -> None:
        """Write and remove a byte where uploads begin."""
        probe = DirectoryWriter(self.objects / "probe", self.incoming / secrets.token_hex(16))
        try:
            probe.write(b"?")
        finally:
            probe.abort()

    def _path(self, key: str) -> Path:
        return self.objects / checked_key(key)


class DirectoryWriter:
    """A file in incoming/ that gets its real name only when it is whole."""

    def __init__(self, path: Path, draft: Path) -> None:
        self._path, self._draft = path, draft
        with _failures():
            self._file = draft.open("xb", buffering=0)

    def write(self, piece: bytes) -> None:
        """Add a piece."""
        rest = memoryview(piece)
        with _failures():
            while rest:
                rest = rest[os.write(self._file.fileno(), rest) :]

    def commit(self) -> None:
        """Sync the file, give it its name, sync the folder."""
        with _failures():
            os.fsync(self._file.fileno())
            try:
                # link() refuses a name that is taken, in one step; rename() would overwrite it.
                os.link(self._draft, self._path)
            except FileExistsError as taken:
                raise ObjectExists(self._path.name) from taken
            _sync(self._path.parent)
        self.abort()

    def abort(self) -> None:
        """Close and remove the draft; a committed object keeps its own name."""
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._draft.unlink(missing_ok=True)


@contextlib.contextmanager
def _failures() -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(str(error)) from error


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _listed(folder: Path, pattern: str) -> Iterator[tuple[Path, datetime]]:
    for path in folder.glob(pattern):
        with contextlib.suppress(FileNotFoundError):  # deleted while we look
            yield path, datetime.fromtimestamp(path.stat().st_mtime, UTC)
