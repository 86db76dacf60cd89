"""Every page, as every role, in both languages: accessible, narrow enough, and without a complaint."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from bench.figures import record
from portal.models import Hearing
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    CLAIRE_TO_JONAS,
    HEARING,
    JONAS,
    NOOR,
    RENEE,
    Character,
)
from tests.journeys.examining import examine, examiner
from tests.journeys.house import House
from tests.journeys.roles import Counsel, Delegate, Officer
from tests.journeys.walk import BRIEFLY, WALKERS, pages_in_brief, pages_of, spoken_on
from tests.portal.delegations.lending import change
from tests.staged import PREPARED, Template


def test_every_page_is_for_everybody(house: House, chromium: Browser, full_case: Template) -> None:
    """WCAG 2.2 AA, no sideways scrolling at 320 pixels, nothing the policy forbids, no error."""
    wrong: list[str] = []
    seen = 0
    house.gets_mail(f"https://portal.example.org/invitations/{'x' * 60}")
    for language in ("en", "fr"):
        for who in (*WALKERS, *BRIEFLY):
            person = examiner(chromium, house, language)
            pages = pages_of(who, full_case.ids)
            if who:
                person.comes(who)
            if who in BRIEFLY:
                pages = pages_in_brief(who, full_case.ids)
            for path in pages:
                person.goes(path)
                found = examine(person)
                expect(person.page.locator("html")).to_have_attribute(
                    "lang", spoken_on(path, language)
                )
                wrong += [f"{who and who.name}, {language}, {path}: {one}" for one in found]
                person.forgets_refusals()
            seen += len(pages)
            person.leaves()

    record("axe_pages", seen, limit=150, at_least=True, command="make test")
    record("axe_violations", len(wrong), limit=0, command="make test")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_on_the_way_is_for_everybody(
    house: House, chromium: Browser, language: str
) -> None:
    """Pages that only a press leads to: those that ask to check before anything is done."""
    day = (datetime.now(UTC) + timedelta(days=60)).date()
    officer = examiner(chromium, house, language, Officer)
    counsel = examiner(chromium, house, language, Counsel)
    officer.comes(RENEE)
    counsel.comes(CLAIRE)

    officer.describes_a_case("Yusuf Abdi", number="TC9-77777")
    assert examine(officer) == []
    officer.goes(f"/cases/{NOOR}")
    officer.names("new@example.org", role="Designated representative", name="Nadia Osei")
    assert examine(officer) == []
    officer.goes(f"/cases/{NOOR}")
    officer.proposes(day, time="13:30", link="https://video.example.org/1")
    assert examine(officer) == []
    officer.goes(f"/hearings/{HEARING}/move")
    officer.fills("Time", "13:30")
    officer.presses("Continue")
    officer.sees("Check the new date, then move the hearing")
    assert examine(officer) == []
    officer.goes(f"/hearings/{HEARING}/cancellation")
    officer.says_why()
    officer.presses("Continue")
    officer.sees("Check the notice, then cancel the hearing")
    assert examine(officer) == []
    officer.goes(f"/registry/hearings?{list_of(house)}")
    officer.sees("Noor, F. and two children")
    assert examine(officer) == []
    counsel.proposes_to("new@example.org", rights=("Read documents and notices",))
    assert examine(counsel) == []
    officer.leaves()
    counsel.leaves()


@pytest.mark.parametrize(("language", "ends"), [("en", JONAS), ("fr", AMIRA)], ids=str)
def test_every_page_of_lending_is_for_everybody(
    house: House, chromium: Browser, language: str, ends: Character
) -> None:
    """What waits for a word, a review that is due, a question for whom, an ending and its proof."""
    counsel = examiner(chromium, house, language, Counsel)
    delegate = examiner(chromium, house, language, Delegate)
    house.do(time_passes(house))
    counsel.comes(CLAIRE)
    delegate.comes(AMIRA)

    delegate.goes(f"/submissions/{PREPARED}")
    delegate.sees("Waiting for approval")
    assert examine(delegate) == []
    # Her page follows the draft, which is hers no longer once the loan has ended.
    delegate.leaves()
    counsel.goes("/delegations/review")
    counsel.sees("How narrow")
    assert examine(counsel) == []
    counsel.ends_everything_of(ends.name)
    counsel.sees("The entries that prove it")
    assert examine(counsel) == []
    counsel.leaves()


def list_of(house: House) -> str:
    """What the address of the day list says of the day of the Noors’ hearing."""
    day = house.do(_day(house))
    return f"day-day={day.day}&day-month={day.month}&day-year={day.year}"


async def _day(house: House) -> datetime:
    async with house.portal.database.system_transaction() as session:
        return (await session.get_one(Hearing, HEARING)).local_start


async def time_passes(house: House) -> None:
    """Claire lent this long ago, and nobody but her may file."""
    then = datetime.now(UTC) - timedelta(days=100)
    past = {"offered_at": then, "accepted_at": then, "last_used_at": datetime.now(UTC)}
    for key in (CLAIRE_TO_AMIRA, CLAIRE_TO_JONAS):
        await change(house.portal.database, key, **past)
    await change(house.portal.database, CLAIRE_TO_AMIRA, rights=["see", "read", "prepare"])
