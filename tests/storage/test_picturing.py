"""Pictures hold pixels and nothing else, whatever was in the file; hostile files get none."""

import io
import json
import os
import signal
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import pikepdf
import pypdfium2  # no stubs: PdfDocument(bytes), [number], render().to_pil()
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from storage.confinement import ChildUnavailable
from storage.picturing import (
    LARGEST,
    MOST_PAGES,
    PDF,
    PICTURED,
    TEXT,
    NoPicture,
    first_page,
    safe_copy,
    sheet_of,
)
from tests.samples import FILES, TXT, pdf
from tests.storage.drawings import (
    BLUE,
    RED,
    endless,
    flood_inside,
    loaded,
    pages,
    photograph,
    pixel_flood,
)

PHOTOGRAPHS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/tiff": "TIFF", "image/heic": "HEIF"}
FRENCH = "Je soussignée, Éléonore Ngo : œuvre « à lire » – 10 €\n"


@contextmanager
def on_disk(data: bytes) -> Generator[BinaryIO]:
    """A real file with these bytes."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        yield file


def picture_of(data: bytes, media_type: str) -> Image.Image:
    """The first page, decoded again."""
    with on_disk(data) as file:
        made = first_page(file, media_type)
    assert len(made.data) <= LARGEST
    image = Image.open(io.BytesIO(made.data), formats=["WEBP"])
    assert image.size == (made.width, made.height)
    assert (made.width % 2, made.height % 2) == (0, 0)
    assert not set(image.info) & {"exif", "icc_profile", "xmp"}
    return image.convert("RGB")


def copy_of(data: bytes, media_type: str) -> bytes:
    """The whole safe copy."""
    copy = io.BytesIO()
    with on_disk(data) as file:
        safe_copy(file, media_type, copy)
    return copy.getvalue()


def near(image: Image.Image, at: tuple[int, int], wanted: tuple[int, int, int]) -> bool:
    """Whether the pixel there has this colour, as far as compression leaves it."""
    found: Any = image.getpixel(at)
    return all(abs(one - other) < 30 for one, other in zip(found, wanted, strict=True))


def darkest(image: Image.Image, box: tuple[int, int, int, int]) -> int:
    """The darkest grey in there, 0 to 255."""
    extremes: Any = image.convert("L").crop(box).getextrema()
    return extremes[0]


def drawn(copy: bytes) -> Image.Image:
    """The first page of a copy as another program draws it."""
    pdf: Any = pypdfium2.PdfDocument(copy)
    return pdf[0].render().to_pil()


@pytest.mark.parametrize("turned", [False, True], ids=["as stored", "turned"])
@pytest.mark.parametrize("media_type", PHOTOGRAPHS)
def test_a_photograph_stands_as_it_was_taken(media_type: str, turned: bool) -> None:
    """Red above, blue below, 600 pixels wide, however the camera was held."""
    image = picture_of(photograph(PHOTOGRAPHS[media_type], turned=turned), media_type)

    assert (image.width, image.height) == (600, 400)
    assert near(image, (300, 50), RED)
    assert near(image, (300, 350), BLUE)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "CMYK"),
        ("PNG", "P"),
        ("PNG", "RGBA"),
        ("TIFF", "1"),
        ("PNG", "I;16"),
        ("TIFF", "LA"),
    ],
)
def test_every_way_to_write_colours_is_drawn(kind: str, mode: str) -> None:
    """Four inks, a palette, transparency, fax, sixteen bits: the upper half is not the lower."""
    media_type = next(key for key, name in PHOTOGRAPHS.items() if name == kind)

    image = picture_of(photograph(kind, mode=mode), media_type)

    above, below = (image.convert("L").getpixel((300, y)) for y in (50, 350))
    assert image.size == (600, 400)
    assert isinstance(above, int)
    assert isinstance(below, int)
    assert 20 < below < above - 5 or mode == "1"


def test_the_first_page_of_a_pdf_is_drawn() -> None:
    """A square where the page has it, in its colour; white around it."""
    image = picture_of(pages(3), PDF)

    assert image.size == (600, 778)
    assert near(image, (300, 388), (0, 0, 255))
    assert near(image, (20, 20), (255, 255, 255))


def test_a_filled_form_is_drawn_filled() -> None:
    """What somebody typed into a field is on the page, or the picture would be of another paper."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(612, 792))
    look = pikepdf.Stream(made, b"1 0 0 rg 0 0 200 200 re f", BBox=[0, 0, 200, 200])
    look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    field = made.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T="name",
            V="Noor",
            F=4,
            Rect=[206, 296, 406, 496],
            AP=pikepdf.Dictionary(N=look),
        )
    )
    page.Annots = pikepdf.Array([field])
    made.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    whole = io.BytesIO()
    made.save(whole)

    assert near(picture_of(whole.getvalue(), PDF), (300, 388), (255, 0, 0))


