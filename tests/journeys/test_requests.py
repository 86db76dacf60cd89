"""Asking the registry, from the case page to the decision that is read: every kind, by people."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser

from tests.cast import FARIDA, NOOR, RENEE
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.portal.requests.asked import hearing_day, working_days
from tests.samples import pdf

WAYS = pytest.mark.parametrize(
    ("script", "width"), [(True, 1180), (False, 320)], ids=["with JavaScript", "phone, without"]
)
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])
CASE = f"/cases/{NOOR}"


def fills_day(person: Person, label: str, day: date) -> None:
    """Types a day into the three boxes below this question."""
    group = person.page.get_by_role("group", name=person.word(label), exact=True)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        person.fills(part, str(value), within=group)


def another_date(person: Person) -> None:
    """A hearing, reasons, and three working days after it."""
    day = person.house.do(_hearing_day(person.house))
    person.hands.ticks(person.page.get_by_role("radio").first)
    person.fills("Why can you not come on that date?", "J’ai un examen ce jour-là.")
    labels = ("First other date", "Second other date", "Third other date")
    for label, other in zip(labels, working_days(day, 3), strict=True):
        fills_day(person, label, other)


async def _hearing_day(house: House) -> date:
    async with house.portal.database.system_transaction() as session:
        return await hearing_day(session)


def another_place(person: Person) -> None:
    """A hearing, where instead, and why."""
    person.hands.ticks(person.page.get_by_role("radio").first)
    person.fills("Where should it be held?", "Ottawa")
    person.fills("Why should it be held there?", "I live there.")


def an_interpreter(person: Person) -> None:
    """For whom, and for which language."""
    person.hands.ticks(person.page.get_by_role("checkbox").first)
    person.fills("Language", "Dari")
    person.fills("Dialect", "Herati")


def more_time(person: Person) -> None:
    """For the claim form, two weeks more."""
    name = "Formulaire" if person.language == "fr" else "Basis of Claim Form"
    person.hands.ticks(person.page.get_by_label(name).first)
    last = date.today() + timedelta(days=30)  # noqa: DTZ011 - any day that is far enough
    fills_day(person, "Its last day, as you were told", last)
    fills_day(person, "Until when do you need?", last + timedelta(days=14))
    person.fills("Why do you need more time?", "The police have my papers.")


KINDS: dict[str, tuple[Callable[[Person], None], dict[str, str]]] = {
    "change_of_date": (another_date, {"en": "Another date or time", "fr": "Autre date ou heure"}),
    "change_of_location": (another_place, {"en": "Another place", "fr": "Autre lieu"}),
    "interpreter": (an_interpreter, {"en": "Interpreter", "fr": "Interprète"}),
    "extension": (more_time, {"en": "More time", "fr": "Prorogation"}),
}


def asks(person: Person, kind: str) -> None:
    """From the case page to the check of everything."""
    fills, name = KINDS[kind]
    person.goes(CASE)
    person.presses("Ask for something")
    person.fits()
    person.page.locator("main a", has_text=name[person.language]).first.click()
    person.fits()
    fills(person)
    person.presses("Continue")
    person.sees("Check your request, then send it")
    person.fits()


@WAYS
@LANGUAGES
@pytest.mark.parametrize("kind", KINDS)
def test_somebody_asks_and_the_registry_decides(
    house: House, chromium: Browser, *, script: bool, width: int, language: str, kind: str
) -> None:
    """Asked, checked, sent, receipted; refused with reasons; read by who asked."""
    how = Manners(language, script, width)
    farida = Person(chromium, house, how).comes(FARIDA)
    asks(farida, kind)
    farida.presses("Send the request")
    farida.sees("We have received your request")
    farida.sees("with the registry")
    farida.fits()
    there = farida.here

    officer = Person(chromium, house, how).comes(RENEE)
    officer.goes("/registry")
    officer.sees("Requests")
    officer.fits()
    officer.goes(f"{there}/decision")
    officer.fits()
    officer.chooses("Refuse it")
    officer.fills("Why, in English", "Not possible.")
    officer.fills("Why, in French", "Impossible.")
    officer.presses("Continue")
    officer.sees("Check the decision, then issue it")
    officer.sees("Who will receive this, and why")
    officer.fits()
    officer.presses("Decide, and issue the notice")
    officer.sees("Refused. Who asked is told by a notice, with your reason.")
    officer.leaves()

    farida.goes(there)
    farida.sees("What the registry decided")
    farida.sees("refused")
    farida.fits()
    farida.presses("Read the notice")
    farida.sees("Impossible." if language == "fr" else "Not possible.")
    farida.fits()
    farida.leaves()


@WAYS
@LANGUAGES
def test_an_answer_is_changed_and_papers_go_with_it(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """Back from the check to one answer; then a certificate is added, and both are sent at once."""
    farida = Person(chromium, house, Manners(language, script, width)).comes(FARIDA)
    asks(farida, "change_of_date")
    change = f"{farida.word('Change')} {farida.word('Why you cannot come')}"
    farida.page.get_by_role("button", name=change, exact=True).click()
    farida.fills("Why can you not come on that date?", "My operation is that day.")
    farida.presses("Continue")
    farida.sees("My operation is that day.")

    farida.presses("Add documents first")
    farida.sees("What you wrote is kept." if language == "en" else "Ce que vous avez écrit")
    name = f"certificate-{language}-{width}.pdf"
    farida.sends({name: pdf()})
    farida.sees(name)
    farida.fits()
    farida.page.locator("select[name^='type-']").first.select_option("other")
    farida.page.locator("button[name='then'][value='check']").first.click()
    farida.presses("Go on with your request")
    farida.sees("My operation is that day.")
    farida.sees(name)
    farida.fits()
    farida.presses_counted(
        "Send the request and one document", "Send the request and %(num)s documents", 1
    )
    farida.sees("We have received your request")
    farida.sees("Documents with it")
    farida.fits()
    farida.leaves()


@WAYS
@LANGUAGES
def test_a_request_is_withdrawn(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """By who asked, as long as nobody has decided."""
    farida = Person(chromium, house, Manners(language, script, width)).comes(FARIDA)
    asks(farida, "interpreter")
    farida.presses("Send the request")
    farida.presses("Withdraw this request")
    farida.fits()
    farida.presses("Withdraw it")
    farida.sees("The request is withdrawn. Nothing has changed on the case.")
    farida.leaves()


@WAYS
@LANGUAGES
def test_a_granted_date_leads_to_the_hearing(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """The officer sees what the rules say, grants one of the dates, and finds it in the form."""
    farida = Person(chromium, house, Manners(language, script, width)).comes(FARIDA)
    asks(farida, "change_of_date")
    farida.presses("Send the request")
    farida.sees("We have received your request")
    there = farida.here
    farida.leaves()
    officer = Person(chromium, house, Manners(language, script, width)).comes(RENEE)
    officer.goes(f"{there}/decision")
    officer.chooses("Grant it")
    officer.presses("Continue")
    officer.presses("Decide, and issue the notice")
    officer.sees("Granted. Who asked is told by a notice.")
    officer.fits()
    officer.presses("Move the hearing now")
    officer.sees("Move or change a hearing")
    officer.fits()
    officer.leaves()
