"""The case as one PDF: every page numbered, and what has no pages told of in its place."""

import io
from typing import Any

import pikepdf
import pypdfium2  # no stubs: PdfDocument, its pages and its table of contents
import pytest
from PIL import Image

from portal.records import bundling
from portal.refusing import refusal_for
from storage.confinement import ChildUnavailable
from tests.cast import CLAIRE, FARIDA, NOOR
from tests.conftest import Browser
from tests.portal.documents.conftest import acts
from tests.portal.records.shelf import pages, shelve

BUNDLE = f"/cases/{NOOR}/copy.pdf"
WORD = "application/msword"


def said(data: bytes) -> list[str]:
    """What each page says, without line breaks."""
    pdf: Any = pypdfium2.PdfDocument(data)
    with pdf:
        texts = [page.get_textpage().get_text_range() for page in pdf]
    return [" ".join(text.split()) for text in texts]


def photograph() -> bytes:
    """A red one."""
    made = io.BytesIO()
    Image.new("RGB", (400, 300), (200, 0, 0)).save(made, "JPEG")
    return made.getvalue()


async def test_everything_with_pages_is_in_it_in_order(browser: Browser) -> None:
    """PDFs and photographs as pages; a recording and a damaged file have a page that says so."""
    await shelve(browser.portal, ("a.pdf", pages("first", "second")), title="Affidavit")
    await shelve(browser.portal, ("b.mp3", b"sound"), media_type="audio/mpeg", days=1)
    await shelve(browser.portal, ("c.pdf", b"%PDF-1.7 damaged"), title="Torn", days=2)
    await shelve(browser.portal, ("d.jpg", photograph()), media_type="image/jpeg", days=3)
    await shelve(browser.portal, ("e.pdf", pages("held")), state="held", days=4)
    await browser.sign_in(CLAIRE)

    answer = await browser.get(BUNDLE)
    texts = said(answer.content)

    assert answer.headers["content-type"] == "application/pdf"
    assert len(texts) == 1 + 2 + 1 + 1 + 1
    assert all(f"Page {number} of 6" in text for number, text in enumerate(texts, start=1))
    assert "Affidavit 5 Oct 2026 2–3" in texts[0]
    assert ["first" in texts[1], "second" in texts[2]] == [True, True]
    assert "no pages that could stand here" in texts[3]
    assert "could not be opened" in texts[4]
    assert "could not be opened" in texts[0]
    assert not any("held" in text for text in texts)
    taken = await acts(browser.portal.database, "case.taken")
    assert [(one["form"], one["documents"]) for one in taken] == [("pdf", 4)]
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert str(pdf.Root.PageMode) == "/UseOutlines"
        assert pdf.check_pdf_syntax() == []
        # It makes no claim that other people's pages would have to keep.
        assert "/Metadata" not in pdf.Root


async def test_exhibits_stand_in_the_order_of_their_numbers(browser: Browser) -> None:
    """C-2 before C-10, the Minister's after the claimant's, whenever they came in."""
    for days, exhibit in enumerate(("M-1", "C-10", "C-2")):
        await shelve(browser.portal, (f"{days}.pdf", pages(exhibit)), exhibit=exhibit, days=days)
    await shelve(browser.portal, ("old.pdf", pages("old")), days=9)
    await browser.sign_in(CLAIRE)

    answer = await browser.get(BUNDLE)
    names = (await browser.get(f"/cases/{NOOR}/copy.zip")).content.split(b"/")

    texts = said(answer.content)
    assert [text.split()[0] for text in texts[1:]] == ["old", "C-2", "C-10", "M-1"]
    with pikepdf.open(io.BytesIO(answer.content)) as pdf, pdf.open_outline() as outline:
        assert [one.title for one in outline.root][1:] == [
            "1. old.pdf", "C-2 2.pdf", "C-10 1.pdf", "M-1 0.pdf",
        ]  # fmt: skip
    assert any(name.startswith(b"C-10 1.pdf") for name in names)


async def test_it_speaks_the_readers_language(browser: Browser) -> None:
    """The number under each page too."""
    await shelve(browser.portal, ("a.pdf", pages("x")), title="طلب اللجوء ሰላም")
    await browser.sign_in(FARIDA, language="fr")

    texts = said((await browser.get(BUNDLE)).content)

    assert len(texts) == 2


async def test_the_same_case_is_the_same_pdf(browser: Browser) -> None:
    """Nothing in it depends on when it is made."""
    await shelve(browser.portal, ("a.pdf", pages("x")))
    await browser.sign_in(CLAIRE)

    assert (await browser.get(BUNDLE)).content == (await browser.get(BUNDLE)).content


async def test_an_empty_case_is_an_index(browser: Browser) -> None:
    """No document, one page."""
    await browser.sign_in(CLAIRE)

    texts = said((await browser.get(BUNDLE)).content)

    assert len(texts) == 1
    assert "Page 1 of 1" in texts[0]


async def test_what_is_too_large_for_one_pdf_is_offered_as_zip(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """413, on the page that has the other way."""
    monkeypatch.setattr(bundling, "LARGEST", 100)
    await shelve(browser.portal, ("a.pdf", pages("x")))
    await browser.sign_in(CLAIRE)

    answer = await browser.get(BUNDLE)

    assert answer.status_code == 413
    assert "too large for one PDF" in answer.text
    assert "copy.zip" in answer.text


async def test_wrong_bytes_in_the_store_are_never_bound(browser: Browser) -> None:
    """503 in plain words, and nothing of what lies there."""
    (document,) = await shelve(browser.portal, ("a.pdf", pages("right")))
    objects = browser.portal.settings.state / "objects" / "objects"
    (objects / document.object_key).write_bytes(pages("wrong"))
    await browser.sign_in(CLAIRE)

    answer = await browser.get(BUNDLE)

    assert answer.status_code == 503
    assert "try again" in answer.text


async def test_one_document_that_stops_the_child_costs_itself_alone(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What needs more time than there is has a page that says so; the others are bound."""
    monkeypatch.setattr(bundling, "SECONDS", 2.0)
    endless, paper = io.BytesIO(), pikepdf.new()
    for _ in range(60_000):
        paper.add_blank_page()
    paper.save(endless)
    await shelve(browser.portal, ("a.pdf", pages("sound")), ("b.pdf", endless.getvalue()))
    await browser.sign_in(CLAIRE)

    texts = said((await browser.get(BUNDLE)).content)

    assert len(texts) == 3
    assert "sound" in texts[1]
    assert "could not be opened" in texts[2]


def test_without_a_child_it_can_be_tried_again() -> None:
    """503, in words that say so."""
    refusal = refusal_for(ChildUnavailable("none"))

    assert (refusal.status, refusal.retry_after) == (503, 60)
