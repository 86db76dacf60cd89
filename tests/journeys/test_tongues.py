"""A claimant reads the hearing in a language of her own: accessible, narrow enough, turned round."""

import pytest
from playwright.sync_api import Browser, expect

from portal.locale.tongue import TONGUES
from tests.cast import CLAIRE, FARIDA, NOOR
from tests.journeys.examining import examine, examiner
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.staged import Template

CODES = sorted(TONGUES)
# Distances to the edges of what holds them: the text's start, the mark of what unfolds, a rule.
EDGES = """() => {
    const box = (part) => document.querySelector(part).getBoundingClientRect();
    const main = box("main"), inset = getComputedStyle(document.querySelector(".govuk-inset-text"));
    const summary = document.querySelector(".govuk-details__summary");
    const arrow = getComputedStyle(summary, "::before");
    const words = document.createRange();
    words.selectNodeContents(document.querySelector("main h1"));
    const text = words.getBoundingClientRect();
    return {
        left: Math.round(text.left - main.left),
        right: Math.round(main.right - text.right),
        rule: [inset.borderLeftWidth, inset.borderRightWidth],
        arrow: [arrow.left, arrow.right],
        points: [arrow.borderLeftWidth, arrow.borderRightWidth],
        mark: Math.round(box("header .dossier-header__mark").left),
    };
}"""
TURN = "() => { document.documentElement.dir = 'rtl'; }"


def reader(chromium: Browser, house: House, language: str = "en", *, script: bool = True) -> Person:
    """Farida at her browser."""
    return examiner(chromium, house, language, script=script).comes(FARIDA)


def of_test(full_case: Template) -> list[str]:
    """Pages of every kind: lists, a case, a form, a month, one with a way back."""
    assert full_case.ids
    return [f"/cases/{NOOR}", "/hearings", "/hearings/month", "/notices", "/preferences", "/help"]


@pytest.mark.parametrize("official", ["en", "fr"])
def test_pages_in_every_language_are_for_everybody(
    house: House, chromium: Browser, official: str
) -> None:
    """WCAG 2.2 AA, nothing wider than 320 pixels, the language and its direction said."""
    farida = reader(chromium, house, official)
    wrong: list[str] = []
    for code in CODES:
        for path in (f"/help/in/{code}", f"/cases/{NOOR}/in/{code}"):
            farida.goes(path)
            html = farida.page.locator("html")
            expect(html).to_have_attribute("lang", code)
            expect(html).to_have_attribute("dir", TONGUES[code].direction)
            expect(farida.page.locator("header")).to_be_visible()
            wrong += [f"{path}: {one}" for one in examine(farida)]
    farida.leaves()

    assert wrong == []


@pytest.mark.parametrize("official", ["en", "fr"])
def test_help_is_for_everybody(house: House, chromium: Browser, official: str) -> None:
    """The same for the page that names the languages, each in its own script."""
    farida = reader(chromium, house, official)
    farida.goes("/help")

    assert examine(farida) == []

    farida.leaves()


def test_arabic_is_turned_round_and_spanish_is_not(house: House, chromium: Browser) -> None:
    """Text, the rule beside a notice and the arrow stand on the other side; the official header not."""
    farida = reader(chromium, house)
    farida.goes(f"/cases/{NOOR}/in/es")
    spanish = farida.page.evaluate(EDGES)
    farida.goes(f"/cases/{NOOR}/in/ar")
    arabic = farida.page.evaluate(EDGES)
    farida.leaves()

    assert spanish["left"] == arabic["right"] == 0
    assert min(spanish["right"], arabic["left"]) > 200
    assert spanish["rule"] == arabic["rule"][::-1]
    assert spanish["arrow"][0] == arabic["arrow"][1] == "0px"
    assert spanish["points"] == arabic["points"][::-1]
    assert spanish["mark"] == arabic["mark"]


@pytest.mark.parametrize("width", [320, 1180])
def test_every_kind_of_page_can_be_turned_round(
    house: House, chromium: Browser, full_case: Template, width: int
) -> None:
    """A browser that translates into Arabic turns the page: nothing then runs out of it."""
    claire = Person(chromium, house, Manners(width=width)).comes(CLAIRE)
    for path in of_test(full_case):
        claire.goes(path)
        claire.page.evaluate(TURN)
        claire.fits()
        left = claire.page.evaluate("document.querySelector('main').getBoundingClientRect().left")
        assert left >= 0, path
    claire.leaves()


def test_the_way_there_needs_no_script(house: House, chromium: Browser) -> None:
    """From help to help in Tigrinya, and to the official page in French from there."""
    farida = reader(chromium, house, script=False)
    farida.goes("/help")
    farida.page.get_by_role("link", name="ትግርኛ", exact=True).click()
    expect(farida.page.locator("h1")).to_contain_text(TONGUES["ti"].phrases["help_title"].text)

    farida.page.locator(".govuk-inset-text").get_by_role("link", name="Français").click()

    assert farida.here == "/help"
    expect(farida.page.locator("html")).to_have_attribute("lang", "fr")
    farida.leaves()
