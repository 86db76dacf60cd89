"""In which order a screen reader comes to what matters: read from Chromium's accessibility tree."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from portal.web.formatting import Formatting
from tests.cast import FARIDA, HEARING, NOOR, TORONTO
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.staged import FILED, Staged, Template

# As it is read: the role, then the words it begins with, in English for both languages.
FRAME = (
    "link Skip to main content",
    "button Leave this page quickly",
    "banner",
    "navigation Sections",
    "status",
)
FOOT = ("contentinfo", "link Help", "link Privacy", "link Accessibility")
READ: dict[str, tuple[str, ...]] = {
    "/cases/{noor}": (
        "main",
        "heading Your hearing is %(until)s",
        "region Hearing, %(day)s, %(time)s",
        "heading %(day)s, %(time)s",
        "link Join the hearing",
        "heading You must do this next",
        "heading What we received from you",
        "heading Letters from the tribunal",
        "heading Have this with you",
        "heading Who will be there",
        "heading Why can I see this?",
    ),
    "/notices": ("main", "heading Letters", "table Letters", "columnheader State", "rowheader"),
    "/notices/{letter}": (
        "navigation Back",
        "main",
        "heading",
        "term",
        "heading You must do this next",
        "button I received this",
        "heading What is recorded",
        "heading On paper",
    ),
    "/hearings": ("main", "heading My hearings", "region Hearing, %(day)s, %(time)s"),
    "/hearings/{hearing}": (
        "navigation Back",
        "main",
        "heading",
        "region Hearing, %(day)s, %(time)s",
        "link Join the hearing",
        "heading What to do",
        "listitem",
    ),
    "/cases/{noor}/requests/new?kind=contact_details": (
        "navigation Back",
        "main",
        "heading",
        "StaticText It holds from the moment you send it. Only the registry can see it. Nobody else in "
        "the case sees it. No page or paper of the case shows it.",
        "textbox Telephone number (leave it empty if it stays the same)",
        "textbox Number, street, apartment, or PO box",
        "textbox City",
        "textbox Postal code",
        "button Continue",
    ),
    "/submissions/{filed}/receipt": (
        "main",
        "heading Receipt",
        "term Received",
        "link Receipt as PDF",
        "table Documents",
    ),
    "/preferences": (
        "main",
        "heading How we reach you",
        "radio",
        "heading Language and time",
        "button Keep these preferences",
    ),
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", READ)
def test_what_matters_is_read_in_order(
    house: House, chromium: Browser, full_case: Template, path: str, language: str
) -> None:
    """The way past the sections, where one is, what it is about, what to do, then all the rest."""
    person = Person(chromium, house, Manners(language)).comes(FARIDA)
    person.goes(address(path, full_case.ids))

    lines = list(read(person))

    at = 0
    for step in (*FRAME, *READ[path], *FOOT):
        line = spoken(person, step)
        found = next((n for n, one in enumerate(lines[at:], at) if one.startswith(line)), None)
        assert found is not None, (
            f"{line!r} is not read after {lines[max(0, at - 1)]!r}: {lines[at:]}"
        )
        at = found + 1
    person.leaves()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_refused_form_is_read_from_what_is_wrong(
    house: House, chromium: Browser, language: str
) -> None:
    """The reader is put before the summary; each field that is wrong says so, and why."""
    person = Person(chromium, house, Manners(language)).comes(FARIDA)
    person.goes(f"/cases/{NOOR}/requests/new?kind=change_of_date")
    person.presses("Continue")
    expect(person.page.locator(".govuk-error-summary")).to_be_focused()
    person.forgets_refusals()

    known = {node["nodeId"]: node for node in told(person)}
    nodes = [node for node in known.values() if not node["ignored"]]
    alerts = [node for node in nodes if node["role"]["value"] == "alert"]
    wrong = [node for node in nodes if holds(node, "invalid") not in (None, "false")]

    assert [node["name"]["value"] for node in alerts if holds(node, "focused")] == [
        person.word("There is a problem")
    ]
    assert wrong
    assert [node["name"]["value"] for node in wrong if not why(node, known)] == []
    person.leaves()


def address(path: str, ids: Staged) -> str:
    """The address of a page of hers."""
    return path.format(noor=NOOR, letter=ids.faridas, hearing=HEARING, filed=FILED)


def spoken(person: Person, step: str) -> str:
    """A step in this person's language."""
    role, _, words = step.partition(" ")
    f = Formatting(person.language, "America/Toronto")
    today = datetime.now(TORONTO)
    day = today.date() + timedelta(days=12)
    at = datetime.combine(day, datetime.min.time(), TORONTO).replace(hour=9)
    facts = {
        "until": f.until(day, today.date()),
        "day": f.weekday(day),
        "time": f.spoken(at, "America/Toronto"),
    }
    return f"{role} {person.word(words, **facts) if words else ''}".rstrip()


def read(person: Person) -> Iterator[str]:
    """What is read, line by line."""
    for node in tree(person):
        name = node.get("name", {}).get("value", "")
        # GOV.UK's words for the ear alone begin with a space that does not break.
        yield f"{node['role']['value']} {name.lstrip(chr(160))}".rstrip()


def told(person: Person) -> list[dict[str, Any]]:
    """The whole accessibility tree, as Chromium keeps it."""
    wire: Any = person.context.new_cdp_session(person.page)
    return wire.send("Accessibility.getFullAXTree")["nodes"]


def tree(person: Person) -> list[dict[str, Any]]:
    """What is told to a screen reader, in its order; what is hidden from it left out."""
    nodes = told(person)
    known = {node["nodeId"]: node for node in nodes}
    found: list[dict[str, Any]] = []
    left = [nodes[0]["nodeId"]]
    while left:
        node = known[left.pop()]
        left += reversed([one for one in node.get("childIds", []) if one in known])
        if not node["ignored"]:
            found.append(node)
    return found


def why(node: dict[str, Any], known: dict[str, dict[str, Any]]) -> str:
    """What is said of a field beside its name: its own words, or those of the group it is in."""
    own = node.get("description", {}).get("value", "")
    above = known.get(node.get("parentId", ""))
    return own or (why(above, known) if above else "")


def holds(node: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - as the tree has it
    """A property of a node, if it has it."""
    return next(
        (one["value"]["value"] for one in node.get("properties", []) if one["name"] == name), None
    )
