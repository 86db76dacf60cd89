"""Sound and film: boxes and chunks that follow each other to the end, and nothing behind it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from storage.inspection.appended import forbid_another_type, require_nothing_after, size_of, tail_of
from storage.inspection.finding import Objection

NEEDED: Final = {b"moov", b"moof"}
EXECUTABLE: Final = b"MZ"


def boxes(file: BinaryIO) -> Iterator[bytes]:
    """The kinds of the top boxes; raises Objection unless they fill the file exactly."""
    whole, at = size_of(file), 0
    while at < whole:
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return require_nothing_after(file, at)
        length, kind = struct.unpack_from(">I4s", head)
        if length == 1 and len(head) == 16:
            length = struct.unpack_from(">Q", head, 8)[0]
        if length == 0:
            length = whole - at
        if (
            length < 8
            or at + length > whole
            or not all(32 <= byte < 127 or byte == 0xA9 for byte in kind)
        ):
            if at and length + at <= whole:
                return require_nothing_after(file, at)
            raise Objection("broken", f"a box that ends beyond the file, at {at}")
        yield kind
        at += length
    return None


def inspect_iso_media(file: BinaryIO) -> None:
    """Follow the boxes of a film or sound (MP4, M4A); raises Objection."""
    forbid_another_type(file)
    if not NEEDED & set(boxes(file)):
        raise Objection("broken", "no list of what is in it")


def inspect_wav(file: BinaryIO) -> None:
    """Follow the chunks; raises Objection."""
    forbid_another_type(file)
    whole = size_of(file)
    file.seek(4)
    end = 8 + struct.unpack("<I", file.read(4))[0]
    at, kinds = 12, set[bytes]()
    # A recorder that was switched off writes no length; then the sound ends with the file.
    while at + 8 <= min(end, whole):
        file.seek(at)
        kind, length = struct.unpack("<4sI", file.read(8))
        kinds.add(kind)
        at += 8 + length + length % 2
    if not {b"fmt ", b"data"} <= kinds:
        raise Objection("broken", "no sound in it")
    if end < whole:
        require_nothing_after(file, end)


def inspect_mp3(file: BinaryIO) -> None:
    """Find its first sound, and no program behind the tags; raises Objection."""
    forbid_another_type(file)
    file.seek(0)
    head = file.read(10)
    at = 0
    if head[:3] == b"ID3" and len(head) == 10:
        at = 10 + sum((byte & 0x7F) << 7 * (3 - place) for place, byte in enumerate(head[6:10]))
    file.seek(at)
    if not _has_sound(file.read(2**16)):
        raise Objection("broken", "no sound in it")
    if tail_of(file, 4)[:2] == EXECUTABLE:
        raise Objection("two_types", "also a program")


def _has_sound(data: bytes) -> bool:
    """Whether frames begin here, one after the other."""
    at = data.find(b"\xff")
    while 0 <= at < len(data) - 4:
        if data[at + 1] & 0xE0 == 0xE0 and data[at + 1] & 0x06 and data[at + 2] & 0xF0 != 0xF0:
            return True
        at = data.find(b"\xff", at + 1)
    return False
