"""Drawing: one page of a file as bare pixels; a task of the confined child, and only there.

    confined("draw", file, arguments={"media_type": …, "page": 0, "small": 1}, most=MOST_BYTES)

The answer is a line of JSON (`pages`, `mode`, `width`, `height`, `points`) and the pixels behind
it, or `none`: the reason why there are none. Whoever reads it trusts nothing in it.
"""

import json
import math
from typing import Any, BinaryIO

import pillow_heif  # its stubs lack types: register_heif_opener(**options) -> None
import pypdfium2  # no stubs: PdfDocument(file or bytes), [number], get_size(), render().to_pil()
from PIL import Image, ImageOps, TiffImagePlugin

from storage.picturing import DPI, IMAGES, PAGE_PIXELS, PDF, SMALL
from storage.typesetting import paged, typeset

# Kept at 4 bytes each while they are decoded; a page scanned at 600 dpi has 35 million.
MOST_PIXELS = 80_000_000
LONGEST = 20_000
LONG_SIDE = 792  # points: a photograph lies on a sheet as long as Letter

ORIENTATION = 0x0112  # in EXIF: how the camera was held

# The child can load no module and start no thread: all is there before it begins.
Image.preinit()
_ = TiffImagePlugin
pillow_heif.register_heif_opener(decode_threads=1)  # pyright: ignore[reportUnknownMemberType]


class _TooLarge(Exception):
    """More pixels than are decoded."""


def draw(file: BinaryIO, *, media_type: str, page: int, small: int) -> bytes:
    """This page (the first is 0): fit into SMALL if `small`, else at DPI."""
    try:
        pages, image, points = _drawn(file, media_type, page, small=bool(small))
    except MemoryError:
        raise
    except (_TooLarge, Image.DecompressionBombError):
        return _none("too_large")
    except Exception:  # noqa: BLE001 - the libraries have no common word for a file they cannot read
        return _none("damaged")
    said = {"mode": image.mode, "width": image.width, "height": image.height}
    return json.dumps(said | {"pages": pages, "points": points}).encode() + b"\n" + image.tobytes()


def _none(reason: str) -> bytes:
    return json.dumps({"none": reason}).encode() + b"\n"


def _drawn(
    file: BinaryIO, media_type: str, page: int, *, small: bool
) -> tuple[int, Image.Image, tuple[float, float]]:
    if media_type in IMAGES:
        return _of_image(file, IMAGES[media_type], page, small=small)
    if media_type == PDF:
        pdf = pypdfium2.PdfDocument(file)
        return len(pdf), *_of_pdf(pdf, page, small=small)
    sheets = paged(file)
    pdf = pypdfium2.PdfDocument(typeset(sheets[page]))
    return len(sheets), *_of_pdf(pdf, 0, small=small)


def _of_pdf(
    pdf: Any,  # noqa: ANN401
    page: int,
    *,
    small: bool,
) -> tuple[Image.Image, tuple[float, float]]:
    # Without its form a PDF would be drawn with every field empty.
    pdf.init_forms()
    width, height = pdf[page].get_size()
    if not (width > 0 and height > 0 and math.isfinite(width * height)):
        raise ValueError("a page without a size")
    if small:
        scale = min(SMALL[0] / width, SMALL[1] / height)
    else:
        scale = min(DPI / 72, math.sqrt(PAGE_PIXELS / (width * height)))
    # However narrow a page is, it is one pixel wide: a long one would have too many.
    scale = min(scale, LONGEST / max(width, height))
    drawn = _flat(pdf[page].render(scale=scale, rev_byteorder=True).to_pil())
    if small:
        drawn.thumbnail(SMALL)
    return drawn, (width, height)


def _of_image(
    file: BinaryIO, kind: str, page: int, *, small: bool
) -> tuple[int, Image.Image, tuple[float, float]]:
    with Image.open(file, formats=[kind]) as image:
        pages = getattr(image, "n_frames", 1)
        image.seek(page)
        pixels = math.prod(image.size)
        if pixels > MOST_PIXELS:
            raise _TooLarge
        long = math.floor(max(image.size) * min(1, math.sqrt(PAGE_PIXELS / pixels)))
        upright = _upright(image, min(long, max(SMALL)) if small else long)
    if small:
        upright.thumbnail(SMALL)
    points = LONG_SIDE / max(upright.size)
    return pages, upright, (upright.width * points, upright.height * points)


def _upright(image: Image.Image, long: int) -> Image.Image:
    """A copy whose longer side is at most so long, turned as the camera was held, on white."""
    # A JPEG is decoded no larger than it is needed.
    image.draft(image.mode, (long, long))
    image.load()
    # Asked only now: some formats are turned as they are decoded, and say so.
    held = image.getexif().get(ORIENTATION, 1)
    if image.mode.startswith("I;16"):
        # Sixteen bits of grey: converting alone would cut them off, not scale them.
        upper = [value // 256 for value in range(65536)]
        shown = image.convert("I").point(upper, "L")  # pyright: ignore[reportUnknownMemberType]
    elif image.mode in {"1", "L", "I", "F"}:
        shown = image.convert("L")
    else:
        shown = image.convert("RGBA" if image.has_transparency_data else "RGB")
    shown.thumbnail((long, long))
    shown.getexif()[ORIENTATION] = held
    return _flat(ImageOps.exif_transpose(shown))


def _flat(image: Image.Image) -> Image.Image:
    """On white paper, with nothing of the file but its pixels."""
    grey = image.mode == "L"
    paper = Image.new("L" if grey else "RGB", image.size, 255 if grey else (255, 255, 255))
    paper.paste(image, mask=image if image.mode == "RGBA" else None)
    return paper
