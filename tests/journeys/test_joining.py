"""By letter: printed by the officer, typed by the claimant, who gets an account, one look, or just the date."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pypdfium2  # no stubs: PdfDocument(bytes), its pages and their text
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from portal.joining import limiting
from portal.models import Case, InvitationLetter, Party
from portal.parts import Parts
from tests.cast import RENEE, hearing, known
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.journeys.test_axe import examine, examiner

WAYS = pytest.mark.parametrize(
    ("script", "width"), [(True, 1180), (False, 320)], ids=["with JavaScript", "phone, without"]
)
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])
CODE = re.compile(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}")
BORN = date(1991, 3, 27)
PASSWORD = "four ordinary words together"


@WAYS
@LANGUAGES
def test_a_claimant_joins_by_letter(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """The officer prints, the claimant types: wrong first, then an account; the code is used up."""
    who = f"{language} {width}"
    number, case = house.do(newcomer(house.portal, who))
    join, _ = codes(prints(house, chromium, Manners(language, script, width), case, who))
    claimant = Person(chromium, house, Manners(language, script, width))

    claimant.goes("/sign-in")
    claimant.follows("You got a letter with a code?")
    knocks(claimant, ("4" if join[0] != "4" else "7") + join[1:])
    claimant.sees("One character of this code is not right. Compare it with the letter")
    knocks(claimant, join, BORN + timedelta(days=1))
    claimant.sees(
        "The code, the date of birth or the UCI is not right. Check each with your letter and papers."
    )
    claimant.fits()
    knocks(claimant, join.lower().replace("-", " "))
    claimant.sees(f"Noa {who}")
    claimant.sees(number)
    claimant.fits()
    claimant.presses("Make an account")
    email = f"noa.{language}.{width}@example.org"
    claimant.fills("E-mail address", email)
    claimant.fills("New password", PASSWORD)
    claimant.fills("The same password again", PASSWORD)
    claimant.fits()
    claimant.presses("Make my account")
    claimant.page.wait_for_url(f"**/cases/{case}")
    claimant.fits()
    claimant.forgets_refusals()
    claimant.leaves()

    again = Person(chromium, house, Manners(language, script, width))
    again.goes("/join")
    knocks(again, join)
    again.sees(
        "An account was made with this code already. Sign in with your e-mail address and password."
    )
    again.signs_in(email, PASSWORD)
    again.page.wait_for_url("**/cases/**")
    again.forgets_refusals()
    again.leaves()


@WAYS
@LANGUAGES
def test_one_look_and_the_hearing_check(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """Without an account: the hearing for some minutes; and with the other code the date, and no name."""
    who = f"once {language} {width}"
    number, case = house.do(newcomer(house.portal, who))
    join, check = codes(prints(house, chromium, Manners(language, script, width), case, who))
    claimant = Person(chromium, house, Manners(language, script, width))

    claimant.goes("/join")
    knocks(claimant, join)
    claimant.presses("Look once")
    claimant.sees("Toronto time (Eastern)" if language == "en" else "heure de Toronto (Est)")
    claimant.fits()
    assert who not in claimant.page.locator("body").inner_text()
    claimant.presses("Close this page now")
    claimant.sees("The page is closed. Nothing of it stays on this device.")
    claimant.refused("/join/look", 410)

    claimant.goes("/sign-in")
    claimant.follows("Only check when your hearing is")
    checks(claimant, "TC6-99999", check)
    claimant.sees("We found no hearing for this file number and this code.")
    checks(claimant, f" {number.lower()} ", check.lower())
    card = claimant.page.locator(".dossier-hearing")
    expect(card).to_be_visible()
    claimant.fits()
    assert who not in claimant.page.locator("body").inner_text()
    claimant.page.emulate_media(media="print")
    expect(card).to_be_visible()
    expect(
        claimant.page.get_by_role("button", name=claimant.word("Show my hearing"))
    ).to_be_hidden()
    claimant.page.emulate_media(media="screen")

    house.do(change(house.portal, InvitationLetter, case, ends_at=datetime.now(UTC)))
    claimant.goes("/join")
    knocks(claimant, join)
    claimant.sees("This code is too old. Ask the registry for a new letter.")
    house.do(close(house.portal, case))
    checks_after_closing(claimant, number, check)
    claimant.forgets_refusals()
    claimant.leaves()


@LANGUAGES
def test_every_page_of_a_pass_is_for_everybody(
    house: House, chromium: Browser, language: str
) -> None:
    """WCAG 2.2 AA and 320 pixels on the pages that only a code leads to, and in their errors."""
    who = f"axe {language}"
    number, case = house.do(newcomer(house.portal, who))
    join, check = codes(prints(house, chromium, Manners(language), case, who))
    claimant = examiner(chromium, house, language)
    wrong: list[str] = []

    claimant.goes("/join")
    knocks(claimant, join)
    claimant.page.wait_for_url("**/join/choice")
    wrong += examine(claimant)
    claimant.presses("Make an account")
    claimant.page.wait_for_url("**/join/account")
    wrong += examine(claimant)
    claimant.presses("Make my account")
    claimant.sees("Choose a password")
    wrong += examine(claimant)
    claimant.goes("/join/choice")
    claimant.presses("Look once")
    claimant.page.wait_for_url("**/join/look")
    wrong += examine(claimant)
    for asked in (number, "TC6-99999"):
        checks(claimant, asked, check)
        claimant.page.locator("#answer").wait_for()
        wrong += examine(claimant)
    claimant.forgets_refusals()
    claimant.leaves()

    assert wrong == []


def prints(house: House, chromium: Browser, how: Manners, case: UUID, who: str) -> bytes:
    """The officer prints the letter, from the page of the case."""
    officer = Person(chromium, house, how).comes(RENEE)
    officer.goes(f"/cases/{case}")
    officer.presses("Invite by letter")
    officer.fits()
    name = f"{officer.word('Print a letter')} Noa {who}"
    officer.page.get_by_role("link", name=name, exact=True).click()
    officer.fits()
    for label, part in (("Day", BORN.day), ("Month", BORN.month), ("Year", BORN.year)):
        officer.fills(label, str(part))
    pdf = officer.downloads("Print the letter (PDF)")
    officer.goes(f"/cases/{case}/history")
    officer.sees(f"Noa {who}")
    officer.leaves()
    return pdf


def codes(pdf: bytes) -> tuple[str, str]:
    """What somebody reads from the paper: the code to join with, and that of the hearing check."""
    paper: Any = pypdfium2.PdfDocument(io.BytesIO(pdf))
    words = "\n".join(page.get_textpage().get_text_range() for page in paper)
    join, check = dict.fromkeys(CODE.findall(words))
    return join, check


def knocks(person: Person, code: str, born: date = BORN) -> None:
    """Types the code and the date of birth."""
    person.fills("Code from your letter", code)
    for label, part in (("Day", born.day), ("Month", born.month), ("Year", born.year)):
        person.fills(label, str(part))
    person.presses("Go on")


def checks(person: Person, number: str, code: str) -> None:
    """Types file number and code."""
    person.goes("/hearing-check")
    person.fills("File number", number)
    person.fills("Code for the hearing check", code)
    with person.page.expect_navigation():
        person.presses("Show my hearing")


def checks_after_closing(person: Person, number: str, code: str) -> None:
    """The same words as for a number that is nobody's."""
    checks(person, number, code)
    person.sees("We found no hearing for this file number and this code.")


