"""What the first bytes of a file show of its inside: ZIP members, OLE streams, text."""

from __future__ import annotations

import codecs
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

Fits = Callable[[bytes, str], bool]  # (head, what libmagic found)

OLE_START: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_START: Final = b"PK\x03\x04"
ZIP_DEFLATED: Final = 8
LOCAL_HEADER: Final = struct.Struct("<4s5H3I2H")
OLE_ENTRY: Final = struct.Struct("<64xH50xII4x")
OLE_LAST: Final = 0xFFFFFFFA  # this and above are no sectors but marks
WORD_ENCRYPTED: Final = 0x0100
EXCEL_FILEPASS: Final = 0x002F
OFFICE_PARTS: Final = ("word/", "xl/", "ppt/", "visio/")


@dataclass(frozen=True, slots=True)
class Member:
    """A ZIP member as its local header describes it."""

    name: str
    locked: bool
    deflated: bool
    packed: memoryview

    def content(self, most: int) -> bytes:
        """Return its first bytes, as far as they can be read."""
        if not self.deflated:
            return bytes(self.packed[:most])
        try:
            return zlib.decompressobj(-15).decompress(self.packed, most)
        except zlib.error:
            return b""


def members(head: bytes) -> Iterator[Member]:
    """Yield the ZIP members whose local headers are in these bytes."""
    at = head.find(ZIP_START)
    while 0 <= at <= len(head) - LOCAL_HEADER.size:
        _, _, flags, method, *_, packed, _, named, extra = LOCAL_HEADER.unpack_from(head, at)
        at += LOCAL_HEADER.size
        name = head[at : at + named].decode("utf-8", "replace")
        at += named + extra
        # Flag 8: the length follows the content and is 0 here; look for the next header instead.
        end = len(head) if flags & 0x08 else at + packed
        yield Member(name, bool(flags & 0x01), method == ZIP_DEFLATED, memoryview(head)[at:end])
        at = head.find(ZIP_START, at if flags & 0x08 else end)


def streams(head: bytes) -> dict[str, memoryview] | None:
    """Return an OLE file's streams by name; None if its directory is not all in these bytes."""
    found: dict[str, memoryview] = {}
    try:
        width = 1 << min(struct.unpack_from("<H", head, 30)[0], 12)
        sector = struct.unpack_from("<I", head, 48)[0]
        for _ in range(64):
            for at in range((sector + 1) * width, (sector + 2) * width, 128):
                length, first, size = OLE_ENTRY.unpack_from(head, at)
                name = head[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
                # Streams under 4096 bytes are packed elsewhere; nothing here needs them.
                start = (first + 1) * width if size >= 4096 else len(head)
                found[name] = memoryview(head)[start : start + size]
            sector = _next_sector(head, sector, width)
            if sector >= OLE_LAST:
                break
    except struct.error:
        return None
    return found


def is_locked(head: bytes, found: str) -> bool:
    """Say whether an Office file visibly needs a password."""
    if head.startswith(OLE_START):
        return found == "application/encrypted" or _ole_locked(head)
    manifest = b""
    for member in members(head):
        if member.locked:
            return True
        if member.name == "META-INF/manifest.xml" and not manifest:
            manifest = member.content(2**18)
    return b"encryption-data" in manifest


def holds_part(folder: str) -> Fits:
    """Make the check for Word's or Excel's XML: the first part seen is of this folder."""

    def fits(head: bytes, found: str) -> bool:
        names = [member.name for member in members(head)]
        part = next((name for name in names if name.startswith(OFFICE_PARTS)), None)
        if part is None:  # beyond the head: libmagic must be sure by itself
            return found not in {"application/zip", "application/octet-stream"}
        return part.startswith(folder) and "[Content_Types].xml" in names

    return fits


def has_mimetype(media_type: str) -> Fits:
    """Make the check for OpenDocument: the first member says the type."""

    def fits(head: bytes, found: str) -> bool:
        first = next(members(head), None)
        wanted = ("mimetype", media_type.encode())
        return first is not None and (first.name, first.content(200)) == wanted

    return fits


def has_stream(*names: str) -> Fits:
    """Make the check for old Office files: they have one of these streams."""

    def fits(head: bytes, found: str) -> bool:
        inside = streams(head)
        # A long file may keep its directory at its end: then libmagic's word must do.
        return inside is None or any(name in inside for name in names)

    return fits


def is_text(head: bytes, found: str) -> bool:
    """Check that these bytes are text: they decode, and hold no NUL."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decodes(head, "utf-16")
    # Bytes in an old code page always decode; whether they are text, libmagic knows.
    return _decodes(head, "utf-8") or (b"\0" not in head and found != "application/octet-stream")


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        return "\0" not in codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False


def _next_sector(head: bytes, sector: int, width: int) -> int:
    table, place = divmod(sector, width // 4)
    if table >= 109:  # so far into a file that the first bytes cannot tell
        raise struct.error
    where = struct.unpack_from("<I", head, 76 + 4 * table)[0]
    return struct.unpack_from("<I", head, (where + 1) * width + 4 * place)[0]


def _ole_locked(head: bytes) -> bool:
    inside = streams(head) or {}
    if any(name.lower() == "encryptedpackage" for name in inside):
        return True
    word = inside.get("WordDocument", b"")
    if len(word) >= 12 and struct.unpack_from("<H", word, 10)[0] & WORD_ENCRYPTED:
        return True
    return _sheet_locked(inside.get("Workbook") or inside.get("Book") or memoryview(b""))


def _sheet_locked(sheet: memoryview) -> bool:
    at = 0
    for _ in range(8):  # a locked workbook says so right after its first record
        if at + 4 > len(sheet):
            return False
        record, length = struct.unpack_from("<HH", sheet, at)
        if record == EXCEL_FILEPASS:
            return True
        at += 4 + length
    return False
