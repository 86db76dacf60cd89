"""Binding: every source page is in the bundle as it was, numbered beneath, whatever its source."""

import io
import json
from collections.abc import Sequence
from tempfile import TemporaryFile
from typing import Any

import pikepdf
import pypdfium2  # no stubs: PdfDocument, its pages and its table of contents
import pytest
from PIL import Image, ImageChops

from storage.confinement import confined
from tests.portal.records.shelf import pages

NUMBERING = "Page {page} of {total}"


def front(count: int = 1) -> bytes:
    """The pages before, as a typesetter makes them: tagged."""
    made, paper = io.BytesIO(), pikepdf.new()
    for _ in range(count):
        paper.add_blank_page(page_size=(612, 792))
    document = paper.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.Document, K=[])
    )
    tree = paper.make_indirect(pikepdf.Dictionary(Nums=[]))
    root = pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=[document], ParentTree=tree)
    paper.Root.StructTreeRoot = paper.make_indirect(root)
    paper.save(made)
    return made.getvalue()


def bound(
    *parts: bytes | None, counts: Sequence[int | None], slips: int = 0
) -> tuple[list[int | None], bytes]:
    """What the child answers; None is a part that has no pages."""
    with TemporaryFile() as spool:
        listed: list[dict[str, Any]] = []
        for number, (part, count) in enumerate(zip(parts, counts, strict=True)):
            at = spool.tell()
            spool.write(part or b"")
            listed.append(
                {"at": at, "size": len(part or b""), "pages": count, "title": f"Ü {number}"}
            )
        before = front(1 + slips)
        plan = {
            "front": [spool.tell(), len(before)],
            "parts": listed,
            "title": "Index",
            "numbering": NUMBERING,
        }
        spool.write(before)
        at, said = spool.tell(), json.dumps(plan).encode()
        spool.write(said)
        spool.flush()
        answer = confined(
            "bind", spool, arguments={"plan_at": at, "plan_size": len(said)}, most=10_000_000
        )
    found, _, pdf = answer.partition(b"\n")
    return json.loads(found), pdf


def opened(data: bytes) -> Any:  # noqa: ANN401 - without stubs
    """A PDF as a reader opens it."""
    return pypdfium2.PdfDocument(data)


def shown(data: bytes, page: int) -> Image.Image:
    """The page as a reader shows it, at one pixel a point."""
    with opened(data) as pdf:
        pdf.init_forms()
        return pdf[page].render().to_pil().convert("RGB")


def text(data: bytes, page: int) -> str:
    """What the page says."""
    with opened(data) as pdf:
        return pdf[page].get_textpage().get_text_range()


def alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether no pixel differs by more than smoothing does."""
    grey = ImageChops.difference(one, other).convert("L")
    return one.size == other.size and not any(grey.histogram()[40:])


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_is_not_drawn_over_and_its_number_stands_beneath(turned: int) -> None:
    """The sample has a bar along its lowest edge: all of it is there, however the page is turned."""
    source = pages("Affidavit", turned=turned)

    counts, pdf = bound(source, counts=[1])

    before, after = shown(source, 0), shown(pdf, 1)
    kept = after.crop((0, 0, before.width, before.height))
    strip = after.crop((0, before.height, after.width, after.height))
    assert counts == [1]
    assert after.width == before.width
    assert 10 < strip.height < 40
    assert alike(kept, before)
    assert strip.convert("L").getextrema()[0] < 128  # pyright: ignore[reportOperatorIssue]
    assert "Page 2 of 2" in text(pdf, 1)
    assert "Affidavit" in text(pdf, 1)


def test_pages_follow_in_order_with_bookmarks() -> None:
    """Numbers run on through all parts; each part has its bookmark, in any script."""
    counts, pdf = bound(pages("a", "b"), pages("c"), pages("d", "e"), counts=[2, 1, 2])

    with opened(pdf) as read:
        marks = [(one.get_title(), one.get_dest().get_index()) for one in read.get_toc()]
        assert len(read) == 6
    assert counts == [2, 1, 2]
    assert marks == [("Index", 0), ("Ü 0", 1), ("Ü 1", 3), ("Ü 2", 4)]
    said = [text(pdf, page) for page in range(1, 6)]
    assert [("abcde"[number] in one) for number, one in enumerate(said)] == [True] * 5
    assert all(f"Page {number} of 6" in one for number, one in enumerate(said, start=2))


def test_what_is_counted_wrong_is_said_before_anything_is_bound() -> None:
    """The index must be true: it is made again with what was found."""
    damaged = pages("x")[:200]

    assert bound(pages("a", "b"), damaged, counts=[1, 1]) == ([2, None], b"")


def test_a_damaged_part_has_its_page_where_it_would_stand() -> None:
    """Between the documents before and after it, not at the end."""
    counts, pdf = bound(pages("a"), None, b"%PDF-1.7 no", pages("d"), counts=[1, None, None, 1], slips=2)  # fmt: skip

    assert counts == [1, None, None, 1]
    assert ["a" in text(pdf, 1), text(pdf, 2), text(pdf, 3)] == [True, "", ""]
    assert "Page 5 of 5" in text(pdf, 4)


def test_a_content_that_cannot_be_unpacked_is_one_documents_trouble() -> None:
    """A page whose content comes in broken pieces makes that part a damaged one."""
    made, paper = io.BytesIO(), pikepdf.new()
    page = paper.add_blank_page()
    broken = pikepdf.Stream(paper, b"no such stream", Filter=pikepdf.Name.FlateDecode)
    page.obj.Contents = pikepdf.Array([paper.make_indirect(broken), paper.make_indirect(broken)])
    paper.save(made, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)

    counts, _ = bound(made.getvalue(), pages("b"), counts=[None, 1], slips=1)

    assert counts[1] == 1


def test_what_was_cut_away_does_not_come_back() -> None:
    """What lies outside the visible part of a page is not seen in the strip below either."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pages("secret"))) as paper:
        paper.pages[0].CropBox = pikepdf.Array([0, 650, 612, 792])
        paper.save(made)

    _, pdf = bound(made.getvalue(), counts=[1])

    after = shown(pdf, 1)
    above_the_number = after.crop((0, 142, after.width, 146))
    assert 150 < after.height < 170
    assert alike(above_the_number, Image.new("RGB", above_the_number.size, "white"))


def test_a_page_used_twice_is_numbered_twice() -> None:
    """Pages that share their content and resources do not share their number."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pages("same"))) as paper:
        paper.pages.append(paper.pages[0])
        paper.save(made)

    _, pdf = bound(made.getvalue(), counts=[2])

    assert "Page 2 of 3" in text(pdf, 1)
    assert "Page 3 of 3" in text(pdf, 2)
    assert "Page 2" not in text(pdf, 2)


def test_what_was_filled_into_a_form_is_seen() -> None:
    """A field's answer becomes part of its page: in the bundle there is no form."""
    made, paper = io.BytesIO(), pikepdf.new()
    page = paper.add_blank_page(page_size=(612, 792))
    drawn = pikepdf.Stream(paper, b"0 0 100 50 re f", Type=pikepdf.Name.XObject,
                           Subtype=pikepdf.Name.Form, BBox=[0, 0, 100, 50])  # fmt: skip
    field = paper.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, F=4,
            T="name", V="Amira", Rect=[100, 100, 200, 150],
            AP=pikepdf.Dictionary(N=paper.make_indirect(drawn)),
        )
    )  # fmt: skip
    page.Annots = pikepdf.Array([field])
    paper.Root.AcroForm = pikepdf.Dictionary(Fields=[field])
    paper.save(made)

    _, pdf = bound(made.getvalue(), counts=[1])

    assert shown(pdf, 1).getpixel((150, 792 - 125)) == (0, 0, 0)
    with pikepdf.open(io.BytesIO(pdf)) as read:
        assert "/AcroForm" not in read.Root


def test_every_page_has_a_tag() -> None:
    """Beside a tagged index, a page without a tag would not be read aloud."""
    _, pdf = bound(pages("a", "b"), counts=[2])

    with pikepdf.open(io.BytesIO(pdf)) as read:
        tree = read.Root.StructTreeRoot
        section = tree.K[0].K[0]
        numbers = pikepdf.NumberTree(tree.ParentTree)
        for page in list(read.pages)[1:]:
            element = numbers[int(page.obj.StructParents)][0]  # pyright: ignore[reportIndexIssue]
            assert element.Pg.objgen == page.obj.objgen
            assert b"/P <</MCID 0>> BDC" in page.Contents[0].read_bytes()  # pyright: ignore[reportIndexIssue]
        assert (str(section.S), len(section.K)) == ("/Sect", 2)
        assert read.check_pdf_syntax() == []
