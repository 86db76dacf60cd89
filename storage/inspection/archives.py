"""The ZIP that an Office or OpenDocument file is: whole, modest, and nothing beside its members."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from typing import BinaryIO, Final

from storage.inspection.appended import size_of
from storage.inspection.finding import Objection

MEMBERS: Final = 5_000
UNFOLDED: Final = 768 * 1024**2
RATIO: Final = 200
FREE: Final = 32 * 1024**2  # what may unfold at any ratio: pages of nothing pack very well
LOCAL: Final = struct.Struct("<4s5H3I2H")
SLACK: Final = 64  # between members: what follows a streamed one, and an Android tool's alignment
COMMENT: Final = 256
PIECE: Final = 2**20


@contextmanager
def opened(file: BinaryIO) -> Generator[zipfile.ZipFile]:
    """Open it after its directory and every member's own header were compared and weighed.

    Raises Objection; also for what turns out damaged while it is open.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            _weigh(archive)
            _compare(file, archive)
            _unfold(archive)
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, UnicodeDecodeError) as error:
        raise Objection("broken", f"{type(error).__name__}: {error}") from error
    except NotImplementedError as error:
        raise Objection("broken", f"packed in an unusual way: {error}") from error


def _weigh(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MEMBERS:
        raise Objection("bomb", f"{len(members)} members")
    if len({member.filename.casefold() for member in members}) < len(members):
        raise Objection("two_types", "two members of one name")
    if sum(member.file_size for member in members) > UNFOLDED:
        raise Objection("bomb", "unfolds too far")
    for member in members:
        _weigh_one(member)


def _weigh_one(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 0x1:
        raise Objection("encrypted", "a member needs a password")
    path = member.filename.replace("\\", "/")
    if path.startswith("/") or ".." in path.split("/") or "\0" in member.orig_filename:
        raise Objection("two_types", "a member outside its folder")
    if member.file_size > max(FREE, RATIO * member.compress_size):
        raise Objection("bomb", f"{member.compress_size} bytes become {member.file_size}")


def _compare(file: BinaryIO, archive: zipfile.ZipFile) -> None:
    """Raise Objection for what one reader of ZIPs sees and another does not."""
    at = 0
    for member in sorted(archive.infolist(), key=lambda one: one.header_offset):
        file.seek(member.header_offset)
        mark, _, _, method, _, _, _, _, _, named, extra = LOCAL.unpack(file.read(LOCAL.size))
        name = file.read(named)
        if mark != b"PK\3\4" or method != member.compress_type:
            raise Objection("broken", "a member that is not where the directory says")
        if name.decode("utf-8", "replace").casefold() != member.orig_filename.casefold() and (
            name.decode("cp437").casefold() != member.orig_filename.casefold()
        ):
            raise Objection("two_types", "a member with two names")
        if not at <= member.header_offset <= at + SLACK:
            raise Objection("two_types", "bytes that belong to no member, or to two")
        at = member.header_offset + LOCAL.size + named + extra + member.compress_size
    if not at <= archive.start_dir <= at + SLACK:
        raise Objection("two_types", "bytes between the members and their directory")
    comment = archive.comment
    if len(comment) > COMMENT or b"\0" in comment or b"%PDF" in comment:
        raise Objection("trailing", f"{len(comment)} bytes after the directory")


def _unfold(archive: zipfile.ZipFile) -> None:
    """Read every member once: the sizes that the directory gave are true, and so are the sums."""
    for member in archive.infolist():
        with archive.open(member) as content:
            while content.read(PIECE):
                pass


def require_end(file: BinaryIO, archive: zipfile.ZipFile) -> None:
    """Raise Objection if anything follows the directory and its comment."""
    file.seek(archive.start_dir)
    directory = file.read()
    end = directory.rfind(b"PK\5\6")
    extra = len(directory) - end - 22 - len(archive.comment)
    if end < 0 or extra:
        raise Objection("trailing", f"{extra} bytes after the end of {size_of(file)}")
