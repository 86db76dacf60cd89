"""A hearing is fixed, moved and called off: whoever must come is told each time, by the same press."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser

from portal.web.formatting import Formatting
from tests.cast import FARIDA, LOUIS, RENEE
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.journeys.roles import Counsel, Officer

TORONTO = ZoneInfo("America/Toronto")
MANNERS = [
    pytest.param(Manners("en", script=True, width=1180), id="en, with JavaScript"),
    pytest.param(Manners("fr", script=False, width=320), id="fr, phone, without"),
    pytest.param(Manners("en", script=False, width=320), id="en, phone, without"),
    pytest.param(Manners("fr", script=True, width=1180), id="fr, with JavaScript"),
]
WHY = {"en": "The member is ill.", "fr": "Le commissaire est malade."}


@pytest.mark.parametrize("how", MANNERS)
def test_who_must_come_is_told_each_time(house: House, chromium: Browser, how: Manners) -> None:
    """Officer, counsel and claimant: three acts, three notices, one hearing that follows."""
    officer, counsel = Officer(chromium, house, how), Counsel(chromium, house, how)
    claimant = Person(chromium, house, how)
    officer.comes(RENEE)
    counsel.comes(LOUIS)
    claimant.comes(FARIDA)
    tag = f"{how.language}{how.width}"
    day = (datetime.now(TORONTO) + timedelta(days=50, weeks=MANNERS_WEEKS[tag])).date()
    reading = Formatting(how.language, "America/Toronto")

    case = opens(officer, f"Yusuf Abdi {tag}", number=f"TC9-{tag}")
    first = officer.schedules(day, time="9:30", link="https://video.example.org/abdi", people=2)
    officer.sees("The hearing is fixed, and this notice of it is issued.")
    officer.fits()
    hearing = the_hearing(officer, case)
    reads(counsel, first, reading.weekday(day))
    assert calendar(claimant, hearing, "Add to my calendar (.ics)") == ("CONFIRMED", 0, "9:30")

    officer.goes(f"{hearing}/move")
    officer.fills("Time", "13:30")
    officer.says_why()
    officer.fits()
    officer.presses("Continue")
    officer.sees("Check the new date, then move the hearing")
    officer.fits()
    second = officer.does("Move the hearing", people=2)
    officer.sees("The hearing is moved, and this notice of it is issued.")
    reads(counsel, second, WHY[how.language])
    assert calendar(claimant, hearing, "Add to my calendar (.ics)") == ("CONFIRMED", 1, "13:30")

    prints(officer, day, f"TC9-{tag}")
    officer.goes(f"{hearing}/cancellation")
    officer.says_why()
    officer.fits()
    officer.presses("Continue")
    officer.sees("Check the notice, then cancel the hearing")
    officer.fits()
    third = officer.does("Cancel this hearing", people=2)
    officer.sees("The hearing is cancelled, and this notice of it is issued.")
    reads(counsel, third, WHY[how.language])
    claimant.goes(hearing)
    claimant.sees("This hearing was cancelled. You do not have to come.")
    gone = calendar(claimant, hearing, "Take it out of my calendar (.ics)")
    assert gone == ("CANCELLED", 2, "13:30")

    assert len({first, second, third}) == 3
    for person in (officer, counsel, claimant):
        person.leaves()


# Nobody is at two hearings at once: each run has a week of its own.
MANNERS_WEEKS = {"en1180": 0, "fr320": 1, "en320": 2, "fr1180": 3}


def opens(officer: Officer, name: str, *, number: str) -> str:
    """A case with counsel and a claimant who has an account."""
    case = officer.opens_a_case(name, number=number)
    officer.adds(LOUIS.email, role="Counsel of record")
    officer.goes(case)
    officer.adds(FARIDA.email, role="Party to the case", claim=f"{name} ({number})")
    officer.goes(case)
    return case


def the_hearing(officer: Officer, case: str) -> str:
    """The address of the hearing of this case."""
    officer.goes(case)
    move = officer.page.get_by_role("link", name=officer.word("Move this hearing"))
    found = re.match(r"(/hearings/[\w-]+)/move", str(move.first.get_attribute("href")))
    assert found
    return found[1]


def reads(counsel: Counsel, number: str, text: str) -> None:
    """Opens the notice, and finds this in it."""
    counsel.opens_the_notice(number)
    counsel.sees(text)
    counsel.fits()


def calendar(person: Person, hearing: str, link: str) -> tuple[str, int, str]:
    """What the file for a calendar says: whether it is on, which version, and the hour there."""
    person.goes(hearing)
    person.fits()
    (event,) = Calendar.from_ical(person.downloads(link)).events
    start: datetime = event.decoded("dtstart")
    local = start.astimezone(TORONTO)
    return str(event["status"]), event.decoded("sequence"), f"{local.hour}:{local:%M}"


def prints(officer: Officer, day: date, number: str) -> None:
    """Finds the hearing on the list of its day; on paper nothing but the list is left."""
    officer.goes(f"/registry/hearings?day-day={day.day}&day-month={day.month}&day-year={day.year}")
    officer.sees(number)
    officer.fits()
    officer.page.emulate_media(media="print")
    assert not officer.page.locator(".dossier-nav").is_visible()
    assert not officer.page.locator("form[action='/registry/hearings']").is_visible()
    assert officer.page.locator("h1").is_visible()
    officer.page.emulate_media(media="screen")
