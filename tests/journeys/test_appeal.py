"""From the decision to the perfected appeal, by a claimant without counsel and by counsel."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Browser

from notices.kinds.decision import Decision
from tests.cast import FARIDA, LOUIS, RENEE, TORONTO, VICTOR
from tests.journeys.house import House
from tests.journeys.person import Manners
from tests.journeys.roles import Counsel, Officer
from tests.samples import pdf

WAYS = pytest.mark.parametrize(
    ("script", "width"), [(True, 1180), (False, 320)], ids=["with JavaScript", "phone, without"]
)


@WAYS
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("counselled", [False, True], ids=["claimant", "counsel"])
def test_a_decision_is_appealed(
    house: House, chromium: Browser, *, counselled: bool, script: bool, width: int, language: str
) -> None:
    """Told of the decision, one files the notice of appeal, acknowledges, and sends the record."""
    how = Manners(language, script, width)
    tag = f"{width}{language}{counselled:d}"
    appellant = LOUIS if counselled else FARIDA
    officer, person = Officer(chromium, house, how), Counsel(chromium, house, how)

    # The registry records the claim, and issues its decision.
    officer.comes(RENEE)
    case = officer.opens_a_case(f"Farida Noor {tag}", number=f"TC8-{tag}")
    claim = f"Farida Noor {tag} (TC8-{tag})"
    officer.adds(FARIDA.email, role="Party to the case", claim=claim)
    if counselled:
        officer.goes(case)
        officer.adds(LOUIS.email, role="Counsel of record")
    decides(officer, case, people=2 if counselled else 1)

    # The appellant sees until when, and files the notice of appeal.
    person.comes(appellant)
    person.goes(case)
    person.fits()
    person.presses("Appeal this decision")
    states(person, counselled=counselled)
    person.fits()
    person.presses("Continue")
    person.sees("Check the notice of appeal, then file it")
    person.fits()
    person.presses("File the notice of appeal")
    person.sees("We have received your notice of appeal")
    person.fits()
    assert re.search(r"A-\w{4}-\d\d", person.page.locator("main").inner_text())
    person.presses("Go to the case of the appeal")
    appeal = person.here
    person.sees("What belongs in the appellant’s record, in this order")
    person.fits()

    # It is acknowledged by the portal, and the acknowledgement by the appellant.
    acknowledges(person, house, language)
    sees_at_the_desk(officer, house, chromium, how, appeal)

    # The record comes in, and perfects the appeal.
    person.goes(appeal)
    person.presses("File documents" if counselled else "Send papers")
    person.sends_and_describes({"record.pdf": pdf()}, kind="appellants_record")
    person.fits()
    person.files(1)
    person.sees("Your appeal is perfected.")
    person.fits()
    person.goes(appeal)
    person.sees("Appeal perfected: the appellant’s record was received %(moment)s", moment="")
    person.fits()

    person.leaves()
    officer.leaves()


def decides(officer: Officer, case: str, *, people: int) -> None:
    """States the facts of a decision with its reasons, and issues it."""
    title = Decision.title
    officer.goes(case)
    officer.presses("Issue a notice")
    name = title.fr if officer.language == "fr" else title.en
    officer.page.get_by_role("link", name=name, exact=True).click()
    day = datetime.now(TORONTO).date()
    for part, number in (("day", day.day), ("month", day.month), ("year", day.year)):
        officer.page.locator(f"[name=decided-{part}]").fill(str(number))
    officer.page.locator("[name=outcome_en]").fill("Your claim is refused.")
    officer.page.locator("[name=outcome_fr]").fill("Votre demande est rejetée.")
    officer.page.locator("[name=reasons][value=in_case]").check()
    officer.presses("Look at the notice")
    officer.sees("Check the notice, then issue it")
    officer.issues(people=people)


def states(person: Counsel, *, counselled: bool) -> None:
    """Answers what the claim leaves open: the day of the reasons, counsel, contact details."""
    day = datetime.now(TORONTO).date()
    for part, number in (("day", day.day), ("month", day.month), ("year", day.year)):
        person.page.locator(f"[name=received_on-{part}]").fill(str(number))
    if counselled:
        person.chooses("Yes: I act in the appeal, and become counsel of record in it")
    person.chooses("Yes, they are up to date")


def acknowledges(person: Counsel, house: House, language: str) -> None:
    """Finds the newest acknowledgement among the notices, and says that it came."""
    wanted = "Nous avons reçu un appel" if language == "fr" else "We received an appeal"

    def come() -> bool:
        person.goes("/notices")
        return wanted in person.page.locator("main").inner_text()

    house.waits_for(come)
    person.page.get_by_role("link").filter(has_text=wanted).first.click()
    person.fits()
    person.acknowledges()


def sees_at_the_desk(
    officer: Officer, house: House, chromium: Browser, how: Manners, appeal: str
) -> None:
    """The registry of the claim owes its record; that of the appeal waits for the appellant's."""
    officer.goes("/registry")
    officer.sees("Records due to the Refugee Appeal Division")
    officer.fits()
    assert appeal not in officer.page.content()
    other = Officer(chromium, house, how)
    other.comes(VICTOR)
    other.goes("/registry")
    other.sees("Appeals that are not perfected yet")
    other.fits()
    assert appeal in other.page.content()
    other.leaves()