async def newcomer(portal: Parts, who: str) -> tuple[str, UUID]:
    """A case of somebody without an account, with a hearing in twelve days; file number and id."""
    await limiting.limiter.storage.reset()
    case = known(f"case of Noa {who}")
    number = f"TC6-{int(case) % 90_000 + 10_000}"
    now = datetime.now(UTC)
    async with portal.database.system_transaction() as session:
        facts = {"division": "rpd", "office": "toronto", "language": "en", "opened_by": RENEE.id}
        session.add(Case(id=case, title=f"Noa, {who}", opened_at=now, **facts))
        await session.flush()
        session.add(Party(case_id=case, name=f"Noa {who}", file_number=number))
        session.add(hearing(case, known(f"hearing of Noa {who}"), days=12))
    return number, case


async def change(portal: Parts, kind: type[Any], case: UUID, **facts: Any) -> None:
    """Rows of a case became otherwise."""
    async with portal.database.system_transaction() as session:
        await session.execute(sa.update(kind).where(kind.case_id == case).values(**facts))


async def close(portal: Parts, case: UUID) -> None:
    """The registry closed the case."""
    async with portal.database.system_transaction() as session:
        closed = {"closed_at": sa.func.now(), "closed_by": RENEE.id}
        await session.execute(sa.update(Case).where(Case.id == case).values(**closed))
