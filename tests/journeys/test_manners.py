"""How the portal behaves in a browser: by keyboard, at first sight, after the end of a session."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from bench.figures import record
from portal.models import SignedIn
from tests.cast import CLAIRE, FARIDA, LOUIS, NOOR, PASSWORD
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.journeys.roles import Filer
from tests.samples import pdf
from tests.staged import DRAFT, FILED, HELD

VISIBLE = """() => { const look = getComputedStyle(document.activeElement);
    return look.outlineStyle !== "none" || look.boxShadow !== "none" }"""


def test_signing_in_and_filing_need_no_mouse(house: House, chromium: Browser) -> None:
    """Tab reaches everything in order, each stop can be seen, Enter and letters do the rest."""
    person = Filer(chromium, house)
    keys = person.page.keyboard
    # Whoever asks for the dialog only when Enter is pressed may be too late for it.
    person.page.on("filechooser", lambda _: None)

    person.goes("/sign-in")
    keys.press("Tab")
    assert focused(person) == person.word("Skip to main content")
    tab_to(person, "#email")
    keys.type(FARIDA.email)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    person.page.wait_for_url(f"**/cases/{NOOR}")
    tab_to(person, "form[action$='/submissions'] button")
    keys.press("Enter")
    person.page.wait_for_url("**/submissions/*")
    tab_to(person, "#file")
    with person.page.expect_file_chooser() as choosing:
        keys.press("Enter")
    paper = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    choosing.value.set_files([paper])  # pyright: ignore[reportArgumentType]
    person.sees("letter.pdf", within=person.row("letter.pdf"))
    expect(person.row("letter.pdf").locator("select").first).to_be_visible()
    # The buttons follow the row by a tenth of a second: less than anybody's Tab, more than Playwright's.
    expect(person.page.locator("button[name=then][value=check]")).to_be_visible()
    tab_to(person, "select[name^=type-]")
    keys.type("Other")
    tab_to(person, "button[name=then][value=check]")
    keys.press("Enter")
    person.sees("Check before you file")
    tab_to(person, "form[action$='/filing'] button")
    keys.press("Enter")

    person.sees("We have received your documents")
    person.leaves()


def tab_to(person: Person, selector: str) -> None:
    """Presses Tab until this has the focus, which must be visible on the way."""
    for _ in range(40):
        person.page.keyboard.press("Tab")
        assert person.page.evaluate(VISIBLE), focused(person)
        if person.page.evaluate("one => document.activeElement.matches(one)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached")


@pytest.mark.parametrize(
    ("path", "selector"),
    [
        (f"/cases/{NOOR}", f"a[href='/documents/{HELD}']"),
        (f"/submissions/{FILED}/receipt", f"a[href='/documents/{HELD}']"),
        (f"/submissions/{DRAFT}", "button[name=then][value=check]"),
    ],
    ids=["case", "receipt", "draft"],
)
def test_a_page_that_follows_something_leaves_the_focus_alone(
    house: House, chromium: Browser, path: str, selector: str
) -> None:
    """Whoever is on a link by keyboard is still on it after the page has looked for news."""
    person = Person(chromium, house).comes(CLAIRE)
    person.goes(path)
    person.page.locator(selector).first.focus()

    for _ in range(2):
        with person.page.expect_response(re.compile("/(states|documents)$")) as news:
            pass
        assert news.value.ok
    person.page.wait_for_timeout(300)

    assert person.page.evaluate("one => document.activeElement.matches(one)", selector)
    person.leaves()


def focused(person: Person) -> str:
    """What has the focus, in its own words."""
    return person.page.evaluate("document.activeElement.innerText.trim()")


def test_the_first_view_is_light(house: House, chromium: Browser) -> None:
    """Sign-in, list and case arrive in at most 4 requests and 50 KB, with nothing kept before."""
    heaviest = 0.0
    for who, path in ((None, "/sign-in"), (CLAIRE, "/cases"), (CLAIRE, f"/cases/{NOOR}")):
        person = Person(chromium, house)
        if who:
            person.comes(who)
        size = transferred(person, path)
        asked = [url for url in person.requests if not url.startswith("data:")]

        assert len(asked) <= 4, asked
        assert size > 1000
        heaviest = max(heaviest, size / 1000)
        person.leaves()

    record("first_view_kb", heaviest, limit=50, command="make test")
    assert heaviest <= 50


def transferred(person: Person, path: str) -> float:
    """Bytes that come over the wire for a page, headers included, compressed as they come."""
    sizes: list[float] = []

    def note(event: dict[str, Any]) -> None:
        sizes.append(event["encodedDataLength"])

    wire: Any = person.context.new_cdp_session(person.page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", note)
    person.page.goto(path, wait_until="networkidle")
    return sum(sizes)


def test_back_after_signing_out_shows_nothing(house: House, chromium: Browser) -> None:
    """Whoever sits down at the same computer next sees no case."""
    person = Person(chromium, house).signs_in(CLAIRE.email)
    person.goes(f"/cases/{NOOR}")
    person.sees("Noor, F. and two children")
    person.presses("Sign out")
    person.sees("Sign in")

    for _ in range(2):
        person.page.go_back()
        person.sees_no("Noor, F. and two children")
        assert person.here == "/sign-in"
    person.leaves()


@pytest.mark.parametrize("how", [Manners("en"), Manners("fr", script=False)], ids=str)
def test_what_was_typed_outlives_the_session(house: House, chromium: Browser, how: Manners) -> None:
    """A form sent after the session's end waits behind the sign-in page, and is sent after it."""
    person = Person(chromium, house, how).comes(LOUIS)
    person.goes("/delegations/new")
    person.fills("E-mail address of the person", "late@example.org")
    person.chooses("All of my cases, now and later")
    person.fills("Why is it needed?", "I was away for a day")
    house.do(end_every_session(house))
    person.presses("Continue")

    person.sees(
        "You were signed out because nothing was done for a while. What you typed is kept on this "
        "page. Sign in, and you can send it."
    )
    person.fills("E-mail address", LOUIS.email)
    person.fills("Password", PASSWORD)
    person.presses("Sign in")
    person.sees("What you typed before you were signed out has not been sent yet. Send it now?")
    person.presses("Send it now")

    person.sees("late@example.org")
    person.sees("I was away for a day")
    person.forgets_refusals()
    person.leaves()


async def end_every_session(house: House) -> None:
    """What a day away does."""
    async with house.portal.database.system_transaction() as session:
        await session.execute(sa.update(SignedIn).values(ended_at=datetime.now(UTC)))


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_the_language_switch_stays_on_the_page(
    house: House, chromium: Browser, *, script: bool
) -> None:
    """One click, the same page in the other language, and the choice is kept."""
    person = Person(chromium, house, Manners("en", script=script)).comes(CLAIRE)
    person.goes(f"/cases/{NOOR}")
    person.page.get_by_role("link", name="Français", exact=True).click()
    assert person.here == f"/cases/{NOOR}"
    expect(person.page.locator("html")).to_have_attribute("lang", "fr")

    person.goes("/notices")
    expect(person.page.locator("html")).to_have_attribute("lang", "fr")
    person.leaves()
