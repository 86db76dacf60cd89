"""Answering: Claire corrects, files, or sends back with a remark; so does who may file for her."""

from datetime import datetime
from pathlib import Path

import pytest

from storage.database import Database
from tests.cast import AMIRA, CLAIRE, FARIDA, JONAS, LOUIS, MARC, NOOR, RENEE, Character
from tests.conftest import Browser
from tests.notices.test_document import text_of as text_of_paper
from tests.portal.approvals.putting import (
    ask,
    let_prepare,
    outcomes,
    prepared_and_asked,
    press,
    rounds,
    send_back,
)
from tests.portal.documents.conftest import acts, documents, send, submissions
from tests.portal.documents.test_arriving import text_of
from tests.portal.registry.pressing import form_on
from tests.samples import pdf


@pytest.fixture
async def draft(browser: Browser, database: Database) -> str:
    """A draft of Jonas's that waits for Claire."""
    await let_prepare(database)
    return await prepared_and_asked(browser)


async def test_claire_files_what_jonas_prepared(
    browser: Browser, database: Database, draft: str
) -> None:
    """Her word is the filing: the receipt's time is hers, and it names both."""
    await browser.sign_in(CLAIRE)
    before = datetime.now().astimezone()

    filed = await press(browser, f"{draft}/check", f"{draft}/filing")

    receipt = text_of((await browser.get(filed.headers["location"])).text)
    assert "Filed by Claire Tremblay" in receipt
    assert "Prepared by Jonas Roy" in receipt
    [submission] = await submissions(database)
    assert submission.filed_at is not None
    assert submission.filed_at >= before
    assert (submission.filed_by, submission.delegation_id) == (CLAIRE.id, None)
    [approval] = await rounds(database)
    assert (approval.outcome, approval.answered_by_name) == ("filed", "Claire Tremblay")
    assert approval.answered_at == submission.filed_at
    [entry] = await acts(database, "submission.filed")
    assert entry["prepared_by"] == "Jonas Roy"


async def test_history_and_paper_name_both(browser: Browser, draft: str, tmp_path: Path) -> None:
    """The line on the case's page, and the receipt as a PDF."""
    await browser.sign_in(CLAIRE)
    await press(browser, f"{draft}/check", f"{draft}/filing")

    history = text_of((await browser.get(f"/cases/{NOOR}/history")).text)
    paper = await browser.get(f"{draft}/receipt.pdf")

    assert "Claire Tremblay filed one document that Jonas Roy had prepared" in history
    assert "Prepared by Jonas Roy" in text_of_paper(paper.content, tmp_path)


async def test_the_history_names_both_in_french(browser: Browser, draft: str) -> None:
    """The same line in the other language."""
    await browser.sign_in(CLAIRE, language="fr")
    await press(browser, f"{draft}/check", f"{draft}/filing")

    history = text_of((await browser.get(f"/cases/{NOOR}/history")).text)

    assert "Claire Tremblay a déposé un document préparé par Jonas Roy" in history


async def test_amira_files_for_claire_what_jonas_prepared(
    browser: Browser, database: Database, draft: str
) -> None:
    """Three people on one receipt: filed by Amira, for Claire, prepared by Jonas."""
    await browser.sign_in(AMIRA)

    filed = await press(browser, f"{draft}/check", f"{draft}/filing")

    receipt = text_of((await browser.get(filed.headers["location"])).text)
    history = text_of((await browser.get(f"/cases/{NOOR}/history")).text)
    assert "Filed by Amira Haddad for Claire Tremblay" in receipt
    assert "Prepared by Jonas Roy" in receipt
    assert (
        "Amira Haddad for Claire Tremblay filed one document that Jonas Roy had prepared" in history
    )
    assert await outcomes(database) == ["filed"]


async def test_claire_corrects_it_while_it_waits(
    browser: Browser, database: Database, draft: str
) -> None:
    """The page says who prepared it; she adds a file and files both; it waited all the time."""
    await browser.sign_in(CLAIRE)
    page = text_of((await browser.get(draft)).text)

    added = await send(browser, draft, "translation.pdf", pdf())
    form = form_on(await browser.get(draft), f"{draft}/descriptions")
    new = (await documents(database))[-1]
    said = {**form.values, f"type-{new.id}": "other", "then": "check"}
    await browser.post(form.action, data=said)

    assert "Jonas Roy prepared this and has waited for your approval since" in page
    assert added.status_code == 200
    assert await outcomes(database) == [None]
    filed = await press(browser, f"{draft}/check", f"{draft}/filing")
    assert filed.status_code == 303
    [entry] = await acts(database, "submission.filed")
    assert entry["documents"] == 2


