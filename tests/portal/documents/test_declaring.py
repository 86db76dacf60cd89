"""What is said of a filing as a whole: a copy for the other party, why it is late, whose clock."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from portal.models import Case, Person
from portal.rules import rules
from storage.database import Database
from tests.cast import CLAIRE, FARIDA, MARC, NOOR, TORONTO
from tests.conftest import Browser
from tests.portal.approvals.putting import ask, let_prepare, prepare, press
from tests.portal.documents.answers import described_draft, move_hearing, say
from tests.portal.documents.conftest import acts, file, submissions
from tests.portal.documents.test_arriving import text_of

VANCOUVER = ZoneInfo("America/Vancouver")
SERVED = {
    "served_to": "Marc Dubois, Minister’s counsel",
    "served_how": "courier",
    "served_on-day": "20",
    "served_on-month": "11",
    "served_on-year": "2026",
}
NOT_SERVED = "You do not say how and when the other party was given a copy."
WHY = "The hospital sent the letter\nonly yesterday."


async def test_a_copy_is_asked_about_and_stated(browser: Browser) -> None:
    """To whom, how and when stand on the check, with the filing and on the receipt, for both sides."""
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")
    before = text_of((await browser.get(f"{draft}/check")).text)

    answer = await say(browser, draft, **SERVED)
    after = text_of((await browser.get(f"{draft}/check")).text)
    await file(browser, draft)
    await browser.sign_in(MARC)
    receipt = text_of((await browser.get(f"{draft}/receipt")).text)

    assert answer.headers["location"] == f"{draft}/check"
    assert NOT_SERVED in before
    assert NOT_SERVED not in after
    assert "Marc Dubois, Minister’s counsel · By courier · 20 November 2026" in after
    assert "Marc Dubois, Minister’s counsel · By courier" in receipt
    [filed] = await submissions(browser.portal.database)
    assert (filed.served_how, str(filed.served_on)) == ("courier", "2026-11-20")


async def test_a_document_that_proves_it_is_enough(browser: Browser) -> None:
    """Who files the proof is not asked to write it down as well."""
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")
    names = re.findall(r'name="(type-[^"]+)"', (await browser.get(draft)).text)
    await say(browser, draft, **dict.fromkeys(names, "proof_of_service"))

    assert NOT_SERVED not in text_of((await browser.get(f"{draft}/check")).text)


@pytest.mark.parametrize(("division", "asked"), [("rpd", True), ("rad", True), ("iad", False)])
async def test_it_is_asked_where_the_rules_ask(
    browser: Browser, database: Database, division: str, asked: bool
) -> None:
    """RPD and RAD Rules, r. 34; the other divisions' rules name no such statement."""
    async with database.system_transaction() as session:
        await session.execute(sa.update(Case).where(Case.id == NOOR).values(division=division))
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")

    page = text_of((await browser.get(draft)).text)
    check = text_of((await browser.get(f"{draft}/check")).text)

    assert ("Copy given to the other party" in page, NOT_SERVED in check) == (asked, asked)


async def test_a_mistake_in_an_answer_is_shown_and_the_files_are_kept(browser: Browser) -> None:
    """A day to come is refused at its field; nobody types the rest again."""
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")
    [document_id] = re.findall(r'name="type-([^"]+)"', (await browser.get(draft)).text)

    typed = {**SERVED, "served_on-year": "2099", f"type-{document_id}": "letter"}
    page = await say(browser, draft, **typed)

    assert page.status_code == 422
    assert "<title>Error:" in page.text
    assert 'href="#served_on-day"' in page.text
    assert "The day cannot be after today" in page.text
    assert 'value="2099"' in page.text
    assert '<option value="letter" selected>' in page.text
    [kept] = await submissions(browser.portal.database)
    assert kept.served_to is None


async def test_an_answer_is_taken_back_by_emptying_it(browser: Browser) -> None:
    """What the form shows and is empty was said to be nothing; what it does not show stays."""
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")
    await say(browser, draft, **SERVED)

    await say(browser, draft)
    [kept] = await submissions(browser.portal.database)
    emptied = dict.fromkeys(SERVED, "")
    await say(browser, draft, **emptied)

    assert kept.served_how == "courier"
    [left] = await submissions(browser.portal.database)
    assert (left.served_to, left.served_how, left.served_on) == (None, None, None)


