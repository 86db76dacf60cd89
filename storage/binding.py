"""Binding: many PDFs and the pages before them made one, its pages numbered; for the child alone.

One file goes in: everything that is bound, one after the other, and last a plan that says where
each begins. What comes out: a line of JSON with the pages of each part (null where it cannot be
opened), then the bound PDF, unless the plan had counted otherwise.

No source page is drawn over. Its content becomes a form, clipped to what was visible, and the page
grows at its foot by a strip that holds the number: a signature at the lowest edge stays readable.
"""

from __future__ import annotations

import io
import json
import math
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf

DAMAGE: Final = (
    pikepdf.PdfError, pikepdf.ForeignObjectError, ValueError, TypeError, KeyError, AttributeError,
    RuntimeError, OverflowError,
)  # fmt: skip
# Numbers of nine points on Letter: as large on every page, when all are shown equally wide.
NUMBER_SIZE: Final = 1 / 68
SMALLEST: Final = 5
NARROWEST, WIDEST = 3, 14_400  # points; the least and the most that readers must show
LETTER_WIDTH: Final = 0.5  # of Helvetica's size, on average
# How a page is turned: the direction in which its text runs, as the matrix of a turned page.
TURNED: Final = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


@dataclass(frozen=True)
class Part:
    """One document of the plan: where its bytes are, how many pages are expected, its title."""

    at: int
    size: int
    pages: int | None
    title: str


def bind(file: BinaryIO, *, plan_at: int, plan_size: int) -> bytes:
    """Bind what the plan at this place says."""
    number = file.fileno()
    plan = json.loads(os.pread(number, plan_size, plan_at))
    parts = [Part(**one) for one in plan["parts"]]
    sources = [_opened(number, part) for part in parts]
    counts = [len(source.pages) if source else None for source in sources]
    said = json.dumps(counts).encode() + b"\n"
    if counts != [part.pages for part in parts]:
        return said
    with Pdf.open(_read(number, *plan["front"])) as bound:
        _gather(bound, parts, sources, index=plan["title"], numbering=plan["numbering"])
        _describe(bound, plan["title"])
        made = io.BytesIO()
        bound.save(made, deterministic_id=True, object_stream_mode=_PACKED)
    return said + made.getvalue()


_PACKED: Final = pikepdf.ObjectStreamMode.generate


def _read(number: int, start: int, size: int) -> io.BytesIO:
    # In memory: the parser goes to and fro by single bytes.
    return io.BytesIO(os.pread(number, size, start))


def _opened(number: int, part: Part) -> Pdf | None:
    """The part with every page ready to be bound; None where it is damaged or has no page."""
    if not part.size:
        return None
    try:
        source = Pdf.open(_read(number, part.at, part.size))
        if Name.AcroForm in source.Root:
            # What was filled in becomes part of the page: names of fields would meet others'.
            with suppress(*DAMAGE):
                source.generate_appearance_streams()
            source.flatten_annotations("all")
        for page in source.pages:
            _frame(source, page)
    except DAMAGE:
        return None
    return source if len(source.pages) else None


def _frame(source: Pdf, page: Page) -> None:
    """Turn the content of a page into a form that shows what was visible of it, and no more."""
    box = _visible(page)
    form = _content(source, page)
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox, form.Resources = Array(box), page.resources
    page.obj.Resources = Dictionary(XObject=Dictionary(Whole=source.make_indirect(form)))
    page.obj.Contents = pikepdf.Stream(source, b"/P <</MCID 0>> BDC /Whole Do EMC")
    page.obj.MediaBox = Array(box)
    for unwanted in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox", "/AA", "/StructParents"):
        if unwanted in page.obj:
            del page.obj[unwanted]


def _visible(page: Page) -> list[float]:
    media, crop = ([float(side) for side in box] for box in (page.mediabox, page.cropbox))  # pyright: ignore[reportArgumentType, reportUnknownVariableType]
    left, right = sorted((media[0], media[2]))
    low, high = sorted((media[1], media[3]))
    box = [
        max(left, min(crop[0], crop[2])),
        max(low, min(crop[1], crop[3])),
        min(right, max(crop[0], crop[2])),
        min(high, max(crop[1], crop[3])),
    ]
    if not all(NARROWEST <= box[far] - box[far - 2] <= WIDEST for far in (2, 3)):
        raise ValueError("a page that no reader would show")
    return box