async def test_claire_sends_it_back_and_jonas_sends_it_again(
    browser: Browser, database: Database, draft: str
) -> None:
    """He reads her remark on his cases, on the case and on the draft, corrects, and asks anew."""
    await browser.sign_in(CLAIRE)
    sent = await send_back(browser, database, "Page 3 is missing.\nPlease <add> it.")
    told = text_of((await browser.get(sent.headers["location"])).text)

    await browser.sign_in(JONAS)
    cases = text_of((await browser.get("/cases")).text)
    case = text_of((await browser.get(f"/cases/{NOOR}")).text)
    page = text_of((await browser.get(draft)).text)
    added = await send(browser, draft, "page 3.pdf", pdf())
    await press(browser, draft, f"{draft}/descriptions", all="other", then="check")
    again = await ask(browser, draft)
    waiting = text_of((await browser.get(draft)).text)

    assert "Sent back to Jonas Roy with your remark." in told
    assert "Correct what Claire Tremblay sent back to you in Noor, F. and two children" in cases
    assert "Claire Tremblay sent your draft back Page 3 is missing. Please &lt;add&gt; it." in case
    assert "Claire Tremblay sent this back to you: Page 3 is missing." in page
    assert (added.status_code, again.status_code) == (200, 303)
    assert await outcomes(database) == ["returned", None]
    assert "Claire Tremblay sent it back: Page 3 is missing." in waiting
    assert waiting.count("Jonas Roy sent it to Claire Tremblay for approval") == 2


async def test_all_rounds_stay_readable_for_claire(
    browser: Browser, database: Database, draft: str
) -> None:
    """What she said the first time stands below what came the second time."""
    await browser.sign_in(AMIRA)
    await send_back(browser, database, "Page 3 is missing.")
    await browser.sign_in(JONAS)
    await ask(browser, draft)
    await browser.sign_in(CLAIRE)

    page = text_of((await browser.get(draft)).text)

    assert "Amira Haddad sent it back: Page 3 is missing." in page
    assert "Correct what" not in text_of((await browser.get("/cases")).text)


async def test_a_remark_is_needed_and_not_too_long(
    browser: Browser, database: Database, draft: str
) -> None:
    """Neither nothing nor a novel: the page comes back with what was typed, and nothing happens."""
    await browser.sign_in(CLAIRE)

    nothing = await send_back(browser, database, "  \n ")
    novel = await send_back(browser, database, "a" * 1001)
    enough = await send_back(browser, database, "é" * 1000)

    assert (nothing.status_code, novel.status_code, enough.status_code) == (422, 422, 303)
    assert "Say what is to be changed" in nothing.text
    assert "Write at most 1,000 characters" in novel.text
    assert "a" * 1001 in novel.text
    assert await outcomes(database) == ["returned"]


async def test_what_was_answered_is_not_answered_again(
    browser: Browser, database: Database, draft: str
) -> None:
    """Taken back or filed meanwhile: the old page's button changes nothing and says so."""
    [asked] = await rounds(database)
    address = f"/approvals/{asked.id}/return"
    await browser.sign_in(CLAIRE)
    form = form_on(await browser.get(address), address)
    await browser.sign_in(JONAS)
    await press(browser, draft, f"/approvals/{asked.id}/withdrawal")
    await browser.sign_in(CLAIRE)

    late = await browser.post(address, data={**form.values, "remark": "Too late"})
    again = await browser.get(address)

    said = text_of((await browser.get(late.headers["location"])).text)
    assert "This draft does not wait for approval any more, so nothing was changed." in said
    assert again.headers["location"] == draft
    assert await outcomes(database) == ["taken_back"]
    await press(browser, f"{draft}/check", f"{draft}/filing")
    filed = await browser.post(address, data={**form.values, "remark": "Too late"})
    assert filed.headers["location"] == draft
    assert await outcomes(database) == ["taken_back"]


async def test_filing_closes_no_round_that_was_answered(
    browser: Browser, database: Database, draft: str
) -> None:
    """Claire sent it back and then files it herself: the round stays what it was."""
    await browser.sign_in(CLAIRE)
    await send_back(browser, database, "I do it myself.")

    await press(browser, f"{draft}/check", f"{draft}/filing")

    assert await outcomes(database) == ["returned"]
    [entry] = await acts(database, "submission.filed")
    assert entry["prepared_by"] == "Jonas Roy"


async def test_jonas_files_himself_once_he_may(
    browser: Browser, database: Database, draft: str
) -> None:
    """Claire lends him `file` meanwhile: that is filing, and nobody but he is named."""
    await let_prepare(database, rights=("file",))
    await browser.sign_in(JONAS)
    check = await browser.get(f"{draft}/check")

    filed = await press(browser, f"{draft}/check", f"{draft}/filing")

    assert "/return" not in check.text
    receipt = text_of((await browser.get(filed.headers["location"])).text)
    assert "Filed by Jonas Roy for Claire Tremblay" in receipt
    assert "Prepared by" not in receipt
    [approval] = await rounds(database)
    assert (approval.outcome, approval.answered_by) == ("filed", JONAS.id)


@pytest.mark.parametrize("person", [JONAS, FARIDA, MARC, LOUIS, RENEE], ids=lambda one: one.name)
async def test_nobody_else_answers(
    browser: Browser, database: Database, draft: str, person: Character
) -> None:
    """Not who asked, not the claimant, not the other side, not strangers, not the registry."""
    [asked] = await rounds(database)
    address = f"/approvals/{asked.id}/return"
    await browser.sign_in(person)

    seen = await browser.get(address)
    done = await browser.post(address, data={"remark": "No"})

    expected = 403 if person is JONAS else 404
    assert (seen.status_code, done.status_code) == (expected, expected)
    assert await outcomes(database) == [None]
    assert (await browser.get(draft)).status_code == (200 if person is JONAS else 404)
