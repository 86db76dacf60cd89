"""Reading a list of cases: pasted lines, or a CSV file with or without a first line of names."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.web.language import N_

MOST_ROWS = 10_000
LARGEST_LIST = 2 * 1024 * 1024
# What is longer is no file number; this much of it is shown.
LONGEST = 200

# How the column of file numbers is called in lists that people have.
NUMBER_NAMES = frozenset(
    {"file number", "file no", "file", "case", "case number", "numero de dossier", "dossier"}
    | {"no de dossier", "n de dossier", "file_number"}
)
DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
UCI_LENGTHS = (8, 10)


class Unreadable(Exception):
    """The list cannot be read at all; `sentence` says why, and what to do."""

    def __init__(self, sentence: str) -> None:
        """`sentence`: a marked text."""
        super().__init__(sentence)
        self.sentence = sentence


NOT_UTF8 = N_("This file is not text that we can read. Save it as “CSV UTF-8”, then send it again.")
NOT_CSV = N_(
    'This list breaks off inside a quotation. Look for a quotation mark (") without its partner.'
)
TOO_LARGE = N_("This list is too large. Send at most 10,000 lines at once.")
EMPTY = N_("The list is empty. Enter one file number on each line, or choose a file.")


@dataclass(frozen=True)
class Line:
    """One case as a list names it: where, in which words, and facts of its own by their column.

    `overlong`: there are more cells on the line than columns.
    """

    line: int
    written: str
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    overlong: bool = False


@dataclass(frozen=True)
class Gathered:
    """A list, read; `unused` are the names of columns that mean nothing here."""

    lines: Sequence[Line]
    unused: Sequence[str] = ()


def decode(data: bytes) -> str:
    """The text of a CSV file, in UTF-8 with or without a byte order mark; else Unreadable."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(NOT_UTF8) from error
    if "\0" in text:
        raise Unreadable(NOT_UTF8)
    return text


def gather(text: str, columns: Mapping[str, str]) -> Gathered:
    """Every case that a list names. Nothing is passed over: what is no number is a row all the same.

    `columns`: names by which a column may be called, folded, to the input that it fills. Without a
    first line that names a column of file numbers, every cell is one.
    """
    cells = list(_cells(text))
    if not cells:
        raise Unreadable(EMPTY)
    first = [fold(name) for name in cells[0][1]]
    if not NUMBER_NAMES.isdisjoint(first):
        gathered = _named(cells[1:], cells[0][1], columns)
    else:
        lines = [Line(number, cell[:LONGEST]) for number, row in cells for cell in row if cell]
        gathered = Gathered(lines)
    if not gathered.lines:
        raise Unreadable(EMPTY)
    if len(gathered.lines) > MOST_ROWS:
        raise Unreadable(TOO_LARGE)
    return gathered


def fold(name: str) -> str:
    """A column's name as it is compared: "N° de dossier :" and "no de dossier" are one."""
    plain = unicodedata.normalize("NFKD", name.replace("°", "o").replace("º", "o").casefold())
    kept = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(kept.replace(":", " ").split())


def numbers_in(written: str) -> list[str]:
    """The file numbers of a cell: "TC6-01482/83" is two; a UCI is its digits alone."""
    text = unicodedata.normalize("NFKC", written).translate(DASHES).upper()
    text = re.sub(r"\s*/\s*", "/", text.strip(" \t'’;,."))
    digits = re.sub(r"[\s-]", "", text)
    if digits.isdecimal() and len(digits) in UCI_LENGTHS:
        return [digits]
    first, *others = (re.sub(r"\s", "", piece) for piece in text.split("/"))
    joined = [first[:-2] + one if len(one) == 2 and len(first) > 2 else one for one in others]
    return list(dict.fromkeys(one for one in (first, *joined) if one))


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that says something: its number, counted from 1, and its cells."""
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    began = 1
    try:
        for row in reader:
            said = [cell.strip() for cell in row]
            if any(said):
                yield began, said
            began = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(NOT_CSV) from error


def _delimiter(text: str) -> str:
    """What separates cells: of tab, semicolon and comma the one that the first line has most of."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max("\t;,", key=lambda one: (first.count(one), one == ","))


def _named(
    cells: Sequence[tuple[int, list[str]]], names: Sequence[str], columns: Mapping[str, str]
) -> Gathered:
    """A list whose first line names its columns."""
    folded = [fold(name) for name in names]
    at = next(place for place, name in enumerate(folded) if name in NUMBER_NAMES)
    inputs = {place: columns[name] for place, name in enumerate(folded) if name in columns}
    unused = [
        name for place, name in enumerate(names) if name and place != at and place not in inputs
    ]
    lines = [
        Line(
            number,
            row[at][:LONGEST] if at < len(row) else "",
            {inputs[place]: said for place, said in enumerate(row) if place in inputs and said},
            overlong=any(row[len(names) :]),
        )
        for number, row in cells
    ]
    return Gathered(lines, unused)
