"""What is wrong with the page that is open: axe's rules, and what WCAG 2.2 asks beyond them."""

from collections.abc import Sequence
from typing import Any, TypeVar

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser

from tests.journeys.house import House
from tests.journeys.person import PROBES, Manners, Person

P = TypeVar("P", bound=Person)

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Good practice that the level does not ask for, and rules that axe still calls an experiment.
BESIDES = (
    "heading-order", "page-has-heading-one", "empty-heading", "landmark-one-main", "region",
    "landmark-unique", "landmark-no-duplicate-banner", "landmark-no-duplicate-contentinfo",
    "label-content-name-mismatch", "skip-link", "tabindex", "scope-attr-valid", "target-size",
)  # fmt: skip
ASKED = {
    "runOnly": RULES,
    "rules": {rule: {"enabled": True} for rule in BESIDES},
    "resultTypes": ["violations"],
    "preload": False,
}
REPORT = """options => axe.run(options).then(found => found.violations.map(
    violation => `${violation.id}: ${violation.nodes.map(node => node.html.slice(0, 120)).join(" | ")}`
))"""
ASK = "names => names.flatMap(name => probes[name]())"
SPACE = "wanted => probes.space(wanted)"
DESK, TABLET, PHONE = (1180, 900), (768, 900), (320, 900)
# 1280 by 1024 pixels, magnified four times.
MAGNIFIED = (320, 256)


def examiner(
    browser: Browser, house: House, language: str, kind: type[P] = Person, *, script: bool = True
) -> P:
    """A person whose pages can be asked what is wrong with them."""
    return examinable(kind(browser, house, Manners(language, script)))


def examinable(person: P) -> P:
    """The same person, with axe and the probes in every page to come."""
    for script in (AXE_SCRIPT, PROBES):
        person.context.add_init_script(script)
    return person


def examine(person: Person) -> list[str]:
    """By axe's rules, on a narrow screen, and what is said and moves."""
    found: list[str] = person.page.evaluate(REPORT, ASKED)
    return found + _asked(person, ["voices", "errors"]) + _asked(person, ["wide"], size=PHONE)


def examine_layout(person: Person) -> list[str]:
    """On a tablet; with text twice as large; with text that is spaced; magnified four times."""
    drawn = ["wide", "clipped", "overlapping"]
    found = [f"on a tablet: {one}" for one in _asked(person, drawn, size=TABLET)]
    wire: Any = person.context.new_cdp_session(person.page)
    # As the reader sets it in the browser: what a page sizes by its letters follows.
    wire.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    found += [f"twice as large: {one}" for one in _asked(person, drawn)]
    wire.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    wire.detach()
    person.page.evaluate(SPACE, True)
    for size in (DESK, PHONE):
        found += [f"spaced at {size[0]}: {one}" for one in _asked(person, drawn, size=size)]
    person.page.evaluate(SPACE, False)
    return found + [f"magnified: {one}" for one in _asked(person, drawn, size=MAGNIFIED)]


def examine_focus(person: Person) -> list[str]:
    """At every stop of the keyboard: in the page's colours and in the reader's, magnified."""
    page = person.page
    page.emulate_media(reduced_motion="reduce")
    found = _asked(person, ["focus", "motion"], size=MAGNIFIED)
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    forced = _asked(person, ["focus", "framed"])
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    return found + [f"in forced colours: {one}" for one in forced]


def _asked(person: Person, probes: Sequence[str], *, size: tuple[int, int] = DESK) -> list[str]:
    """What these probes say on a screen of this size."""
    if size == DESK:
        return person.page.evaluate(ASK, list(probes))
    person.page.set_viewport_size({"width": size[0], "height": size[1]})
    found: list[str] = person.page.evaluate(ASK, list(probes))
    person.page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    return found
