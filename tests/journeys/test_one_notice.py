"""One notice, issued by an officer: taken back in time, or read, acknowledged and proven."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from notices.kinds.notice_to_appear import NoticeToAppear
from portal.proofs.verifying import report
from portal.records.signing import public_pem, record_key
from tests.cast import CLAIRE, NOOR, RENEE
from tests.journeys.house import House, open_house
from tests.journeys.person import Manners, Person
from tests.journeys.roles import Counsel, Officer
from tests.portal.registry.issued import pass_time
from tests.servers import free_ports
from tests.staged import Template

CASE = f"/cases/{NOOR}"
MANNERS = [
    pytest.param(Manners("en", script=True, width=1180), id="en, with JavaScript"),
    pytest.param(Manners("fr", script=False, width=320), id="fr, phone, without"),
    pytest.param(Manners("en", script=False, width=320), id="en, phone, without"),
    pytest.param(Manners("fr", script=True, width=1180), id="fr, with JavaScript"),
]


@pytest.fixture(scope="module")
def house(full_case: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A portal whose notices can be recalled for five minutes."""
    folder = tmp_path_factory.mktemp("house")
    with (
        full_case.copied(folder, port=free_ports(1)[0], recall_minutes=5) as portal,
        open_house(portal) as house,
    ):
        yield house


@pytest.mark.parametrize("how", MANNERS)
def test_a_notice_is_taken_back(house: House, chromium: Browser, how: Manners) -> None:
    """The officer lands on its page, recalls it, and counsel never learns that there was one."""
    officer, counsel = Officer(chromium, house, how), Counsel(chromium, house, how)
    officer.comes(RENEE)
    counsel.comes(CLAIRE)

    number = issues(officer, how)
    officer.sees("Recall this notice")
    officer.fits()
    counsel.goes(f"{CASE}/history")
    counsel.sees_no(number)
    officer.presses("Recall this notice")
    officer.sees("The notice is recalled. Nobody outside the registry has seen it.")
    officer.sees_no("Recall this notice")
    officer.fits()
    house.do(pass_time(house.portal))

    for path in ("/notices", CASE, f"{CASE}/history"):
        counsel.goes(path)
        counsel.sees_no(number)
    officer.goes(f"{CASE}/history")
    officer.sees(number)
    for person in (officer, counsel):
        person.leaves()


@pytest.mark.parametrize("how", MANNERS)
def test_a_notice_arrives_and_is_proven(
    house: House, chromium: Browser, how: Manners, tmp_path: Path
) -> None:
    """It leaves; counsel opens and acknowledges it; both sides' ladders agree, and the proof holds."""
    officer, counsel = Officer(chromium, house, how), Counsel(chromium, house, how)
    officer.comes(RENEE)
    counsel.comes(CLAIRE)
    key = tmp_path / "key.pem"
    key.write_bytes(public_pem(record_key(house.portal.settings).public_key()))

    number = issues(officer, how)
    page = officer.here
    house.do(pass_time(house.portal))
    counsel.opens_the_notice(number)
    counsel.sees("Opened by you")
    counsel.fits()
    counsel.acknowledges()
    counsel.sees("Acknowledged by you")
    reads_in_the_other_language(counsel, how)

    officer.goes(page)
    officer.sees("Acknowledged by %(name)s", name=CLAIRE.name)
    officer.sees("E-mail about it sent")
    officer.fits()
    for person in (officer, counsel):
        file = tmp_path / "proof.json"
        file.write_bytes(person.downloads("Signed data (JSON)"))
        code, lines = report(file, key)
        assert (code, lines[-1]) == (0, "Confirmed: as it was signed.")
        assert any("acknowledged" in line and CLAIRE.name in line for line in lines)
        assert person.downloads("PDF in French").startswith(b"%PDF-")
        person.leaves()


def issues(officer: Officer, how: Manners) -> str:
    """The notice of the next hearing, as far as its own page; its number."""
    title = NoticeToAppear.title
    officer.previews_a_notice(CASE, kind=title.fr if how.language == "fr" else title.en)
    people = officer.page.get_by_role("rowheader").count()
    officer.issues(people=people)
    officer.sees("How far it came")
    found = re.search(r"\bN-\w{4}-\w{4}", officer.page.locator(".dossier-lede").inner_text())
    assert found
    return found[0]


def reads_in_the_other_language(person: Person, how: Manners) -> None:
    """One press away: the same notice, in the words of the other language."""
    title = NoticeToAppear.title
    other = "Read this notice in English" if how.language == "fr" else "Lire cet avis en français"
    person.page.get_by_role("link", name=other).click()
    person.page.get_by_role(
        "heading", name=title.en if how.language == "fr" else title.fr, level=1
    ).wait_for()
    person.page.go_back()
