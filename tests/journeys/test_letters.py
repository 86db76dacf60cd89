"""On paper: who has no account gets a letter, printed, posted and dated; who opened nothing, too."""

import io
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pikepdf
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from notices.issuing import number_of
from notices.model import Notice, Service
from portal.parts import Parts
from portal.rules import rules
from tests.cast import CLAIRE, RENEE, known
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.portal.inbox.served import serve
from tests.portal.registry.posted import newcomer, write

WAYS = pytest.mark.parametrize(
    ("script", "width"), [(True, 1180), (False, 320)], ids=["with JavaScript", "phone, without"]
)


@WAYS
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_letter_goes_from_the_desk_to_its_date_of_receipt(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """Address needed, recorded, printed as one file, posted, deemed received, and dated."""
    name, number = f"Hana {language} {width}", f"TC6-77{width:04}{language}"
    hana = house.do(newcomer(house.portal, name, number))
    house.do(write(house.portal, f"letter to {name}", to=hana))
    officer = Person(chromium, house, Manners(language, script, width)).comes(RENEE)

    officer.goes("/registry")
    officer.sees("Letters without an address")
    officer.fits()
    opens(officer, "Record the address", name)
    officer.fills("Number, street, apartment, or PO box", "88 rue Exemple")
    officer.fills("City", "Montréal")
    officer.picks("Province or territory", "QC")
    officer.fills("Postal code", "h2x1y4")
    officer.fits()
    officer.presses("Record the address")
    officer.sees("MONTRÉAL QC H2X 1Y4")
    officer.fits()

    officer.goes("/registry/letters")
    officer.fits()
    officer.page.locator("form[action='/registry/mailings'] button").click()
    officer.sees("Letters in this file")
    officer.sees(name)
    officer.fits()
    with pikepdf.open(io.BytesIO(officer.downloads("Download the PDF to print"))) as pdf:
        assert len(pdf.pages) >= 6
        assert len(pdf.pages) % 2 == 0

    officer.presses("Record as posted")
    officer.sees("Recorded as posted. Each case’s history says so.")
    rule = rules.receipt_rule("rpd_mail")
    assert rule is not None
    officer.sees(rule.rule[language])
    opens(officer, "Date of receipt", name)
    officer.fits()
    officer.presses("Set the date")
    officer.sees("The date of receipt is recorded.")
    officer.leaves()


@WAYS
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_nobody_opened_goes_out_on_paper_with_one_click(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """Served by portal, not opened: one press on the desk, and the letter waits."""
    key = known(f"unopened {language} {width}")
    house.do(unopened(house.portal, key))
    officer = Person(chromium, house, Manners(language, script, width)).comes(RENEE)

    officer.goes("/registry")
    officer.sees("Served by portal, not opened")
    officer.fits()
    send = officer.word("Send a letter")
    about = f"{send} {CLAIRE.name}, {number_of(key)}"
    officer.page.get_by_role("button", name=about, exact=True).click()
    officer.sees("A letter to %(name)s waits to be printed.", name=CLAIRE.name)
    officer.sees(number_of(key))
    officer.fits()
    officer.goes("/registry")
    assert officer.page.get_by_role("button", name=about, exact=True).count() == 0
    officer.leaves()


def opens(person: Person, text: str, about: str) -> None:
    """Follows the link of a row, told from those of the other rows by whom it is about."""
    with person.page.expect_navigation():
        person.page.get_by_role("link", name=f"{person.word(text)} {about}", exact=True).click()


async def unopened(portal: Parts, key: UUID) -> None:
    """A notice in Claire's inbox since forty days."""
    await serve(portal, key=key)
    early = datetime.now(UTC) - timedelta(days=40)
    async with portal.database.system_transaction() as session:
        late = sa.update(Service).where(Service.notice_id == key).values(placed_at=early)
        await session.execute(late)
        await session.execute(sa.update(Notice).where(Notice.id == key).values(leaves_at=early))
