"""Counsel comes and goes: asks to be let go, is removed, becomes counsel; everybody is told."""

import pytest
from playwright.sync_api import Browser, expect

from tests.cast import MARC, RENEE
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.portal.counsel.family import Family, gather

WAYS = pytest.mark.parametrize(
    ("script", "width"), [(True, 1180), (False, 320)], ids=["with JavaScript", "phone, without"]
)
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])


@WAYS
@LANGUAGES
def test_the_client_removes_counsel(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """Two steps and a box, what ends and what stays; counsel is out, and reads one notice."""
    family = house.do(gather(house.portal, f"r{language}{width}", language))
    run = Manners(language, script, width)
    grace, ines, marc = (Person(chromium, house, run) for _ in range(3))
    grace.comes(family.claimant)

    grace.goes(f"{family.path}/requests/new?kind=counsel_removal")
    grace.sees("It takes effect the moment you send it. You need nobody’s permission.")
    grace.fits()
    grace.page.get_by_label(family.counsel.name, exact=True).check()
    grace.presses("Continue")
    grace.sees("Tick the box if this is what you want")
    grace.forgets_refusals()
    grace.chooses("I understand that it cannot be undone here")
    grace.presses("Continue")
    grace.sees("What stays")
    grace.sees("They come to you, and nobody answers them for you.")
    grace.fits()
    ines.comes(family.counsel)
    ines.goes(family.path)
    ines.sees(f"{family.claimant.name.split()[-1]}, G.")
    grace.presses("Remove counsel now")
    grace.sees("It is done: counsel no longer acts in this case, and can no longer see it here. "
               "Both of you get a notice that says so. Keep every date; you can choose new counsel "
               "at any time.")  # fmt: skip
    grace.fits()

    ines.refused(family.path, 404)
    reads_the_notice(house, ines)
    ines.sees(
        "You no longer act in this case. You can open what tells you so, and nothing else of it."
    )
    ines.fits()
    marc.comes(MARC)
    marc.goes(f"{family.path}/history")
    expect(marc.page.locator("main")).to_contain_text(family.counsel.name)
    marc.fits()
    for one in (grace, ines, marc):
        one.leaves()


@WAYS
@LANGUAGES
def test_counsel_asks_to_be_let_go(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """Counsel until it is granted; the registry grants it, and the client reads what to do."""
    family = house.do(gather(house.portal, f"w{language}{width}", language))
    run = Manners(language, script, width)
    ines, officer, grace = (Person(chromium, house, run) for _ in range(3))
    ines.comes(family.counsel)

    ines.goes(f"{family.path}/requests/new?kind=counsel_withdrawal")
    ines.chooses("My client and I agree that I withdraw")
    ines.fills("What the Division must know", "Another counsel takes over.")
    ines.presses("Continue")
    stays = (
        "Until this is granted you stay counsel of record: you keep every date, and you come to "
        "the hearing."
    )
    ines.sees(stays)
    ines.fits()
    ines.presses("Send the request")
    ines.sees(stays)
    request = ines.here
    ines.goes(family.path)
    ines.sees(f"{family.claimant.name.split()[-1]}, G.")

    officer.comes(RENEE)
    officer.goes(f"{request}/decision")
    officer.chooses("Grant it")
    officer.presses("Continue")
    officer.fits()
    officer.page.locator(f"form[action='{request}/decision'] button.govuk-button").first.click()
    officer.sees("Granted. Who asked is told by a notice.")

    ines.refused(family.path, 404)
    ines.goes("/notices")
    expect(ines.page.locator("main table a[href^='/notices/']")).to_have_count(2)
    grace.comes(family.claimant)
    reads_the_notice(house, grace)
    said = "lisez vous-même nos avis" if language == "fr" else "read our notices yourself"
    expect(grace.page.locator("main")).to_contain_text(said, ignore_case=True)
    grace.fits()
    for one in (ines, officer, grace):
        one.leaves()


@WAYS
@LANGUAGES
def test_somebody_becomes_counsel(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """Said without seeing anything, recorded in one press in place of the former, told to all."""
    family = house.do(gather(house.portal, f"b{language}{width}", language))
    run = Manners(language, script, width)
    omar, officer, ines = (Person(chromium, house, run) for _ in range(3))
    omar.comes(family.newcomer)

    omar.goes("/cases")
    omar.follows("You are counsel in a case that is not here? Tell the registry.")
    omar.fits()
    omar.follows("Tell us of another case")
    declares(omar, family)
    omar.fits()
    omar.presses("Send")
    omar.sees("Waits for the registry")
    omar.fits()
    omar.refused(family.path, 404)

    officer.comes(RENEE)
    officer.goes("/registry")
    officer.fits()
    row = officer.page.get_by_role("row").filter(has_text=family.newcomer.name)
    row.get_by_role("link", name=officer.word("Answer")).click()
    officer.sees("Counsel of record now")
    officer.fits()
    officer.page.get_by_label(family.counsel.name, exact=True).check()
    officer.presses("Record as counsel of record")
    officer.sees("%(name)s is counsel of record now. Everybody concerned is told.",
                 name=family.newcomer.name)  # fmt: skip

    omar.goes(family.path)
    omar.sees(f"{family.claimant.name.split()[-1]}, G.")
    omar.goes("/retainers")
    omar.sees("You were recorded as counsel")
    ines.comes(family.counsel)
    ines.refused(family.path, 404)
    reads_the_notice(house, ines)
    expect(ines.page.locator("main")).to_contain_text(family.newcomer.name)
    for one in (omar, officer, ines):
        one.leaves()


def declares(omar: Person, family: Family) -> None:
    """Which case, unpaid, for the whole of it, as far as the page that asks to check it."""
    omar.page.get_by_label("RPD" if omar.language == "en" else "SPR").or_(
        omar.page.locator("input[name=division][value=rpd]")
    ).first.check()
    omar.fills("File number", family.number)
    omar.fills("Your client’s family name", family.claimant.name.split()[-1])
    omar.page.locator("input[name=paid][value=no]").check()
    for label, part in (("day", "2"), ("month", "11"), ("year", "2026")):
        omar.page.locator(f"#signed-{label}").fill(part)
    omar.fits()
    omar.chooses("My client has chosen me as counsel, and what I say here is true")
    omar.presses("Continue")
    omar.sees("Check what you tell the registry")


def reads_the_notice(house: House, person: Person) -> None:
    """The newest in the inbox, which the portal places within seconds."""

    def placed() -> bool:
        person.goes("/notices")
        return person.page.locator("main table a[href^='/notices/']").count() > 0

    house.waits_for(placed)
    said = "conseil" if person.language == "fr" else "counsel"
    person.page.locator("main table a[href^='/notices/']").filter(has_text=said).first.click()
