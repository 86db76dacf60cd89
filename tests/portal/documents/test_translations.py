"""Files that are neither in English nor in French: asked for, warned about, never stopped."""

import re

from storage.database import Database
from tests.cast import CLAIRE, FARIDA
from tests.conftest import Browser
from tests.portal.approvals.putting import ask, let_prepare, prepare, press
from tests.portal.documents.answers import described_draft, papers_of
from tests.portal.documents.conftest import documents, file
from tests.portal.documents.test_arriving import text_of

DECLARED = {
    "other_language": "Dari",
    "translator": "Parwin Azizi",
    "translated_on-day": "3",
    "translated_on-month": "11",
    "translated_on-year": "2026",
    "accurate": "y",
}
WARNING = "is neither in English nor in French, and its translation"


async def test_another_language_is_asked_about_and_told(browser: Browser) -> None:
    """From the draft to the page of the translation and back; the check has nothing to warn of."""
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "letter.pdf", "translation.pdf")
    letter, english = await papers_of(browser.portal.database)

    said = {f"type-{letter.id}": "medical", f"language-{letter.id}": "other"}
    on = await browser.post(
        f"{draft}/descriptions", data={**said, "then": f"translation-{letter.id}"}
    )
    page = await browser.get(on.headers["location"])
    before = await browser.get(f"{draft}/check")
    told = await browser.post(
        f"/documents/{letter.id}/translation",
        data={**DECLARED, "translation": str(english.id), "then": "check"},
    )
    after = await browser.get(told.headers["location"])

    assert on.headers["location"] == f"/documents/{letter.id}/translation"
    assert "Where is its translation into English or French?" in page.text
    assert "translation.pdf" in page.text
    assert WARNING in text_of(before.text)
    assert f"/documents/{letter.id}/translation?then=check" in before.text
    assert told.headers["location"] == f"{draft}/check"
    assert WARNING not in text_of(after.text)
    assert "Medical evidence · Dari · with the translator’s declaration" in text_of(after.text)


async def test_what_was_declared_is_kept_with_the_document(browser: Browser) -> None:
    """Name, language, day, accuracy and the file that holds it stand on the filed document."""
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "letter.pdf")
    [letter] = await documents(browser.portal.database)
    address = f"/documents/{letter.id}/translation"

    await browser.post(address, data={**DECLARED, "translation": str(letter.id)})
    await file(browser, draft)
    changed = await browser.post(address, data={**DECLARED, "translator": "Somebody Else"})

    [kept] = await documents(browser.portal.database)
    assert (kept.language, kept.other_language, kept.translator) == (
        "other",
        "Dari",
        "Parwin Azizi",
    )
    assert (str(kept.translated_on), kept.translation_accurate) == ("2026-11-03", True)
    assert kept.translation_id == letter.id
    assert changed.headers["location"] == draft
    assert "Dari" in (await browser.get(f"{draft}/receipt")).text


async def test_nothing_of_it_stops_a_filing(browser: Browser) -> None:
    """The warning says what the tribunal may do; the button stays, in French as well."""
    await browser.sign_in(FARIDA, language="fr")
    draft = await described_draft(browser, "lettre.pdf")
    [letter] = await documents(browser.portal.database)
    await browser.post(f"/documents/{letter.id}/translation", data={"other_language": "Dari"})

    page = await browser.get(f"{draft}/check")

    assert 'class="govuk-inset-text dossier-cautions"' in page.text
    assert await file(browser, draft)


async def test_a_translation_that_was_removed_is_none(browser: Browser) -> None:
    """The file that held it is taken out of the draft: the other needs one again."""
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "letter.pdf", "translation.pdf")
    letter, english = await papers_of(browser.portal.database)
    told = {**DECLARED, "translation": str(english.id)}
    await browser.post(f"/documents/{letter.id}/translation", data=told)

    await browser.post(f"/documents/{english.id}/removal")

    assert WARNING in text_of((await browser.get(f"{draft}/check")).text)
    [left] = await papers_of(browser.portal.database)
    assert left.translation_id is None


async def test_a_day_that_is_none_is_said_at_its_field(browser: Browser) -> None:
    """A day to come and a day that never was are mistakes; what was typed stays."""
    await browser.sign_in(CLAIRE)
    await described_draft(browser, "letter.pdf")
    [letter] = await documents(browser.portal.database)

    for day, sentence in (("31", "Enter a real date"), ("30", "The day cannot be after today")):
        month = {
            "translated_on-day": day,
            "translated_on-month": "11",
            "translated_on-year": "2099",
        }
        page = await browser.post(f"/documents/{letter.id}/translation", data={**DECLARED, **month})
        assert page.status_code == 422
        assert sentence in page.text
        assert 'value="Parwin Azizi"' in page.text
        assert 'href="#translated_on-day"' in page.text


async def test_a_file_of_another_draft_is_no_translation(browser: Browser) -> None:
    """Only what is in the same package can hold it."""
    await browser.sign_in(CLAIRE)
    await described_draft(browser, "elsewhere.pdf")
    [elsewhere] = await documents(browser.portal.database)
    await described_draft(browser, "letter.pdf")
    letter = (await documents(browser.portal.database))[-1]

    page = await browser.post(
        f"/documents/{letter.id}/translation", data={**DECLARED, "translation": str(elsewhere.id)}
    )

    assert page.status_code == 422
    assert (await documents(browser.portal.database))[-1].translation_id is None


async def test_who_looked_before_it_was_declared_files_nothing(browser: Browser) -> None:
    """The fingerprint of what was seen covers the declaration."""
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "letter.pdf")
    [letter] = await documents(browser.portal.database)
    seen = re.search(r'name="seen" value="(\w+)"', (await browser.get(f"{draft}/check")).text)
    assert seen is not None

    await browser.post(f"/documents/{letter.id}/translation", data=DECLARED)
    pressed = await browser.post(f"{draft}/filing", data={"seen": seen[1]})

    assert pressed.status_code == 409


async def test_a_declaration_goes_through_approval(browser: Browser, database: Database) -> None:
    """Jonas declares, Claire sees it on her check page; while it waits he changes nothing."""
    await let_prepare(database)
    draft = await prepare(browser)
    [letter] = await documents(database)
    address = f"/documents/{letter.id}/translation"
    await browser.post(address, data={**DECLARED, "translation": str(letter.id)})
    await ask(browser, draft)

    stays = await browser.get(address)
    refused = await browser.post(address, data={**DECLARED, "translator": "Somebody Else"})
    await browser.sign_in(CLAIRE)
    check = text_of((await browser.get(f"{draft}/check")).text)
    await press(browser, f"{draft}/check", f"{draft}/filing")

    assert stays.headers["location"] == refused.headers["location"] == draft
    assert "Dari · with the translator’s declaration" in check
    [kept] = await documents(database)
    assert kept.translator == "Parwin Azizi"
