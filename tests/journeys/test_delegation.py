"""Lending access from the offer to the refusal, in both languages, with JavaScript and without."""

import pytest
from playwright.sync_api import Browser

from tests.cast import LOUIS, RENEE
from tests.journeys.house import House
from tests.journeys.person import Manners
from tests.journeys.roles import Counsel, Delegate, Officer
from tests.journeys.test_main_job import PASSWORD, the_link
from tests.samples import pdf

PREPARES = ("Read documents and notices", "Prepare documents")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_what_is_prepared_is_approved_and_what_is_lent_ends(
    house: House, chromium: Browser, *, script: bool, language: str
) -> None:
    """Offer, acceptance, draft, remark, approval, receipt, ending, statement, refusal."""
    run = Manners(language, script)
    tag = f"{language}{'js' if script else ''}"
    name, address = f"Nadia Osei {tag}", f"nadia.{tag}.prepares@example.org"
    officer, counsel = Officer(chromium, house, run), Counsel(chromium, house, run)
    delegate = Delegate(chromium, house, run)
    officer.signs_in(RENEE.email)
    case = officer.opens_a_case("Hana Gebre", number=f"TC8-{tag}")
    officer.adds(LOUIS.email, role="Counsel of record")

    # Counsel lends what it takes to prepare, and no more; a newcomer promises and accepts.
    counsel.signs_in(LOUIS.email)
    counsel.lends(address, rights=PREPARES)
    delegate.joins(the_link(house, address), name=name, password=PASSWORD)
    delegate.accepts()

    # What is prepared goes to counsel, who sends it back, and then files it.
    delegate.begins_to_file(case)
    delegate.sees(LOUIS.name, within=delegate.page.locator(".dossier-acting"))
    draft = delegate.here
    delegate.sends_and_describes({"letter.pdf": pdf() + b"\n" * len(tag)}, kind="other")
    delegate.sends_for_approval(LOUIS.name)
    counsel.sends_back("The date on page 1 is wrong.")
    delegate.goes("/cases")
    delegate.sees("Do this next")
    delegate.goes(draft)
    delegate.sees("The date on page 1 is wrong.")
    delegate.sends_for_approval(LOUIS.name)
    counsel.approves()
    counsel.sees(name)
    receipt = counsel.receipt()
    delegate.goes(case)
    delegate.sees(receipt)

    # Everything lent to her ends: first what is lost, then the proof, then nothing is there.
    counsel.ends_everything_of(name)
    counsel.sees("Statement of ended access")
    counsel.sees(name)
    assert counsel.page.get_by_text("Gebre").count() > 0
    delegate.refused(case, 404)
    delegate.goes("/cases")
    assert delegate.page.locator(f'a[href="{case}"]').count() == 0

    for person in (officer, counsel, delegate):
        person.leaves()