@pytest.mark.parametrize(
    "data",
    [FRENCH.encode(), FRENCH.encode("utf-16"), FRENCH.encode("cp1252"), TXT * 200_000],
    ids=["UTF-8", "UTF-16", "Windows", "ten megabytes"],
)
def test_a_text_is_drawn(data: bytes) -> None:
    """English and French, however they were saved; there is ink where the first line is."""
    assert darkest(picture_of(data, TEXT), (50, 50, 550, 70)) < 100


@pytest.mark.parametrize(
    "name", [name for name, (_, kind) in FILES.items() if kind not in PICTURED]
)
def test_what_has_no_pages_of_its_own_gets_no_picture(name: str) -> None:
    """Office files, recordings and films: said, not tried."""
    data, media_type = FILES[name]

    with on_disk(data) as file, pytest.raises(NoPicture) as none:
        first_page(file, media_type)

    assert none.value.reason == "no_pages"


@pytest.mark.parametrize(
    ("data", "media_type", "reason"),
    [
        (photograph("JPEG")[:900], "image/jpeg", "damaged"),
        (photograph("PNG")[:900], "image/png", "damaged"),
        (photograph("HEIF")[:900], "image/heic", "damaged"),
        (photograph("JPEG"), "image/png", "damaged"),
        (b"%PDF-1.7\n" + bytes(2000), PDF, "damaged"),
        (pdf(password="secret"), PDF, "damaged"),
        ("سلام".encode(), TEXT, "damaged"),
        (b"", "image/tiff", "damaged"),
        (pixel_flood(), "image/png", "too_large"),
        (pixel_flood(9_500), "image/png", "too_large"),
    ],
)
def test_what_cannot_be_drawn_gets_no_picture(data: bytes, media_type: str, reason: str) -> None:
    """Cut off, mislabelled, locked, empty, in letters we have no font for, or far too large."""
    with on_disk(data) as file, pytest.raises(NoPicture) as none:
        first_page(file, media_type)

    assert none.value.reason == reason


def test_a_file_that_never_ends_is_stopped() -> None:
    """Forms that draw forms thirty deep: the child is over after its ten seconds; the next works."""
    began = time.monotonic()

    with on_disk(endless()) as file, pytest.raises(NoPicture) as none:
        first_page(file, PDF)

    assert none.value.reason == "stopped"
    assert time.monotonic() - began < 20
    assert picture_of(pages(1), PDF).width == 600


def test_six_gigabytes_inside_a_pdf_cost_no_more_than_the_child_may_have() -> None:
    """The rest of the page is drawn without that picture, or nothing is; nobody else notices."""
    with on_disk(flood_inside()) as file, suppress(NoPicture):
        assert len(first_page(file, PDF).data) <= LARGEST


def test_a_child_killed_from_outside_is_no_verdict_on_the_file() -> None:
    """The machine took it, not the file: the same call works later."""
    stopped: list[int] = []

    def kill() -> None:
        while not stopped:
            stopped.extend(_children_that_draw())
        for child in stopped:
            os.kill(child, signal.SIGTERM)

    killing = threading.Thread(target=kill)
    with on_disk(endless()) as file:
        killing.start()
        with pytest.raises(ChildUnavailable):
            first_page(file, PDF)
        killing.join()


def _children_that_draw() -> list[int]:
    """Grandchildren of this process, its keepers' children; not those of a database it has started."""
    here, found, drawing = os.getpid(), dict[int, int](), list[int]()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
            except OSError:
                continue
            found[int(entry.name)] = int(rest.split()[1])
            if name.startswith("python"):
                drawing.append(int(entry.name))
    return [one for one in drawing if found.get(found[one]) == here]


