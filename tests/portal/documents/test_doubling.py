"""The same bytes twice: told with where and when it was filed, and never refused."""

from storage.database import Database
from tests.cast import AMIRA, CLAIRE, MARC, NOOR
from tests.conftest import Browser
from tests.portal.documents.answers import described_draft, papers_of
from tests.portal.documents.conftest import begin, describe, file, send
from tests.portal.documents.test_arriving import text_of
from tests.portal.documents.test_sealing import seal
from tests.samples import pdf


async def test_what_is_on_file_is_told_with_its_receipt(browser: Browser) -> None:
    """On the draft and on the check, with a link to the document; the button stays."""
    await browser.sign_in(CLAIRE)
    data = pdf()
    receipt = await file(browser, await described_draft(browser, "a.pdf", data=data))
    [filed] = await papers_of(browser.portal.database)

    await browser.sign_in(AMIRA)
    draft = await described_draft(browser, "again.pdf", data=data)
    shown = await browser.get(draft)
    check = await browser.get(f"{draft}/check")

    assert "On file already since" in text_of(shown.text)
    assert "again.pdf is on file already, to the last byte: received" in text_of(check.text)
    assert f"receipt {receipt}" in text_of(check.text)
    assert f'href="/documents/{filed.id}"' in check.text
    assert await file(browser, draft) != receipt


async def test_one_draft_that_holds_it_twice_is_told(browser: Browser) -> None:
    """A file that was chosen twice, under two names."""
    await browser.sign_in(CLAIRE)
    data, draft = pdf(), await begin(browser)
    for name in ("a.pdf", "copy of a.pdf"):
        await send(browser, draft, name, data)
    await describe(browser, draft)

    check = text_of((await browser.get(f"{draft}/check")).text)

    assert "copy of a.pdf and a.pdf are the same file, to the last byte." in check
    assert await file(browser, draft)


async def test_drafts_of_others_are_told_to_nobody(browser: Browser) -> None:
    """What Claire prepares is hers: Marc is not told that she has the same file."""
    data = pdf()
    await browser.sign_in(CLAIRE)
    await described_draft(browser, "a.pdf", data=data)
    await browser.sign_in(MARC)
    draft = await described_draft(browser, "m.pdf", data=data)

    assert "On file already" not in text_of((await browser.get(draft)).text)
    assert "on file already" not in text_of((await browser.get(f"{draft}/check")).text)


async def test_a_sealed_twin_is_told_to_nobody_else(browser: Browser, database: Database) -> None:
    """That the same bytes are sealed on the case would tell what the seal keeps."""
    data = pdf()
    await browser.sign_in(CLAIRE)
    await file(browser, await described_draft(browser, "a.pdf", data=data))
    [paper] = await papers_of(database, NOOR)
    await seal(browser, paper, CLAIRE)

    told = {}
    for person in (CLAIRE, MARC):
        await browser.sign_in(person)
        draft = await described_draft(browser, "again.pdf", data=data)
        told[person] = "is on file already" in text_of((await browser.get(f"{draft}/check")).text)

    assert told == {CLAIRE: True, MARC: False}
