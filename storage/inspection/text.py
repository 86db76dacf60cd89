"""Plain text: it decodes to its end, and is no page, drawing or program in disguise."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO, Final

from storage.inspection.appended import forbid_another_type
from storage.inspection.finding import Objection

PIECE: Final = 2**20
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Of the old code pages any byte may be meant but these; a file full of them is no text.
CONTROLS: Final = re.compile(rb"[\0-\x06\x0e-\x19\x1c-\x1f]")


def inspect_text(file: BinaryIO) -> None:
    """Decode it as what it says it is, or as UTF-8, or as an old code page; raises Objection."""
    forbid_another_type(file)
    file.seek(0)
    head = file.read(4)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            if not _decodes(file, encoding):
                raise Objection("broken", f"not {encoding}, although it says so")
            return
    if not _decodes(file, "utf-8"):
        _require_old_text(file)


def _decodes(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(PIECE):
            if "\0" in decoder.decode(piece):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _require_old_text(file: BinaryIO) -> None:
    file.seek(0)
    while piece := file.read(PIECE):
        if CONTROLS.search(piece):
            raise Objection("broken", "bytes that no text has")
