"""The main job from the first page to the last, in both languages, with JavaScript and without."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from portal.web.formatting import Formatting
from tests.cast import FARIDA, LOUIS, RENEE, SAM
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.journeys.roles import Counsel, Delegate, Officer
from tests.samples import EICAR, pdf

PASSWORD = "eleven green umbrellas dry slowly"
TORONTO = ZoneInfo("America/Toronto")
READS_AND_FILES = ("Read documents and notices", "Prepare documents", "File documents")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_case_is_worked_from_end_to_end(
    house: House, chromium: Browser, *, script: bool, language: str
) -> None:
    """Registry, counsel, delegate and claimant each do their part, and see what the others did."""
    run = Manners(language, script)
    tag = f"{language}{'js' if script else ''}"
    officer, counsel = Officer(chromium, house, run), Counsel(chromium, house, run)
    delegate, claimant = Delegate(chromium, house, run), Person(chromium, house, run)
    # Nobody is at two hearings at once: each run has a week of its own.
    weeks = 2 * script + (language == "fr")
    day = (datetime.now(TORONTO) + timedelta(days=45, weeks=weeks)).date()
    paper, nadia = pdf() + b"\n" * len(tag), f"nadia.{tag}@example.org"

    # The registry opens the case, and says who may see it.
    officer.signs_in(RENEE.email)
    case = officer.opens_a_case("Yusuf Abdi", number=f"TC9-{tag}")
    officer.adds(LOUIS.email, role="Counsel of record")
    officer.goes(case)
    officer.adds(FARIDA.email, role="Party to the case", claim=f"Yusuf Abdi (TC9-{tag})")
    officer.goes(case)
    number = officer.schedules(day, time="9:30", link="https://video.example.org/abdi", people=2)

    # Counsel lends access to somebody who has no account yet.
    counsel.signs_in(LOUIS.email)
    counsel.lends(nadia, rights=READS_AND_FILES)
    delegate.joins(the_link(house, nadia), name=f"Nadia Osei {tag}", password=PASSWORD)
    delegate.accepts()

    # The delegate files for counsel, and follows what becomes of it.
    delegate.begins_to_file(case)
    delegate.sees(LOUIS.name, within=delegate.page.locator(".dossier-acting"))
    delegate.sends_and_describes({"brief.pdf": paper, "notes.txt": EICAR}, kind="other")
    delegate.files(2)
    delegate.sees(LOUIS.name)
    delegate.sees(f"Nadia Osei {tag}")
    receipt = delegate.receipt()
    delegate.follows_until("Received and checked", within="#states")
    delegate.follows_until("Refused: a virus was found", within="#states")

    # The claimant finds the hearing first.
    claimant.signs_in(FARIDA.email)
    claimant.goes(case)
    reading = Formatting(language, "America/Toronto")
    claimant.sees(reading.weekday(day))
    assert claimant.title() == claimant.word(
        "Your hearing is %(until)s", until=reading.until(day, datetime.now(TORONTO).date())
    )

    # Counsel opens it and says so; the registry sees both.
    counsel.opens_the_notice(number)
    counsel.acknowledges()
    officer.goes(case)
    officer.sees("Acknowledged by %(name)s", name=LOUIS.name)

    # The clean paper comes back byte for byte; the other one to nobody.
    counsel.goes(case)
    counsel.follows("brief.pdf")
    assert counsel.downloads("Download, %(size)s", size=reading.size(len(paper))) == paper
    counsel.goes(case)
    counsel.follows("notes.txt")
    infected = f"{counsel.here}/file"
    for person in (counsel, delegate, claimant, officer):
        person.refused(infected, 403)
    Person(chromium, house, run).comes(SAM).refused(infected, 404)

    # What was lent ends, and the delegate's next click finds nothing.
    delegate.goes(case)
    counsel.ends_the_access_of(f"Nadia Osei {tag}")
    delegate.finds_nothing_at("brief.pdf")
    assert receipt

    for person in (officer, counsel, delegate, claimant):
        person.leaves()


def the_link(house: House, address: str) -> str:
    """The link of an invitation, from the only place that has it: the mail."""
    mails = house.waits_for(lambda: house.mails_to(address))
    found = re.search(r"(/invitations/\S+)", mails[-1])
    assert found
    return found[1]
