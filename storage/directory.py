"""An object store in a local folder: durable before it says so, and never overwriting."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Container, Generator, Iterator
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

from storage.objects import (
    PIECE,
    ObjectExists,
    ObjectMissing,
    OutOfPlace,
    Partial,
    Stored,
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

    def partial(self, key: str) -> Partial:
        """Go on with an object that comes in pieces, or begin it."""
        path = self._path(key)
        return DirectoryPartial(path, self.incoming / path.name)

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

    def inventory(self) -> Iterator[Stored]:
        """Yield every object, folder by folder."""
        with _failures():
            for folder in sorted(self.objects.iterdir()):
                for path, status in _listed(folder, "*"):
                    key = f"{folder.name}/{path.name}"
                    yield Stored(key, status.st_size, _written(status))

    def sweep(self, before: datetime, *, keeping: Container[str] = ()) -> int:
        """Remove what broken-off writes left before this moment; say how many."""
        with _failures():
            old = [path for path, at in _listed(self.incoming, "*") if _written(at) < before]
            stale = [path for path in old if f"{path.name[:2]}/{path.name}" not in keeping]
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
        with _failures():
            _write(self._file.fileno(), piece)

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


class DirectoryPartial:
    """A file in incoming/ under the object's own name; its size is how much has come."""

    def __init__(self, path: Path, draft: Path) -> None:
        self._path, self._draft = path, draft

    def offset(self) -> int:
        """Sync what came, and say how many bytes that is."""
        with _failures():
            with contextlib.suppress(FileNotFoundError):
                return self._path.stat().st_size  # finished
            with contextlib.suppress(FileNotFoundError), self._draft.open("rb") as file:
                os.fsync(file.fileno())
                return os.fstat(file.fileno()).st_size
        return 0

    def append(self, piece: bytes, *, at: int) -> None:
        """Add a piece where the file ends; a crash in the middle leaves bytes in their order."""
        with _failures(), self._opened(at) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_size != at or self._path.exists():
                raise OutOfPlace(at)
            _write(file.fileno(), piece)
            if at == 0:
                _sync(self._draft.parent)

    def _opened(self, at: int) -> FileIO:
        # Only what begins may make the file: it must not come back once it is given up.
        how = os.O_WRONLY | os.O_APPEND | (0 if at else os.O_CREAT)
        try:
            return FileIO(os.open(self._draft, how, 0o600), "a")
        except FileNotFoundError as gone:
            if at == 0:
                raise
            raise OutOfPlace(at) from gone

    def finish(self) -> None:
        """Sync the file, give it its name, sync the folder; the name is taken only by itself."""
        self.offset()
        with _failures():
            with contextlib.suppress(FileExistsError, FileNotFoundError):
                os.link(self._draft, self._path)
            if not self._path.exists():
                raise ObjectMissing(self._path.name)
            _sync(self._path.parent)
            self._draft.unlink(missing_ok=True)

    def abandon(self) -> None:
        """Remove the file under either name."""
        with _failures():
            self._draft.unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)


@contextlib.contextmanager
def _failures() -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(str(error)) from error


def _write(opened: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(opened, rest) :]


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _listed(folder: Path, pattern: str) -> Iterator[tuple[Path, os.stat_result]]:
    for path in folder.glob(pattern):
        with contextlib.suppress(FileNotFoundError):  # deleted while we look
            yield path, path.stat()


def _written(status: os.stat_result) -> datetime:
    return datetime.fromtimestamp(status.st_mtime, UTC)
