"""What a browser without JavaScript does with a form: keep what is in it, and press a button."""

from html.parser import HTMLParser
from typing import Any

from httpx2 import Response

from tests.conftest import Browser


class Form:
    """One form of a page: where it goes and what it holds."""

    def __init__(self, action: str) -> None:
        """Empty, as it opens."""
        self.action = action
        self.values: dict[str, str] = {}
        self.buttons: list[dict[str, str | None]] = []

    def button(self, value: str) -> dict[str, str | None]:
        """The button that sends this value, or goes to this address."""
        return next(b for b in self.buttons if value in (b.get("value"), b.get("formaction")))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and given.get("method") == "post":
            self.forms.append(Form(given.get("action") or ""))
        elif self.forms:
            self._fill(tag, given)

    def _fill(self, tag: str, given: dict[str, str | None]) -> None:
        values, name = self.forms[-1].values, given.get("name") or ""
        if tag == "button":
            self.forms[-1].buttons.append(given)
        elif tag == "input" and given.get("type") in {"radio", "checkbox"}:
            if "checked" in given:
                values[name] = given.get("value") or "y"
        elif tag == "input":
            values[name] = given.get("value") or ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in given or self._select not in values):
            values[self._select] = given.get("value") or ""
        elif tag == "textarea":
            self._area = name
            values[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


def form_on(page: Response, action: str = "") -> Form:
    """The form of this page that goes to an address with this in it (else the last one)."""
    reader = _Reader()
    reader.feed(page.text)
    return next(form for form in reversed(reader.forms) if action in form.action)


async def press(
    browser: Browser, page: Response, button: str = "", *, action: str = "", **typed: Any
) -> Response:
    """Type into a form of the page and press one of its buttons, by its value or address."""
    form = form_on(page, action)
    sent = form.values | {name.replace("__", "-"): str(text) for name, text in typed.items()}
    target = form.action
    if button:
        pressed = form.button(button)
        target = pressed.get("formaction") or target
        if pressed.get("name"):
            sent[str(pressed["name"])] = pressed.get("value") or ""
    return await browser.post(target, data=sent)


async def arrive(browser: Browser, answer: Response) -> Response:
    """Follow the redirect that ends an act."""
    assert answer.status_code == 303, answer.text
    return await browser.get(answer.headers["location"])
