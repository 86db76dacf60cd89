"""Safety of somebody in danger: leaving at once, Back afterwards, and what a shared phone keeps."""

import shutil
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from notices.postroom import Preference
from portal.models import SignedIn
from tests.cast import DINA, FARIDA, HEARING, NOOR, PASSWORD, Character
from tests.journeys.conftest import ARGUMENTS
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.journeys.walk import pages_in_brief
from tests.staged import CLEAN, Template

SECRET = "Noor, F. and two children"
# Whatever would leave something on the device complains, and complaints fail a journey.
KEEPS_NOTHING = """
for (const [owner, name] of [[Storage.prototype, "setItem"], [IDBFactory.prototype, "open"],
    [window.CacheStorage?.prototype ?? {}, "open"]]) {
  owner[name] = () => { console.error("kept on the device by " + name) };
}
"""
# Asks the browser's own cache, and nobody else, for an address.
KEPT = """address => fetch(address, { cache: "only-if-cached", mode: "same-origin" })
    .then(answer => answer.status, () => 0)"""
# What `only-if-cached` answers where nothing is kept, if it answers at all.
GATEWAY_TIMEOUT = 504
# Tells a page that came whole out of the browser's memory from one that was loaded.
REMEMBERED = """addEventListener("pageshow", event => {
    document.documentElement.dataset.remembered = event.persisted;
})"""
MANNERS = [
    Manners("en"),
    Manners("fr", width=320),
    Manners("en", script=False, width=320),
    Manners("fr", script=False),
]


@pytest.mark.parametrize("how", MANNERS, ids=str)
def test_one_press_leaves_and_back_shows_nothing(
    house: House, chromium: Browser, how: Manners
) -> None:
    """The page is gone at once, the session is over, and Back leads to no page of the case."""
    person = Person(chromium, house, how).comes(FARIDA)
    person.goes(f"/cases/{NOOR}")
    person.sees(SECRET)
    person.fits()
    person.presses("Leave this page quickly")

    person.page.wait_for_url("**/measures")
    assert person.title() == person.word("Measures")
    assert person.page.title() == person.word("Measures")
    assert open_sessions(house, FARIDA) == 0
    shows_nothing_on_the_way_back(person)
    person.leaves()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_three_presses_of_shift_leave(house: House, chromium: Browser, language: str) -> None:
    """Each is counted aloud; Shift for a capital letter or for another keyboard counts nothing."""
    person = Person(chromium, house, Manners(language)).comes(FARIDA)
    person.goes("/preferences")
    keys = person.page.keyboard
    person.page.locator("#second_address").focus()
    for _ in range(4):
        keys.press("Shift+A")
        keys.press("Alt+Shift")
    assert person.here == "/preferences"

    keys.press("Shift")
    keys.press("Shift")
    said = person.word("Shift, pressed {number} of 3 times. At 3 this page is left quickly.")
    expect(person.page.locator("#announce")).to_contain_text(said.replace("{number}", "2"))
    keys.press("Shift")

    person.page.wait_for_url("**/measures")
    assert open_sessions(house, FARIDA) == 0
    shows_nothing_on_the_way_back(person)
    person.leaves()


def test_the_screen_is_empty_before_anything_else_comes(house: House, chromium: Browser) -> None:
    """In the very moment of the press, whatever the line does: no text, no title, no mark."""
    person = Person(chromium, house).comes(FARIDA)
    person.goes(f"/cases/{NOOR}")

    left = person.page.evaluate(
        """() => { document.querySelector(".dossier-leave button").click();
        return [document.body.textContent, document.title, document.querySelector("link[rel=icon]")] }"""
    )

    assert left == ["Loading.", "Measures", None]
    person.page.wait_for_url("**/measures")
    person.leaves()


