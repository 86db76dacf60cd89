"""Inside Word's and Excel's files before 2007: programs, objects, links, locks."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final, Protocol, cast

import olefile

from storage.inspection.appended import forbid_another_type
from storage.inspection.fields import forbid_field
from storage.inspection.finding import Objection

WORD_ENCRYPTED: Final = 0x0100
MOST: Final = 300 * 1024**2
# By how a storage's or stream's name begins, in lower case.
INSIDE: Final = (
    ("macros", "macros"),
    ("_vba_project", "macros"),
    ("vba", "macros"),
    ("objectpool/", "attachments"),
    ("mbd", "attachments"),
    ("lnk", "attachments"),
    ("\1ole10native", "attachments"),
    ("package", "attachments"),
    ("encryptedpackage", "encrypted"),
    ("\6dataspaces", "encrypted"),
    ("\tdrmcontent", "encrypted"),
)
BOUNDSHEET, FILEPASS, SUPBOOK, DRAWING, CONTINUE = 0x85, 0x2F, 0x1AE, 0xEB, 0x3C
DCONN, EXTERNNAME = 0x876, 0x23
MACRO_SHEET: Final = 1
OWN_SHEETS: Final = (0x0401, 0x3A01)
FIELD: Final = re.compile(rb"\x13([^\x13\x14\x15]{1,400})[\x13\x14\x15]")
WIDE_FIELD: Final = re.compile(rb"\x13\0((?:[^\x13\x14\x15]\0){1,400})[\x13\x14\x15]\0")


class _Ole(Protocol):
    """What we use of olefile, which has no types."""

    def listdir(self, *, streams: bool, storages: bool) -> list[list[str]]: ...
    def exists(self, filename: str) -> bool: ...
    def openstream(self, filename: str) -> BinaryIO: ...


def inspect_old_office(file: BinaryIO) -> None:
    """Walk every storage and stream; raises Objection."""
    forbid_another_type(file, but="zip")  # Word keeps its theme as one
    file.seek(0)
    try:
        with olefile.OleFileIO(file, raise_defects=olefile.DEFECT_INCORRECT) as ole:  # pyright: ignore[reportUnknownVariableType]
            _look(cast("_Ole", ole))
    except (OSError, struct.error, IndexError, RecursionError) as error:
        raise Objection("broken", f"{type(error).__name__}: {error}") from error


def _look(ole: _Ole) -> None:
    for path in ole.listdir(streams=True, storages=True):
        name = "/".join(path).lower()
        for start, reason in INSIDE:
            if name.startswith(start) or path[-1].lower().startswith(start):
                raise Objection(reason, repr(path[-1]))
    if ole.exists("WordDocument"):
        _look_at_text(ole.openstream("WordDocument").read(MOST))
    elif ole.exists("Workbook") or ole.exists("Book"):
        _look_at_book(ole.openstream("Workbook" if ole.exists("Workbook") else "Book").read(MOST))
    else:
        raise Objection("broken", "neither a text nor a book of sheets")


def _look_at_text(text: bytes) -> None:
    if len(text) < 12:
        raise Objection("broken", "a text without a beginning")
    if struct.unpack_from("<H", text, 10)[0] & WORD_ENCRYPTED:
        raise Objection("encrypted", "needs a password")
    for match in FIELD.finditer(text):
        forbid_field(match[1].decode("latin-1"))
    for match in WIDE_FIELD.finditer(text):
        forbid_field(match[1].decode("utf-16-le", "replace"))


def _look_at_book(book: bytes) -> None:
    drawing, last = bytearray(), 0
    for record, content in _records(book):
        if record == FILEPASS:
            raise Objection("encrypted", "needs a password")
        if record == BOUNDSHEET and len(content) > 5 and content[5] == MACRO_SHEET:
            raise Objection("macros", "a sheet of macros")
        if record == SUPBOOK:
            _judge_book(content)
        if record == DCONN:
            raise Objection("external", "a connection to other data")
        if record == DRAWING or (record == CONTINUE and last == DRAWING):
            drawing += content
        last = last if record == CONTINUE else record
    _judge_drawing(bytes(drawing))


def _records(book: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(book):
        record, length = struct.unpack_from("<HH", book, at)
        if record == 0 and length == 0:
            return
        yield record, book[at + 4 : at + 4 + length]
        at += 4 + length


def _judge_book(content: bytes) -> None:
    """Another book, or another program, that cells are taken from."""
    if len(content) < 4 or struct.unpack_from("<H", content, 2)[0] in OWN_SHEETS:
        return
    wide = len(content) > 4 and content[4] & 1
    name = content[5:].decode("utf-16-le" if wide else "latin-1", "replace")
    if "\3" in name:
        raise Objection("dde", "cells from another program")
    if len(name) > 1:
        raise Objection("external", "cells from another book")


def _judge_drawing(drawing: bytes) -> None:
    """A picture's own record, packed, in which a whole other file can lie."""
    for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", drawing):
        try:
            picture = zlib.decompressobj().decompress(drawing[match.start() :], 2**25)
        except zlib.error:
            continue
        if b"%PDF-" in picture:
            raise Objection("attachments", "a PDF inside a drawing")
