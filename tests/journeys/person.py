"""Somebody at a browser: what people do and see on pages, in the words of their language."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    FilePayload,
    Locator,
    Page,
    expect,
)

from portal.web.language import say, translations
from tests.cast import PASSWORD, Character
from tests.journeys.hands import NO_MOUSE, Keyboard, Mouse
from tests.journeys.house import House

# The policy's own reports reach the console; this one says which directive, in one line.
LISTEN = """
document.addEventListener("securitypolicyviolation",
  (event) => console.error("forbidden by " + event.violatedDirective + ": " + event.blockedURI));
"""


NARROW = "document.body !== null && document.documentElement.scrollWidth <= innerWidth"
PROBES = (Path(__file__).parent / "probes.js").read_text()
REFUSED = re.compile(r"the server responded with a status of (401|403|404|409|410|422)")


@dataclass(frozen=True)
class Manners:
    """In which language, with JavaScript or without, on how wide a screen, without a mouse."""

    language: str = "en"
    script: bool = True
    width: int = 1180
    keyboard: bool = False


class Person:
    """One person, one browser, one language; says the English text and means its translation."""

    def __init__(self, browser: Browser, house: House, how: Manners = Manners()) -> None:
        """`how`: language, script and width of the browser."""
        self.house = house
        self.language = how.language
        self.script = how.script
        self.context: BrowserContext = browser.new_context(
            base_url=house.address,
            java_script_enabled=how.script,
            viewport={"width": how.width, "height": 900},
            locale=f"{how.language}-CA",
            accept_downloads=True,
        )
        self.context.set_default_timeout(30_000)
        self.context.add_cookies(
            [{"name": "language", "value": how.language, "url": house.address}]
        )
        self.context.add_init_script(LISTEN)
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.troubles.append(str(error.error)))
        self.context.on("request", lambda request: self.requests.append(request.url))
        if how.keyboard:
            for script in (NO_MOUSE, PROBES):
                self.context.add_init_script(script)
        self.page: Page = self.context.new_page()
        self.hands = Keyboard(self.page) if how.keyboard else Mouse()

    # Coming and going

    def comes(self, person: Character) -> Self:
        """Is signed in already, as after the right password."""
        name = self.house.portal.cookie("session")
        token = self.house.let_in(person)
        self.context.add_cookies([{"name": name, "value": token, "url": self.house.address}])
        return self

    def signs_in(self, email: str, password: str = PASSWORD) -> Self:
        """Types address and password."""
        self.goes("/sign-in")
        self.fills("E-mail address", email)
        self.fills("Password", password)
        self.presses("Sign in")
        return self

    def goes(self, path: str) -> None:
        """Types an address."""
        self.page.goto(path)

    def leaves(self) -> None:
        """Closes the browser; says what it complained about."""
        self.context.close()
        assert self.troubles == [], self.troubles
        here = urlsplit(self.house.address).netloc
        elsewhere = [url for url in self.requests if urlsplit(url).netloc not in {here, ""}]
        assert elsewhere == []

    # Doing

    def word(self, text: str, **facts: Any) -> str:
        """An English text in this person's language."""
        return say(self.language, text, **facts)

    def presses(self, text: str, *, within: Locator | None = None, **facts: Any) -> None:
        """Presses the button, or the link that looks like one."""
        self.hands.presses(self._one(within, ("button", "link"), self.word(text, **facts)))

    def presses_counted(self, one: str, many: str, number: int) -> None:
        """Presses the button that says how many."""
        text = translations(self.language).ngettext(one, many, number)
        self.hands.presses(
            self._one(None, ("button",), text % {"num": number} if "%" in text else text)
        )

    def follows(self, text: str, *, within: Locator | None = None, **facts: Any) -> None:
        """Follows the link."""
        self.hands.presses(self._one(within, ("link",), self.word(text, **facts)))

    def fills(self, label: str, value: str, *, within: Locator | None = None) -> None:
        """Types into the field."""
        self.hands.types((within or self.page).get_by_label(self.word(label), exact=True), value)

    def chooses(self, label: str, *, within: Locator | None = None) -> None:
        """Ticks the box or picks the radio."""
        self.hands.ticks((within or self.page).get_by_label(self.word(label), exact=True))

    def picks(self, label: str, value: str, *, within: Locator | None = None) -> None:
        """Picks from the list, by the value behind the words."""
        wanted = (within or self.page).get_by_label(self.word(label), exact=True)
        self.hands.picks(wanted, value)

    def sends(self, files: Mapping[str, bytes]) -> None:
        """Chooses files, and without JavaScript presses the button that sends them."""
        sent: list[FilePayload] = [
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
            for name, content in files.items()
        ]
        self.hands.hands_in(self.page.locator("#file"), sent)
        if not self.script:
            self.presses("Send the files")

    def _one(self, within: Locator | None, roles: tuple[Any, ...], name: str) -> Locator:
        place = within or self.page.locator("body")
        found = place.get_by_role(roles[0], name=name, exact=True)
        for role in roles[1:]:
            found = found.or_(place.get_by_role(role, name=name, exact=True))
        return found

    # Seeing

    @property
    def here(self) -> str:
        """The address of the page, without the house's own."""
        return urlsplit(self.page.url).path

    def sees(self, text: str, *, within: Locator | None = None, **facts: Any) -> None:
        """Sees this on the page, at once or soon."""
        place = within or self.page.locator("body")
        expect(place).to_contain_text(self.word(text, **facts), timeout=15_000)

    def sees_no(self, text: str, **facts: Any) -> None:
        """Does not see this."""
        expect(self.page.locator("body")).not_to_contain_text(self.word(text, **facts))

    def title(self) -> str:
        """The heading of the page."""
        return self.page.locator("h1").inner_text()

    def row(self, text: str) -> Locator:
        """The row of a table that holds this."""
        return self.page.get_by_role("row").filter(has_text=text)

    def fits(self) -> None:
        """Nothing is wider than the screen, on the page that is there or on its way."""
        # Asked again until it holds: between two pages there is no document to measure.
        for _ in range(50):
            with suppress(Error):
                if self.page.evaluate(NARROW):
                    return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{self.here} is wider than the screen")

    def refused(self, path: str, status: int) -> None:
        """Goes somewhere and is told no; the browser's own note of it is no trouble."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status
        self.forgets_refusals()

    def forgets_refusals(self) -> None:
        """The browser notes every page that says no; that it said no is no trouble."""
        self.troubles = [one for one in self.troubles if not REFUSED.search(one)]

    def finds_nothing_at(self, text: str) -> None:
        """Follows a link that was there a moment ago, to what is not there any more."""
        with self.page.expect_navigation() as going:
            self.follows(text)
        answer = going.value
        assert answer.status == 404
        self.sees("Page not found")
        self.forgets_refusals()

    def downloads(self, text: str, **facts: Any) -> bytes:
        """Presses the link and keeps what comes."""
        with self.page.expect_download() as coming:
            self.presses(text, **facts)
        return coming.value.path().read_bytes()

    def follows_until(self, text: str, *, within: str = "body", **facts: Any) -> None:
        """Watches the page change by itself; without JavaScript, loads it again now and then."""
        wanted = self.word(text, **facts)
        place = self.page.locator(within)
        if self.script:
            expect(place).to_contain_text(wanted, timeout=20_000)
            return
        for _ in range(40):
            if wanted in place.inner_text():
                return
            self.page.wait_for_timeout(250)
            self.page.reload()
        expect(place).to_contain_text(wanted)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(message.text)