def test_the_way_out_hides_nothing_that_has_the_focus(house: House, chromium: Browser) -> None:
    """On a small phone every stop of Tab is clear of the bar that stays on top (WCAG 2.4.11)."""
    person = Person(chromium, house, Manners("en", width=320)).comes(FARIDA)
    person.page.set_viewport_size({"width": 320, "height": 500})
    person.goes(f"/cases/{NOOR}")
    keys = person.page.keyboard
    # Downwards first, then back up, where a bar on top hides what it is scrolled to.
    for key in ["Tab"] * 45 + ["Shift+Tab"] * 44:
        keys.press(key)
        hidden = person.page.evaluate(
            """() => { const one = document.activeElement, bar = document.querySelector(".dossier-leave");
            if (one === document.body || bar.contains(one)) return "";
            const box = one.getBoundingClientRect(), over = bar.getBoundingClientRect();
            const under = box.top >= over.top && box.bottom <= over.bottom;
            return box.height && under ? one.outerHTML : "" }"""
        )
        assert hidden == ""
    person.leaves()


# What the browser itself keeps


@pytest.fixture(scope="module", params=["remembering", "forgetting"])
def keeper(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Chromium with and without its memory of whole pages (bfcache), which Playwright turns off."""
    remembers = request.param == "remembering"
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"),
        args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"] if remembers else None,
    )
    yield browser
    browser.close()


@pytest.mark.parametrize("way", ["Sign out", "Leave this page quickly"])
@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_nothing_is_kept_after_the_way_out(
    house: House, keeper: Browser, way: str, *, script: bool
) -> None:
    """Pages, a PDF, a picture of one and a calendar file: none comes back, by Back or from a cache."""
    person = Person(keeper, house, Manners("en", script=script)).comes(FARIDA)
    addresses = (f"/cases/{NOOR}", f"/documents/{CLEAN}/file", f"/hearings/{HEARING}.ics")
    for address in addresses:
        answer = person.context.request.get(address)
        assert answer.ok, address
        assert answer.headers["cache-control"] == "no-store"
    for address in (f"/cases/{NOOR}", "/hearings", "/notices"):
        person.goes(address)
        if script:
            for each in addresses:
                person.page.evaluate("one => fetch(one).then(answer => answer.blob())", each)
    person.presses(way)
    person.page.wait_for_url("**/measures" if way.startswith("Leave") else "**/sign-in")

    shows_nothing_on_the_way_back(person)
    if script:
        person.goes("/measures")
        answers = {person.page.evaluate(KEPT, one) for one in addresses}
        assert answers <= {0, GATEWAY_TIMEOUT}
    person.context.close()


@pytest.mark.parametrize("ended", [False, True], ids=["signed in", "ended elsewhere"])
@pytest.mark.parametrize("keeper", ["remembering"], indirect=True)
def test_a_page_out_of_memory_is_shown_to_who_is_signed_in(
    house: House, keeper: Browser, *, ended: bool
) -> None:
    """Back does bring pages whole; nobody sees a name on one after the session has ended elsewhere."""
    person = Person(keeper, house)
    person.context.add_init_script(REMEMBERED)
    person.comes(FARIDA)
    person.goes(f"/cases/{NOOR}")
    person.goes("/hearings")
    if ended:
        end_sessions(house, FARIDA)
    person.page.go_back(wait_until="commit")

    if ended:
        watch(person.page)
        # Loaded, it would carry the way back to the case; this page was there, and asked.
        person.page.wait_for_url("**/sign-in")
    else:
        expect(person.page.locator("html")).to_have_attribute("data-remembered", "true")
        person.sees(SECRET)
    person.context.close()


def test_the_cache_check_can_fail(house: House, chromium: Browser) -> None:
    """What a browser does keep is found by the question that finds nothing of a case."""
    person = Person(chromium, house)
    person.goes("/help")
    kept = person.page.locator("link[rel=stylesheet]").get_attribute("href")

    assert person.page.evaluate(KEPT, kept) == 200
    person.leaves()


def shows_nothing_on_the_way_back(person: Person) -> None:
    """Back, as often as there is a page to go back to, and never a name."""
    for _ in range(4):
        person.page.go_back(wait_until="commit")
        watch(person.page)
        assert person.here in {"/sign-in", "/measures", "/", "blank"}, person.here


def watch(page: Page) -> None:
    """Look a few times: a page may be shown for a blink before it goes."""
    for _ in range(4):
        assert SECRET not in page.locator("body").inner_text()
        page.wait_for_timeout(50)


# The whole walk


@pytest.mark.parametrize("who", [FARIDA, DINA], ids=lambda one: one.name)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_page_leaves_anything_or_says_it_in_its_title(
    house: House, chromium: Browser, full_case: Template, who: Character, language: str
) -> None:
    """Over all pages: nothing stored, nobody else asked, and a neutral title on each if so chosen."""
    house.do(wants_neutral(house, who))
    person = Person(chromium, house, Manners(language)).comes(who)
    person.context.add_init_script(KEEPS_NOTHING)
    titles: set[str] = set()
    # The link of a reminder knows nobody: it works for who is signed out.
    for path in (one for one in pages_in_brief(who, full_case.ids) if "/reminders/" not in one):
        person.goes(path)
        titles.add(person.page.title())
        icon = person.page.locator("link[rel=icon]")
        assert icon.get_attribute("href") == "data:,", path
        person.forgets_refusals()

    assert titles == {person.word("Documents")}
    assert person.page.evaluate("localStorage.length + sessionStorage.length") == 0
    kept = {one.get("name"): one.get("expires") for one in person.context.cookies()}
    assert set(kept) <= {"language", house.portal.cookie("session"), house.portal.cookie("told")}
    assert kept[house.portal.cookie("session")] == -1
    person.leaves()


def test_the_stored_nothing_check_can_fail(house: House, chromium: Browser) -> None:
    """What the walk listens for is heard."""
    person = Person(chromium, house)
    person.context.add_init_script(KEEPS_NOTHING)
    person.goes("/help")
    person.page.evaluate("localStorage.setItem('draft', 'secret')")

    assert person.troubles == ["kept on the device by setItem"]
    person.context.close()


# Somebody else's phone


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_does_not_stay_on_a_shared_phone(
    house: House, chromium: Browser, language: str
) -> None:
    """Ten minutes without a touch: a warning, then nothing of the case is on the screen."""
    person = Person(chromium, house, Manners(language, width=320))
    person.page.clock.install()
    person.goes("/sign-in")
    person.fits()
    person.fills("E-mail address", FARIDA.email)
    person.fills("Password", PASSWORD)
    person.chooses("Other people use this phone or computer too")
    person.presses("Sign in")
    person.sees(SECRET)
    person.page.clock.fast_forward("08:00")
    person.sees("Are you still there?")
    house.do(ends_by_itself(house))
    person.page.clock.fast_forward("02:10")

    person.page.wait_for_url("**/sign-in")
    person.sees_no(SECRET)
    # A page that follows its documents was told that the session is over.
    person.forgets_refusals()
    # To a clock that jumps, the request on its way then has taken minutes.
    person.troubles = [one for one in person.troubles if "htmx:error: timeout" not in one]
    person.leaves()


def end_sessions(house: House, who: Character) -> None:
    """As from another device: this browser is told nothing."""

    async def end() -> None:
        async with house.portal.database.system_transaction() as session:
            of_who = sa.update(SignedIn).where(SignedIn.person_id == who.id)
            await session.execute(of_who.values(ended_at=sa.func.now()))

    house.do(end())


def open_sessions(house: House, person: Character) -> int:
    """How many of this person's are not over; waits a moment for what nobody waited for."""
    found = -1
    for _ in range(40):
        if not (found := house.do(_open(house, person))):
            return 0
        time.sleep(0.05)
    return found


async def _open(house: House, person: Character) -> int:
    asked = sa.select(sa.func.count()).select_from(SignedIn)
    async with house.portal.database.system_transaction() as session:
        found = asked.where(SignedIn.person_id == person.id, SignedIn.ended_at.is_(None))
        return await session.scalar(found) or 0


async def wants_neutral(house: House, person: Character) -> None:
    """As the page of preferences keeps it."""
    async with house.portal.database.system_transaction() as session:
        chosen = {"person_id": person.id, "neutral_since": sa.func.now()}
        await session.merge(Preference(person_id=person.id, reminders_stopped_at=None))
        await session.execute(
            sa.update(Preference).where(Preference.person_id == chosen["person_id"]).values(chosen)
        )


async def ends_by_itself(house: House) -> None:
    """What ten minutes do."""
    async with house.portal.database.system_transaction() as session:
        await session.execute(sa.update(SignedIn).values(ended_at=sa.func.now()))
