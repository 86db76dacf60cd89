"""How somebody does things to a page: with a mouse, or by keyboard alone."""

from collections.abc import Sequence

from playwright.sync_api import FilePayload, Locator, Page

# Whoever uses no mouse has used none.
NO_MOUSE = """document.addEventListener("mousedown",
  (event) => console.error("a mouse was used on " + event.target.outerHTML), true);"""
HERE = "one => one === document.activeElement"
AMONG = "one => one.name === document.activeElement.name && document.activeElement.type === 'radio'"
STOP = "probes.stop()"
# More than any page has.
STOPS = 300


class Mouse:
    """Clicks; and does not mind where."""

    def presses(self, wanted: Locator) -> None:
        """A link, a button."""
        wanted.click()

    def types(self, wanted: Locator, text: str) -> None:
        """In place of what is there."""
        wanted.fill(text)

    def ticks(self, wanted: Locator) -> None:
        """A box, or one of several."""
        wanted.check()

    def picks(self, wanted: Locator, value: str) -> None:
        """One of a closed list."""
        wanted.select_option(value)

    def hands_in(self, wanted: Locator, files: Sequence[FilePayload]) -> None:
        """Files, through the dialog of the system."""
        wanted.set_input_files(files)


class Keyboard(Mouse):
    """Tab to what is wanted, each stop in sight, then the keys that it answers to."""

    def __init__(self, page: Page) -> None:
        """`page`: whose pages have the probes in them."""
        self._page = page
        # Whoever asks for the dialog only when Enter is pressed may be too late for it.
        page.on("filechooser", lambda _: None)

    def reaches(self, wanted: Locator, *, when: str = HERE) -> None:
        """Presses Tab until this has the focus; what has it on the way is seen and not covered."""
        wanted.scroll_into_view_if_needed()
        for _ in range(STOPS):
            if wanted.evaluate(when):
                return
            self._page.keyboard.press("Tab")
            assert self._page.evaluate(STOP) == [], self._page.url
        raise AssertionError(f"{wanted} cannot be reached on {self._page.url}")

    def presses(self, wanted: Locator) -> None:
        """A link, a button."""
        self.reaches(wanted)
        self._page.keyboard.press("Enter")

    def types(self, wanted: Locator, text: str) -> None:
        """In place of what is there."""
        self.reaches(wanted)
        self._page.keyboard.press("Control+A")
        self._page.keyboard.press("Delete")
        self._page.keyboard.type(text)

    def ticks(self, wanted: Locator) -> None:
        """A box by the space bar; one of several by the arrows, for Tab stops once for all of them."""
        if wanted.get_attribute("type") != "radio":
            self.reaches(wanted)
            if not wanted.is_checked():
                self._page.keyboard.press("Space")
            assert wanted.is_checked()
            return
        self.reaches(wanted, when=AMONG)
        self._page.keyboard.press("Space")
        for _ in range(STOPS):
            if wanted.is_checked():
                return
            self._page.keyboard.press("ArrowDown")
            assert self._page.evaluate(STOP) == [], self._page.url
        raise AssertionError(f"{wanted} cannot be chosen")

    def picks(self, wanted: Locator, value: str) -> None:
        """One of a closed list, by the arrows."""
        self.reaches(wanted)
        self._page.keyboard.press("Home")
        for _ in range(STOPS):
            if wanted.input_value() == value:
                return
            self._page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} cannot be picked")

    def hands_in(self, wanted: Locator, files: Sequence[FilePayload]) -> None:
        """The dialog has keys of its own."""
        self.reaches(wanted)
        with self._page.expect_file_chooser() as coming:
            self._page.keyboard.press("Enter")
        coming.value.set_files(files)
