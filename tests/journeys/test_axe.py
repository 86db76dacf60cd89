"""Every page, as every role, in both languages: accessible, narrow enough, and without a complaint."""

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, expect

from bench.figures import record
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    CLAIRE_TO_JONAS,
    JONAS,
    LOUIS,
    NOOR,
    RENEE,
    Character,
)
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.journeys.roles import Counsel, Delegate, Officer
from tests.journeys.walk import BRIEFLY, WALKERS, pages_in_brief, pages_of
from tests.portal.delegations.lending import change
from tests.staged import APPROVAL, INVITATION, OFFER, PREPARED, STANDING, TEAM, Template

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASKED = {"runOnly": RULES, "resultTypes": ["violations"], "preload": False}
REPORT = """options => axe.run(options).then(found => found.violations.map(
    violation => `${violation.id}: ${violation.nodes.map(node => node.html.slice(0, 120)).join(" | ")}`
))"""
# What is wider than the page at 320 CSS pixels (WCAG 1.4.10), by its tag and class.
TOO_WIDE = """() => document.documentElement.scrollWidth <= 320 ? [] :
    [...document.querySelectorAll("body *")].filter(part => part.getBoundingClientRect().right > 320)
    .map(part => part.tagName + "." + part.className).slice(-3)"""
# Forms that say no to being sent as they are.
FORMS: tuple[tuple[Character | None, str], ...] = (
    (None, "/sign-in"),
    (None, f"/invitations/{INVITATION}"),
    (CLAIRE, "/delegations/new"),
    (CLAIRE, "/delegations/cover"),
    (CLAIRE, f"/delegations/{CLAIRE_TO_AMIRA}/change"),
    (CLAIRE, f"/approvals/{APPROVAL}/return"),
    (LOUIS, f"/delegations/{OFFER}"),
    (LOUIS, "/teams/new"),
    (AMIRA, f"/teams/{TEAM}"),
    (RENEE, "/registry/cases/new"),
    (RENEE, f"/cases/{NOOR}/people/new"),
    (RENEE, f"/cases/{NOOR}/hearings/new"),
    (RENEE, f"/cases/{NOOR}/notices/new?kind=general_letter"),
    (RENEE, f"/cases/{NOOR}/joinder"),
    (RENEE, "/registry/authority?case=nothing"),
    (RENEE, f"/standings/{STANDING}/ending"),
    (RENEE, f"/standings/{STANDING}/suspension"),
)


def test_every_page_is_for_everybody(house: House, chromium: Browser, full_case: Template) -> None:
    """WCAG 2.2 AA, no sideways scrolling at 320 pixels, nothing the policy forbids, no error."""
    wrong: list[str] = []
    seen = 0
    house.gets_mail(f"https://portal.example.org/invitations/{'x' * 60}")
    for language in ("en", "fr"):
        for who in (*WALKERS, *BRIEFLY):
            person = examiner(chromium, house, language)
            pages = pages_of(who, full_case.ids)
            if who:
                person.comes(who)
            if who in BRIEFLY:
                pages = pages_in_brief(who, full_case.ids)
            for path in pages:
                person.goes(path)
                found = examine(person)
                expect(person.page.locator("html")).to_have_attribute("lang", language)
                wrong += [f"{who and who.name}, {language}, {path}: {one}" for one in found]
                person.forgets_refusals()
            seen += len(pages)
            person.leaves()

    record("axe_pages", seen, limit=150, at_least=True, command="make test")
    record("axe_violations", len(wrong), limit=0, command="make test")
    assert wrong == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_form_says_what_is_wrong_to_everybody(
    house: House, chromium: Browser, language: str
) -> None:
    """A form sent as it is says so at the top, where the reader then is, and stays accessible."""
    for who, path in FORMS:
        person = examiner(chromium, house, language)
        if who:
            person.comes(who)
        person.goes(path)
        person.page.locator("main form[novalidate] button.govuk-button").last.click()

        expect(
            person.page.locator(".govuk-error-summary, .govuk-error-message").first
        ).to_be_visible()
        assert person.page.title().startswith(person.word("Error:"))
        summary = person.page.locator(".govuk-error-summary")
        if summary.count():
            expect(summary).to_be_focused()
        assert examine(person) == [], path
        person.forgets_refusals()
        person.leaves()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_on_the_way_is_for_everybody(
    house: House, chromium: Browser, language: str
) -> None:
    """Pages that only a press leads to: those that ask to check before anything is done."""
    day = (datetime.now(UTC) + timedelta(days=60)).date()
    officer = Officer(chromium, house, Manners(language))
    counsel = Counsel(chromium, house, Manners(language))
    for person in (officer, counsel):
        person.context.add_init_script(AXE_SCRIPT)
    officer.comes(RENEE)
    counsel.comes(CLAIRE)

    officer.describes_a_case("Yusuf Abdi", number="TC9-77777")
    assert examine(officer) == []
    officer.goes(f"/cases/{NOOR}")
    officer.names("new@example.org", role="Designated representative", name="Nadia Osei")
    assert examine(officer) == []
    officer.goes(f"/cases/{NOOR}")
    officer.proposes(day, time="13:30", link="https://video.example.org/1")
    assert examine(officer) == []
    counsel.proposes_to("new@example.org", rights=("Read documents and notices",))
    assert examine(counsel) == []
    officer.leaves()
    counsel.leaves()


@pytest.mark.parametrize(("language", "ends"), [("en", JONAS), ("fr", AMIRA)], ids=str)
def test_every_page_of_lending_is_for_everybody(
    house: House, chromium: Browser, language: str, ends: Character
) -> None:
    """What waits for a word, a review that is due, a question for whom, an ending and its proof."""
    counsel = Counsel(chromium, house, Manners(language))
    delegate = Delegate(chromium, house, Manners(language))
    for person in (counsel, delegate):
        person.context.add_init_script(AXE_SCRIPT)
    house.do(time_passes(house))
    counsel.comes(CLAIRE)
    delegate.comes(AMIRA)

    delegate.goes(f"/submissions/{PREPARED}")
    delegate.sees("Waiting for approval")
    assert examine(delegate) == []
    # Her page follows the draft, which is hers no longer once the loan has ended.
    delegate.leaves()
    counsel.goes("/delegations/review")
    counsel.sees("How narrow")
    assert examine(counsel) == []
    counsel.ends_everything_of(ends.name)
    counsel.sees("The entries that prove it")
    assert examine(counsel) == []
    counsel.leaves()


async def time_passes(house: House) -> None:
    """Claire lent this long ago, and nobody but her may file."""
    then = datetime.now(UTC) - timedelta(days=100)
    past = {"offered_at": then, "accepted_at": then, "last_used_at": datetime.now(UTC)}
    for key in (CLAIRE_TO_AMIRA, CLAIRE_TO_JONAS):
        await change(house.portal.database, key, **past)
    await change(house.portal.database, CLAIRE_TO_AMIRA, rights=["see", "read", "prepare"])


def examiner(chromium: Browser, house: House, language: str) -> Person:
    """A person whose pages can be asked what is wrong with them."""
    person = Person(chromium, house, Manners(language))
    person.context.add_init_script(AXE_SCRIPT)
    return person


def examine(person: Person) -> list[str]:
    """What is wrong with the page that is open."""
    page = person.page
    found: list[str] = page.evaluate(REPORT, ASKED)
    page.set_viewport_size({"width": 320, "height": 900})
    wide: list[str] = page.evaluate(TOO_WIDE)
    page.set_viewport_size({"width": 1180, "height": 900})
    return found + [f"too wide: {one}" for one in wide]
