"""Every form of the portal, sent empty: it says what is wrong to everybody, in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from starlette.routing import Route

from portal.app import routes
from tests.cast import AMIRA, CLAIRE, DINA, FARIDA, LOUIS, RENEE, Character
from tests.journeys.examining import examine, examiner
from tests.journeys.house import House, open_house
from tests.journeys.person import Person
from tests.journeys.walk import routes_of
from tests.servers import free_ports
from tests.staged import Template

WRITERS: tuple[Character | None, ...] = (None, FARIDA, CLAIRE, RENEE, LOUIS, AMIRA, DINA)
FORM = re.compile(r"<form(?=[^>]*\bnovalidate\b)(?=[^>]*method=\"post\")[^>]*>")
# What is asked by an address, and refused there.
ASKED: tuple[tuple[Character, str], ...] = ((RENEE, "/registry/authority?case=nothing"),)
# Sent empty, these do what they are for, or ask nothing that can be wrong.
NOTHING_WRONG = {
    "/documents/{document_id:uuid}/translation": "no translation is needed, then",
    "/join/address/{token}": "the link is the answer, and it is right",
}
EMPTY = """form => {
    for (const field of form.querySelectorAll("input:not([type=hidden]), textarea"))
        if (/radio|checkbox/.test(field.type)) field.checked = false; else field.value = "";
    for (const list of form.querySelectorAll("select:has(option[value=''])")) list.value = "";
}"""


@pytest.fixture
def lent(full_case: Template, clamd_socket: Path, tmp_path: Path) -> Iterator[House]:
    """A house of this test's own: some of what is sent empty is taken."""
    with (
        full_case.copied(tmp_path, port=free_ports(1)[0]) as portal,
        open_house(portal, clamd=clamd_socket) as house,
    ):
        yield house


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_form_says_what_is_wrong_to_everybody(
    lent: House, chromium: Browser, full_case: Template, language: str
) -> None:
    """At the top, where the reader then is, and beside the field; in words and for machines."""
    wrong: list[str] = []
    done: set[str] = set()
    taken: set[str] = set()
    for who in WRITERS:
        person = examiner(chromium, lent, language)
        if who:
            person.comes(who)
        for path, _ in list(routes_of(who, full_case.ids)):
            for form in forms_of(person, path):
                if form in done:
                    continue
                done.add(form)
                if not refused(person, path, form):
                    taken.add(form)
                    continue
                wrong += [f"{who and who.name}, {path}: {one}" for one in faults(person)]
        person.forgets_refusals()
        person.leaves()

    assert not wrong, "\n".join(wrong)
    assert taken == set(NOTHING_WRONG)
    assert len(done) > 30


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("who", "path"), ASKED, ids=str)
def test_an_address_that_asks_for_what_is_not_there_says_so(
    house: House, chromium: Browser, who: Character, path: str, language: str
) -> None:
    """As a form does that is sent."""
    person = examiner(chromium, house, language).comes(who)
    person.goes(path)

    assert faults(person) == []
    person.forgets_refusals()
    person.leaves()


def forms_of(person: Person, path: str) -> list[str]:
    """The forms with fields that a page holds, each by the route that takes it."""
    page = person.context.request.get(path).text()
    actions = [re.search(r'action="([^"?]*)', form) for form in FORM.findall(page)]
    return [taker(found[1] if found else path.partition("?")[0]) for found in actions]


def taker(path: str) -> str:
    """The route behind an address."""
    for route in routes():
        if (
            isinstance(route, Route)
            and "POST" in (route.methods or ())
            and route.path_regex.match(path)
        ):
            return route.path
    raise AssertionError(f"nothing takes {path}")


def refused(person: Person, path: str, route: str) -> bool:
    """Sends this form of the page without anything in it; whether that was refused."""
    person.goes(path)
    for form in person.page.locator("form[novalidate][method=post]").all():
        action = (form.get_attribute("action") or path).partition("?")[0]
        if taker(action) != route:
            continue
        form.evaluate(EMPTY)
        with person.page.expect_navigation() as going:
            form.locator("button.govuk-button").last.click()
        return going.value.status == 422
    raise AssertionError(f"{route} is not on {path}")


def faults(person: Person) -> list[str]:
    """What the refused form does not say, or does not say to everybody."""
    page = person.page
    expect(page.locator(".govuk-error-summary, .govuk-error-message").first).to_be_visible()
    found = examine(person)
    if not page.title().startswith(person.word("Error:")):
        found.append("the title does not begin with the error")
    summary = page.locator(".govuk-error-summary")
    if summary.count():
        expect(summary).to_be_focused()
    return found
