"""Every kind of page magnified, spaced, in the reader's own colours, and at each stop of the keyboard."""

import re
from collections import defaultdict

import pytest
from playwright.sync_api import Browser, Page

from tests.cast import AMIRA, CLAIRE, DINA, FARIDA, RENEE, Character
from tests.journeys.examining import examine_focus, examine_layout, examiner
from tests.journeys.hands import STOPS
from tests.journeys.house import House
from tests.journeys.person import PROBES
from tests.journeys.walk import pages_in_brief, pages_of, routes_of
from tests.staged import Template

# Of each part that people have in a case, one; and whoever has come to the door.
LOOKING: tuple[Character | None, ...] = (None, CLAIRE, FARIDA, RENEE, AMIRA, DINA)
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


def pages(who: Character | None, full_case: Template) -> list[str]:
    """One page of each kind that this person is shown."""
    return pages_in_brief(who, full_case.ids) if who else pages_of(who, full_case.ids)


def test_text_can_be_enlarged_spaced_and_magnified(
    house: House, chromium: Browser, full_case: Template
) -> None:
    """WCAG 1.4.4, 1.4.10 and 1.4.12: nothing is cut off, nothing lies on something else.

    In French, whose words are longer.
    """
    wrong: list[str] = []
    for who in LOOKING:
        person = examiner(chromium, house, "fr")
        if who:
            person.comes(who)
        for path in pages(who, full_case):
            person.goes(path)
            wrong += [f"{who and who.name}, {path}: {one}" for one in examine_layout(person)]
            person.forgets_refusals()
        person.leaves()

    assert not wrong, "\n".join(wrong)


def test_the_focus_is_always_seen_and_nothing_moves(
    house: House, chromium: Browser, full_case: Template
) -> None:
    """WCAG 2.4.7, 2.4.11 and 1.4.11 at every stop, magnified, in the reader's own colours too."""
    wrong: list[str] = []
    for who in LOOKING:
        person = examiner(chromium, house, "en")
        if who:
            person.comes(who)
        for path in pages(who, full_case):
            person.goes(path)
            wrong += [f"{who and who.name}, {path}: {one}" for one in examine_focus(person)]
            person.forgets_refusals()
        person.leaves()

    assert not wrong, "\n".join(wrong)


def test_tab_comes_to_everything(house: House, chromium: Browser, full_case: Template) -> None:
    """WCAG 2.1.1, for whoever has no counsel: each link, field and button of each page, and out."""
    wrong: list[str] = []
    for who in (None, FARIDA, DINA):
        person = examiner(chromium, house, "en")
        if who:
            person.comes(who)
        for path in pages(who, full_case):
            person.goes(path)
            person.page.evaluate("probes.follow()")
            for _ in range(STOPS):
                person.page.keyboard.press("Tab")
                if person.page.evaluate("document.activeElement === document.body"):
                    break
            found: list[str] = person.page.evaluate("probes.unreached()")
            wrong += [f"{who and who.name}, {path}: {one}" for one in found]
            person.forgets_refusals()
        person.leaves()

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_two_kinds_of_page_have_one_title(
    house: House, chromium: Browser, full_case: Template, language: str
) -> None:
    """WCAG 2.4.2: whoever hears only the title knows which page this is."""
    alike: list[str] = []
    for who in (CLAIRE, FARIDA, RENEE):
        person = examiner(chromium, house, language).comes(who)
        titles: dict[str, set[str]] = defaultdict(set)
        for path, route in routes_of(who, full_case.ids):
            # Asked for and not drawn: the title is all that is looked at.
            answer = person.context.request.get(path)
            found = TITLE.search(answer.text())
            if answer.status == 200 and found:
                titles[found[1]].add(route)
        person.leaves()
        alike += [
            f"{who.name}: {title}: {sorted(of)}" for title, of in titles.items() if len(of) > 1
        ]

    assert not alike, "\n".join(alike)


def test_the_warning_at_the_top_covers_no_focus(house: House, chromium: Browser) -> None:
    """The box that asks "Are you still there?" stays in sight; what has the focus is not below it."""
    person = examiner(chromium, house, "en").comes(FARIDA)
    person.goes("/preferences")
    person.page.set_viewport_size({"width": 1180, "height": 700})
    person.page.evaluate("document.querySelector('.dossier-timeout').hidden = false")
    person.page.locator("main button").last.focus()

    for _ in range(25):
        person.page.keyboard.press("Shift+Tab")
        assert person.page.evaluate("probes.stop()") == []
    person.leaves()


# What each probe must find, in a page that has it.
FLAWS = {
    "wide": "<p style='width: 2000px; background: red'>x</p>",
    "clipped": "<p style='width: 60px; overflow: hidden; white-space: nowrap'>too long for it</p>",
    "overlapping": "<p style='margin: 0'>one</p><p style='margin: -18px 0 0'>two</p>",
    "focus": "<style>a:focus { outline: 0 }</style><a href='#x'>somewhere</a>",
    "voices": "<p role=status></p><p aria-live=polite></p>",
    "errors": "<p class='govuk-error-message' id='e'>No</p><input>",
    "motion": "<style>p { transition: all 2s }</style><p>moves</p>",
    "framed": "<a class='govuk-button' href='#x' style='border: 0'>press</a>",
}
COVERED = (
    "<div style='position: fixed; inset: 0; background: red; z-index: 9'></div><a href='#x'>x</a>"
)


@pytest.mark.parametrize("probe", FLAWS)
def test_a_flaw_is_found(chromium: Browser, probe: str) -> None:
    """No probe is blind: each finds what was planted for it, and nothing in a page without flaw."""
    page = open_page(chromium, FLAWS[probe])
    planted = page.evaluate(f"probes.{probe}()")
    page.close()
    sound = open_page(chromium, "<p role=status></p><p>Well.</p><a href='#x'>there</a>")

    assert planted
    assert sound.evaluate(f"probes.{probe}()") == []
    sound.close()


def test_what_is_covered_is_found(chromium: Browser) -> None:
    """A stop below a fixed box is no stop that anybody sees."""
    page = open_page(chromium, COVERED)

    assert any("covered" in one for one in page.evaluate("probes.focus()"))
    page.close()


def test_a_trap_is_found(chromium: Browser) -> None:
    """A field that does not let Tab go keeps its reader from all that follows."""
    page = open_page(chromium, "<input onkeydown='event.preventDefault()'><a href='#x'>after</a>")
    page.evaluate("probes.follow()")
    for _ in range(3):
        page.keyboard.press("Tab")

    assert [one for one in page.evaluate("probes.unreached()") if "after" in one]
    page.close()


def open_page(chromium: Browser, body: str) -> Page:
    """A page with this in it, and the probes."""
    page = chromium.new_page()
    page.set_content(f"<!DOCTYPE html><html lang='en'><body>{body}</body></html>")
    page.evaluate(PROBES)
    return page
