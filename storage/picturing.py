"""Picturing: the first page as a small picture, and every page as pixels and nothing else.

A confined child draws; only counted pixels come back from it, and are encoded here. Whatever the
file did to the child, no byte of the file goes into a picture. Every call blocks: use a thread.
"""

import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from PIL import Image, ImageChops

from storage.confinement import Unfinished, confined
from storage.sheets import Jpeg, Sheets

PDF, TEXT = "application/pdf", "text/plain"
IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/tiff": "TIFF", "image/heic": "HEIF"}
# Office files and recordings are not drawn: their pages depend on the program that opens them.
PICTURED = frozenset({PDF, TEXT, *IMAGES})
SMALL = (600, 850)
LARGEST = 60_000
DPI = 150
# A sheet of A3 at that resolution; a larger one is drawn more coarsely.
PAGE_PIXELS = 4_500_000
MOST_BYTES = 3 * PAGE_PIXELS + 200_000
MOST_PAGES = 200
LARGEST_COPY = 250_000_000
LONGEST_SIDE = 14_400  # points; PDF's own limit
LONGEST_LINE = 500
# How small, how well: until it is no larger than it may be.
ATTEMPTS = ((1, 80), (1, 55), (1, 30), (0.7, 30), (0.4, 30))


class NoPicture(Exception):
    """This file cannot be drawn; trying again would end no better.

    `reason`: damaged, too_large, too_many_pages, stopped (the child was), or no_pages.
    """

    def __init__(self, reason: str, *, page: int = 0) -> None:
        """`page`: which one could not be, the first is 0."""
        super().__init__(reason)
        self.reason, self.page = reason, page


@dataclass(frozen=True)
class Picture:
    """A WebP of at most 60 KB."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Sheet:
    """One page: its pixels, its width and height on paper in points, and how many pages there are."""

    image: Image.Image
    points: tuple[float, float]
    pages: int


def first_page(file: BinaryIO, media_type: str) -> Picture:
    """The first page, at most 600 × 850 pixels; raises NoPicture or ChildUnavailable."""
    image = _draw(file, media_type, page=0, small=True).image
    for share, quality in ATTEMPTS:
        # Even, for it is shown at half its size, and what is shown must not move when it comes.
        width, height = (2 * math.ceil(side * share / 2) for side in image.size)
        made = io.BytesIO()
        smaller = image.resize((width, height))  # pyright: ignore[reportUnknownMemberType]
        smaller.save(made, "WEBP", quality=quality, method=1)
        if made.tell() <= LARGEST:
            return Picture(made.getvalue(), width, height)
    raise NoPicture("too_large")


def safe_copy(file: BinaryIO, media_type: str, copy: BinaryIO) -> None:
    """Write a PDF with a picture of every page, or raise NoPicture or ChildUnavailable.

    No text, link, form, script, attachment, property or earlier version goes over. It has all
    pages or it is not made: a copy with a page missing would be another document.
    """
    made = Sheets(copy)
    for sheet in _sheets(file, media_type):
        made.add(_jpeg(sheet))
        if copy.tell() > LARGEST_COPY:
            raise NoPicture("too_large")
    made.finish()


def _sheets(file: BinaryIO, media_type: str) -> Iterator[Sheet]:
    first = _draw(file, media_type, page=0, small=False)
    if first.pages > MOST_PAGES:
        raise NoPicture("too_many_pages")
    yield first
    for page in range(1, first.pages):
        yield _draw(file, media_type, page=page, small=False)


def _draw(file: BinaryIO, media_type: str, *, page: int, small: bool) -> Sheet:
    if media_type not in PICTURED:
        raise NoPicture("no_pages")
    arguments = {"media_type": media_type, "page": page, "small": int(small)}
    try:
        answer = confined("draw", file, arguments=arguments, most=MOST_BYTES)
    except Unfinished as error:
        raise NoPicture("stopped", page=page) from error
    return sheet_of(answer, page=page)


def sheet_of(answer: bytes, *, page: int = 0) -> Sheet:
    """What the child said, if it adds up: whoever wrote the file may be the one who speaks."""
    said, _, pixels = answer.partition(b"\n")
    try:
        return _sheet(json.loads(said[:LONGEST_LINE]), pixels)
    except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
        reason = "too_large" if b"too_large" in said else "damaged"
        raise NoPicture(reason, page=page) from error


def _sheet(said: dict[str, Any], pixels: bytes) -> Sheet:
    width, height, pages = (int(said[name]) for name in ("width", "height", "pages"))
    points = (float(said["points"][0]), float(said["points"][1]))
    bands = {"L": 1, "RGB": 3}[said["mode"]]
    if min(width, height, pages, *points) <= 0 or not math.isfinite(sum(points)):
        raise ValueError(said)
    if width * height * bands != len(pixels):
        raise ValueError(said)
    image = Image.frombytes(said["mode"], (width, height), pixels)
    return Sheet(image, (min(points[0], LONGEST_SIDE), min(points[1], LONGEST_SIDE)), pages)


def _jpeg(sheet: Sheet) -> Jpeg:
    image, made = _without_idle_colour(sheet.image), io.BytesIO()
    image.save(made, "JPEG", quality=80, optimize=True)
    return Jpeg(made.getvalue(), image.size, image.mode == "L", sheet.points)


def _without_idle_colour(image: Image.Image) -> Image.Image:
    if image.mode == "L":
        return image
    red, green, blue = image.split()
    grey = not ImageChops.difference(red, green).getbbox()
    return green if grey and not ImageChops.difference(green, blue).getbbox() else image
