"""What people type of themselves: the browser may help, and nothing must be remembered or copied."""

import pytest
from playwright.sync_api import Browser

from tests.cast import FARIDA, NOOR, PASSWORD, Character
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.staged import INVITATION

# WCAG 1.3.5: what a field is for, where it is about whoever fills it in.
PURPOSES: dict[tuple[Character | None, str], dict[str, str]] = {
    (None, "/sign-in"): {"email": "username", "password": "current-password"},
    (None, f"/invitations/{INVITATION}"): {
        "name": "name",
        "password": "new-password",
        "again": "new-password",
    },
    (FARIDA, f"/cases/{NOOR}/requests/new?kind=contact_details"): {
        "telephone": "tel",
        "country": "country",
        "street": "address-line1",
        "more": "address-line2",
        "city": "address-level2",
        "province": "address-level1",
        "postal_code": "postal-code",
    },
}


@pytest.mark.parametrize(("who", "path"), PURPOSES, ids=str)
def test_fields_say_what_they_are_for(
    house: House, chromium: Browser, who: Character | None, path: str
) -> None:
    """A browser, and what helps people to write, can fill in what it knows of its reader."""
    person = Person(chromium, house)
    if who:
        person.comes(who)
    person.goes(path)

    wanted = PURPOSES[who, path]
    found = {
        name: person.page.locator(f"main [name={name}]:not([type=hidden])").get_attribute(
            "autocomplete"
        )
        for name in wanted
    }

    assert found == wanted
    person.leaves()


@pytest.mark.parametrize(
    ("language", "other", "name"), [("en", "fr", "Français"), ("fr", "en", "English")]
)
def test_a_language_is_called_by_its_own_name(
    house: House, chromium: Browser, language: str, other: str, name: str
) -> None:
    """WCAG 3.1.2: the name of the other language is marked as being in it, and read as such."""
    person = Person(chromium, house, Manners(language)).comes(FARIDA)
    person.goes("/preferences")

    named = person.page.get_by_text(name, exact=True)

    assert named.count() == 2
    assert [one.get_attribute("lang") for one in named.all()] == [other, other]
    person.leaves()


def test_a_password_is_pasted(house: House, chromium: Browser) -> None:
    """WCAG 3.3.8: no memory and no copying by hand is asked for; Ctrl and V is enough."""
    person = Person(chromium, house, Manners(keyboard=True))
    keys = person.page.keyboard
    person.goes("/sign-in")
    # From a field that shows its text: what a password keeper puts on the clipboard.
    person.fills("E-mail address", PASSWORD)
    for key in ("Control+A", "Control+C"):
        keys.press(key)
    person.fills("E-mail address", FARIDA.email)
    keys.press("Tab")
    keys.press("Control+V")
    keys.press("Enter")

    person.page.wait_for_url(f"**/cases/{NOOR}")
    person.leaves()


def test_what_was_typed_is_not_asked_again(house: House, chromium: Browser) -> None:
    """WCAG 3.3.7: a form that is refused, and one that one comes back to, still hold every answer."""
    person = Person(chromium, house).comes(FARIDA)
    person.goes(f"/cases/{NOOR}/requests/new?kind=contact_details")
    person.fills("City", "Sudbury")
    person.fills("Telephone number (leave it empty if it stays the same)", "705 555 0143")
    person.presses("Continue")
    person.sees("There is a problem")
    person.forgets_refusals()

    assert person.page.get_by_label("City", exact=True).input_value() == "Sudbury"
    person.fills("Number, street, apartment, or PO box", "9 Nightingale Lane")
    person.picks("Province or territory", "ON")
    person.fills("Postal code", "p3e5j1")
    person.presses("Continue")
    change = person.page.get_by_role("button", name="Change").first
    change.click()
    assert person.page.get_by_label("City", exact=True).input_value() == "Sudbury"
    person.leaves()