async def test_what_is_late_is_asked_why_and_never_stopped(
    browser: Browser, database: Database
) -> None:
    """Without reasons it is warned about; with them the registry's receipt says them."""
    await move_hearing(database, days=2)
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")
    asked = text_of((await browser.get(draft)).text)
    before = text_of((await browser.get(f"{draft}/check")).text)

    await say(browser, draft, late_reasons=WHY.replace("\n", "\r\n"))
    after = text_of((await browser.get(f"{draft}/check")).text)
    await file(browser, draft)

    assert "Why does it come late?" in asked
    assert "You can still file." in asked
    assert "you give no reasons" in before
    assert "you give no reasons" not in after
    assert "The hospital sent the letter only yesterday." in after
    [filed] = await submissions(database)
    assert filed.late_reasons == WHY
    assert filed.judged is not None
    assert filed.judged["late"] is True
    assert "hospital" in (await browser.get(f"{draft}/receipt")).text
    assert all("hospital" not in str(facts) for facts in await acts(database, "submission.filed"))


async def test_late_without_reasons_is_filed(browser: Browser, database: Database) -> None:
    """A warning is all that a passed limit ever is."""
    await move_hearing(database, days=2)
    await browser.sign_in(CLAIRE)

    assert await file(browser, await described_draft(browser, "a.pdf"))


async def test_what_is_in_time_is_not_asked_why(browser: Browser) -> None:
    """Nobody gives reasons for what is not late."""
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")

    page = (await browser.get(draft)).text + (await browser.get(f"{draft}/check")).text

    assert "Why does it come late?" not in page
    assert "Why it is late" not in page


@pytest.mark.parametrize("changed", [SERVED, {"late_reasons": WHY}])
async def test_who_looked_before_an_answer_files_nothing(
    browser: Browser, changed: dict[str, str]
) -> None:
    """The fingerprint of what was seen covers every answer."""
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")
    seen = re.search(r'name="seen" value="(\w+)"', (await browser.get(f"{draft}/check")).text)
    assert seen is not None

    await say(browser, draft, **changed)
    pressed = await browser.post(f"{draft}/filing", data={"seen": seen[1]})

    assert pressed.status_code == 409
    assert (await submissions(browser.portal.database))[0].filed_at is None


async def test_the_limit_is_told_on_both_clocks(browser: Browser, database: Database) -> None:
    """The office's midnight is still evening in Vancouver, on draft, check and receipt."""
    async with database.system_transaction() as session:
        await session.execute(
            sa.update(Person).where(Person.id == CLAIRE.id).values(zone="America/Vancouver")
        )
    due = (datetime.now(TORONTO) + timedelta(days=2)).date()
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")

    pages = [text_of((await browser.get(path)).text) for path in (draft, f"{draft}/check")]
    await file(browser, draft)
    receipt = text_of((await browser.get(f"{draft}/receipt")).text)

    there = datetime.combine(due, time(23, 59), TORONTO).astimezone(VANCOUVER)
    theirs = f"By your clock that is {there:%-d %B %Y, %H:%M} Vancouver time."
    for page in pages:
        assert "23:59 Toronto time" in page
        assert theirs in page
    assert "Toronto time" in receipt
    assert "Vancouver time" in receipt


async def test_one_clock_is_told_once(browser: Browser) -> None:
    """Who lives by the office's clock is not told the same twice."""
    await browser.sign_in(FARIDA, language="en")
    draft = await described_draft(browser, "a.pdf")

    assert "By your clock" not in (await browser.get(draft)).text


async def test_answers_go_through_approval(browser: Browser, database: Database) -> None:
    """Jonas says how it was given; Claire sees it, and it is filed with his words."""
    await let_prepare(database)
    draft = await prepare(browser)
    await say(browser, draft, **SERVED)
    await ask(browser, draft)

    locked = await say(browser, draft, served_to="Nobody")
    await browser.sign_in(CLAIRE)
    check = text_of((await browser.get(f"{draft}/check")).text)
    await press(browser, f"{draft}/check", f"{draft}/filing")

    assert locked.headers["location"] == draft
    assert "By courier" in check
    [filed] = await submissions(database)
    assert (filed.filed_by, filed.served_how) == (CLAIRE.id, "courier")


def test_every_division_has_types_letters_and_means() -> None:
    """Each takes evidence, requests and letters, each in both languages."""
    for code, division in rules.divisions.items():
        codes = {kind.code for kind in rules.types_for(code)}
        assert codes >= {"affidavit", "translation", "proof_of_service", "application", "other"}
        assert set(division.exhibits) == {"person", "minister"}
    words = [*rules.document_types.values(), *rules.means.values()]
    assert all(one.name["en"] and one.name["fr"] for one in words)
    assert "basis_of_claim" in {kind.code for kind in rules.types_for("rpd")}
    assert "basis_of_claim" not in {kind.code for kind in rules.types_for("iad")}
