"""Typesetting: plain text on pages, in the one font that every reader of PDF brings with it."""

import codecs
import io
from collections.abc import Sequence
from typing import BinaryIO

import pikepdf

LETTER = (612, 792)
MARGIN, SIZE, LEADING = 54, 10, 13
# Courier is 0.6 of its size wide, whatever the letter: columns are counted, not measured.
COLUMNS = int((LETTER[0] - 2 * MARGIN) / (SIZE * 0.6))
LINES = (LETTER[1] - 2 * MARGIN) // LEADING
LONGEST = 4_000_000  # bytes; what comes behind them is on no page


def paged(file: BinaryIO) -> list[list[str]]:
    """The text's pages, each a list of lines; at least one."""
    lines: list[str] = []
    for line in _decoded(file.read(LONGEST)).expandtabs(4).splitlines() or [""]:
        lines += [line[at : at + COLUMNS] for at in range(0, max(1, len(line)), COLUMNS)]
    return [lines[at : at + LINES] for at in range(0, len(lines), LINES)]


def typeset(lines: Sequence[str]) -> bytes:
    """One page as a PDF. Raises ValueError on letters that are neither English nor French."""
    made, paper = io.BytesIO(), pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Courier,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    page = paper.add_blank_page(page_size=LETTER)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    page.Contents = pikepdf.Stream(paper, _shown(lines))
    paper.save(made)
    return made.getvalue()


def _decoded(data: bytes) -> str:
    """UTF-16 says so by its first bytes; what is not UTF-8 is from an older Windows."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    try:
        # The last letter may be cut where we stopped reading.
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data, len(data) < LONGEST)
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _shown(lines: Sequence[str]) -> bytes:
    """The operators that write these lines; letters go in as hexadecimal digits, never spliced."""
    top = LETTER[1] - MARGIN - SIZE
    start = f"BT /F {SIZE} Tf {LEADING} TL {MARGIN} {top} Td "
    shown = (f"<{line.encode('cp1252').hex()}> Tj T*" for line in lines)
    return (start + " ".join(shown) + " ET").encode()
