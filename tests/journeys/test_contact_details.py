"""A new address: given, checked, in force; on the registry's page and on nobody else's."""

import pytest
from playwright.sync_api import Browser, expect

from tests.cast import MARC, RENEE
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.portal.counsel.family import gather

WAYS = pytest.mark.parametrize(
    ("script", "width"), [(True, 1180), (False, 320)], ids=["with JavaScript", "phone, without"]
)
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])
STREET = "9 Nightingale Lane"


@WAYS
@LANGUAGES
def test_a_claimant_gives_a_new_address(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """Typed, checked, recorded; the receipt does not show it, and the other side never sees it."""
    family = house.do(gather(house.portal, f"c{language}{width}", language))
    run = Manners(language, script, width)
    grace, officer, marc = (Person(chromium, house, run) for _ in range(3))
    grace.comes(family.claimant)

    gives(grace, family.path)
    expect(grace.page.locator("main")).to_contain_text(STREET)
    grace.sees(
        "It holds from the moment you send it. Only the registry can see it. Nobody else in the "
        "case sees it. No page or paper of the case shows it."
    )
    grace.presses("Record it")
    grace.sees("It is recorded. Letters go to the new address from now on.")
    expect(grace.page.locator("body")).not_to_contain_text(STREET)
    grace.fits()

    officer.comes(RENEE)
    officer.goes(f"{family.path}/addresses")
    expect(officer.page.locator("main")).to_contain_text(STREET)
    expect(officer.page.locator("main")).to_contain_text("705 555 0143")
    officer.fits()
    marc.comes(MARC)
    for path in (family.path, f"{family.path}/history"):
        marc.goes(path)
        expect(marc.page.locator("body")).not_to_contain_text(STREET)
    for one in (grace, officer, marc):
        one.leaves()


@WAYS
@LANGUAGES
def test_counsel_gives_the_address_of_a_child_without_an_account(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """Chosen by name; the registry reads by whom."""
    family = house.do(gather(house.portal, f"k{language}{width}", language))
    run = Manners(language, script, width)
    ines, officer = Person(chromium, house, run), Person(chromium, house, run)
    ines.comes(family.counsel)

    gives(ines, family.path, whose=family.child)
    ines.presses("Record it")
    ines.sees("It is recorded. Letters go to the new address from now on.")
    officer.comes(RENEE)
    officer.goes(f"{family.path}/addresses")
    officer.page.get_by_role("row").filter(has_text=family.child).get_by_role("link").click()
    expect(officer.page.locator("main")).to_contain_text(STREET)
    expect(officer.page.locator("main")).to_contain_text(family.counsel.name)
    officer.fits()
    ines.leaves()
    officer.leaves()


def gives(person: Person, case: str, *, whose: str = "") -> None:
    """Telephone and address, as far as the page that asks to check them."""
    person.goes(f"{case}/requests/new?kind=contact_details")
    person.fits()
    if whose:
        person.page.get_by_label(whose, exact=True).check()
    person.fills("Telephone number (leave it empty if it stays the same)", "705 555 0143")
    person.fills("Number, street, apartment, or PO box", STREET)
    person.fills("City", "Sudbury")
    person.picks("Province or territory", "ON")
    person.fills("Postal code", "p3e5j1")
    person.presses("Continue")
    person.fits()