def test_a_safe_copy_has_every_page_and_only_pixels() -> None:
    """Text, link, script, attachment and author stay behind; what was to be seen is there."""
    original = loaded()

    copy = copy_of(original, PDF)

    assert b"Marker of the text" in original
    assert b"arker" not in copy
    with pikepdf.open(io.BytesIO(copy)) as opened:
        assert [str(key) for key in opened.Root] == ["/Pages", "/Type"]
        assert not opened.docinfo
        [page] = opened.pages
        assert set(page.obj) == {"/Contents", "/MediaBox", "/Parent", "/Resources", "/Type"}
        assert list(page.mediabox) == [0, 0, 612, 792]
        [image] = page.get_images().values()
        assert int(image.Width) == 1275
    assert darkest(drawn(copy), (72, 50, 400, 100)) < 100


def test_a_safe_copy_of_many_pages_keeps_their_order_and_sizes() -> None:
    """Three frames of a TIFF are three pages; a PDF keeps its pages' sizes."""
    made = io.BytesIO()
    frames = [Image.new("RGB", (300, 200 + 100 * number), RED) for number in range(3)]
    frames[0].save(made, "TIFF", save_all=True, append_images=frames[1:])

    tiff, letter = copy_of(made.getvalue(), "image/tiff"), copy_of(pages(4), PDF)

    with pikepdf.open(io.BytesIO(tiff)) as opened:
        boxes = [list(map(float, page.mediabox)) for page in opened.pages]
    shapes = [across / down for _, _, across, down in boxes]
    assert shapes == pytest.approx([300 / 200, 300 / 300, 300 / 400], rel=0.01)
    assert len(pypdfium2.PdfDocument(letter)) == 4


def test_a_safe_copy_is_whole_or_not_made() -> None:
    """One damaged page, or more pages than are drawn, and there is none: it names the page."""
    cut = io.BytesIO()
    frames = [Image.effect_noise((300, 200), 60) for _ in range(3)]
    frames[0].save(cut, "TIFF", save_all=True, append_images=frames[1:])

    with pytest.raises(NoPicture) as long:
        copy_of(pages(MOST_PAGES + 1), PDF)
    with pytest.raises(NoPicture) as damaged:
        copy_of(cut.getvalue()[:100_000], "image/tiff")

    assert long.value.reason == "too_many_pages"
    assert damaged.value.reason == "damaged"


SAID = st.recursive(
    st.none() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["mode", "width", "height", "pages", "points"]), inner)
    ),
).map(lambda said: json.dumps(said).encode())


@given(st.binary(max_size=400) | SAID | st.just(b"[" * 10**6))
def test_whatever_a_child_says_is_a_page_or_no_picture(answer: bytes) -> None:
    """A child that a file has taken over can say what it likes, and no more than pixels come of it."""
    with pytest.raises(NoPicture):
        sheet_of(answer + b"\n" + bytes(7))


@pytest.mark.parametrize(
    "said",
    [
        {"mode": "RGB", "width": 4, "height": 3, "pages": 1, "points": [1, 1]},
        {"mode": "L", "width": 4, "height": 3, "pages": 1, "points": [1e400, 1]},
        {"mode": "L", "width": 4, "height": 3, "pages": 0, "points": [1, 1]},
        {"mode": "L", "width": -4, "height": -3, "pages": 1, "points": [1, 1]},
        {"mode": "CMYK", "width": 3, "height": 1, "pages": 1, "points": [1, 1]},
        {"mode": "L", "width": 4, "height": 3, "pages": 1, "points": []},
    ],
)
def test_pixels_that_do_not_add_up_are_no_picture(said: dict[str, object]) -> None:
    """Twelve bytes are four by three greys, and nothing else than what they were said to be."""
    right = {"mode": "L", "width": 4, "height": 3, "pages": 1, "points": [1, 1]}
    assert sheet_of(json.dumps(right).encode() + b"\n" + bytes(12)).image.size == (4, 3)

    with pytest.raises(NoPicture):
        sheet_of(json.dumps(said).encode() + b"\n" + bytes(12))