def _content(source: Pdf, page: Page) -> Any:  # noqa: ANN401 - a stream
    """The page's content as one stream: as it is where it is one, for it need not be unpacked."""
    found = page.obj.get(Name.Contents, Array())
    if isinstance(found, pikepdf.Stream):
        form = pikepdf.Stream(source, found.read_raw_bytes())
        for key in (Name.Filter, Name.DecodeParms):
            if key in found:
                form[key] = found[key]
        return form
    streams: Sequence[Any] = list(found)  # pyright: ignore[reportArgumentType, reportUnknownVariableType]
    return pikepdf.Stream(source, b"\n".join(one.read_bytes() for one in streams))


def _gather(
    bound: Pdf,
    parts: Sequence[Part],
    sources: Sequence[Pdf | None],
    *,
    index: str,
    numbering: str,
) -> None:
    """Put every part behind the index; one that cannot be bound has its page there already."""
    slips = sum(source is None for source in sources)
    at = len(bound.pages) - slips
    total = len(bound.pages) + sum(len(source.pages) for source in sources if source)
    font = bound.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica,
            Encoding=Name.WinAnsiEncoding,
        )
    )  # fmt: skip
    tags = _Tags(bound)
    with bound.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(index, 0))
        for part, source in zip(parts, sources, strict=True):
            outline.root.append(pikepdf.OutlineItem(part.title, at))
            if source is None:
                at += 1
                continue
            section = tags.section(part.title)
            for page in source.pages:
                bound.pages.insert(at, page)
                at += 1
                placed = bound.pages[at - 1]
                _number(bound, placed, numbering.format(page=at, total=total), font)
                tags.page(section, placed)
    tags.close()


def _number(bound: Pdf, page: Page, text: str, font: Any) -> None:  # noqa: ANN401 - an object
    """Let the page grow at the edge that is lowest as it is shown, and write the text there."""
    left, low, right, high = (float(side) for side in page.obj.MediaBox)  # pyright: ignore[reportGeneralTypeIssues]
    turned = int(page.obj.get(Name.Rotate, 0)) % 360
    size = max((high - low if turned in {90, 270} else right - left) * NUMBER_SIZE, SMALLEST)
    strip, half = math.ceil(2 * size), len(text) * LETTER_WIDTH * size / 2
    middle = (left + right) / 2, (low + high) / 2
    base = 0.65 * size
    match turned:
        case 90:
            right += strip
            start = right - base, middle[1] - half
        case 180:
            high += strip
            start = middle[0] + half, high - base
        case 270:
            left -= strip
            start = left + base, middle[1] + half
        case _:
            low -= strip
            start = middle[0] - half, low + base
    matrix = " ".join(map(str, TURNED.get(turned, TURNED[0])))
    page.obj.MediaBox = Array([left, low, right, high])
    page.obj.Resources.Font = Dictionary(Number=font)
    words = text.encode("cp1252", "replace").hex()
    page.contents_add(
        f"/Artifact BMC BT /Number {size:.2f} Tf {matrix} {start[0]:.2f} {start[1]:.2f} Tm"
        f" <{words}> Tj ET EMC".encode()
    )


class _Tags:
    """A tag for each bound page: beside a tagged index, pages without one are not read aloud."""

    def __init__(self, bound: Pdf) -> None:
        self._bound = bound
        self._root = bound.Root.StructTreeRoot
        self._numbers = pikepdf.NumberTree(self._root.ParentTree)
        self._next = max(self._numbers, default=-1) + 1
        kids = self._root.get(Name.K)
        listed = kids if isinstance(kids, Array) else Array([] if kids is None else [kids])
        document = listed[0] if len(listed) else None
        self._document: Any = document

    def section(self, title: str) -> Any:  # noqa: ANN401 - an object
        """A section of the document with this title."""
        made = self._bound.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Sect, P=self._document, T=title, K=Array())
        )
        self._document.K.append(made)
        return made

    def page(self, section: Any, page: Page) -> None:  # noqa: ANN401 - an object
        """A paragraph that is the whole page."""
        made = self._bound.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.P, P=section, Pg=page.obj, K=0)
        )
        section.K.append(made)
        page.obj.StructParents = self._next
        self._numbers[self._next] = Array([made])
        self._next += 1

    def close(self) -> None:
        """Say where the next number would be."""
        self._root.ParentTreeNextKey = self._next


def _describe(bound: Pdf, title: str) -> None:
    """Its title; and no claim to a standard that other people's pages do not keep."""
    if Name.Metadata in bound.Root:
        del bound.Root.Metadata
    bound.docinfo[Name.Title] = title
    bound.Root.PageMode = Name.UseOutlines
