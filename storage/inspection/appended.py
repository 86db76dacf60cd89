"""Two files in one: what begins, hides or hangs behind where another type's reader would look."""

from __future__ import annotations

import os
import re
import struct
from typing import BinaryIO, Final

from storage.inspection.finding import Objection

ZIP_END: Final = struct.Struct("<4s4H2IH")
# Where other readers look for their first bytes: a disc, a tape archive.
ELSEWHERE: Final = ((257, b"ustar"), (0x8001, b"CD001"))
# In the first bytes a browser or a PDF reader looks at, whatever stands before.
PAGE: Final = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg|\?php)[\s>]", re.IGNORECASE
)
LOOKED_AT: Final = 1024


def size_of(file: BinaryIO) -> int:
    """The file's whole length."""
    return file.seek(0, os.SEEK_END)


def tail_of(file: BinaryIO, most: int) -> bytes:
    """Its last bytes."""
    file.seek(max(0, size_of(file) - most))
    return file.read(most)


def forbid_another_type(file: BinaryIO, *, but: str = "") -> None:
    """Raise Objection if the file is also a PDF, a page with script, a ZIP or a disc image.

    `but` names the one of "pdf", "page" and "zip" that may well be in it.
    """
    file.seek(0)
    head = file.read(LOOKED_AT)
    if but != "pdf" and b"%PDF-" in head:
        raise Objection("two_types", "also a PDF")
    if but != "page" and PAGE.search(head):
        raise Objection("two_types", "also a page for a browser")
    if but != "zip" and _has_zip_end(file):
        raise Objection("two_types", "also a ZIP archive")
    for at, mark in ELSEWHERE:
        file.seek(at)
        if file.read(len(mark)) == mark:
            raise Objection("two_types", f"also {mark.decode()}")


def require_nothing_after(file: BinaryIO, end: int, *, padding: bytes = b"\0\t\n\f\r ") -> None:
    """Raise Objection unless only padding follows this place."""
    file.seek(end)
    at = end
    while piece := file.read(2**16):
        if left := piece.lstrip(padding):
            at += len(piece) - len(left)
            raise Objection(
                "trailing", f"{size_of(file) - at} bytes after the end: {left[:8].hex()}"
            )
        at += len(piece)


def _has_zip_end(file: BinaryIO) -> bool:
    """Whether a reader of ZIP archives, which looks from the end, would find one."""
    tail = tail_of(file, ZIP_END.size + 2**16)
    at = tail.rfind(b"PK\5\6")
    while at >= 0:
        if at + ZIP_END.size <= len(tail):
            *_, entries, listed, _, comment = ZIP_END.unpack_from(tail, at)
            if at + ZIP_END.size + comment <= len(tail) and listed >= 46 * entries > 0:
                return True
        at = tail.rfind(b"PK\5\6", 0, at)
    return False
