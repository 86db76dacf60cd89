"""The registry's page of an issued notice: what it says, how far it came, and its recall."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from notices.model import Attempt, Service
from portal.settings import Settings
from tests.cast import CLAIRE, DINA, FARIDA, NOOR, RENEE
from tests.conftest import Browser
from tests.portal.registry.issued import issue_one, kept, pass_time
from tests.portal.registry.pressing import arrive, press


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The five minutes of recall that a portal has."""
    return Settings(state=tmp_path / "state", demo=True)


@pytest.mark.parametrize(
    ("language", "told", "button", "done"),
    [
        ("en", "It can be recalled until", "Recall this notice", "The notice is recalled."),
        ("fr", "Il peut être rappelé jusqu’à", "Rappeler cet avis", "L’avis est rappelé."),
    ],
)
async def test_an_officer_lands_here_and_takes_it_back(
    browser: Browser, language: str, told: str, button: str, done: str
) -> None:
    """After issuing: until when, in both languages; one press, and the page says who and when."""
    notice = await issue_one(browser, language=language)
    here = f"/registry/notices/{notice.id}"

    before = await browser.get(here)
    after = await arrive(browser, await press(browser, before, action="/recall"))

    assert told in before.text
    assert button in before.text
    assert done in after.text
    assert button not in after.text
    assert RENEE.name in after.text
    assert "Avis de convocation" in after.text
    assert "Notice to appear" in after.text


async def test_too_late_says_what_to_do_instead(browser: Browser) -> None:
    """The page was open for six minutes: nothing is recalled, and a correcting notice is named."""
    notice = await issue_one(browser)
    open_page = await browser.get(f"/registry/notices/{notice.id}")
    await pass_time(browser.portal)

    late = await press(browser, open_page, action="/recall")

    assert late.status_code == 409
    assert "Issue a correcting notice" in late.text
    assert "Recall this notice" not in late.text


async def test_the_history_of_the_registry_keeps_who_recalled_it(browser: Browser) -> None:
    """Readers are told nothing, then and later; the registry reads both acts."""
    notice = await issue_one(browser)
    await press(browser, await browser.get(f"/registry/notices/{notice.id}"), action="/recall")
    await pass_time(browser.portal)

    staff = await browser.get(f"/cases/{NOOR}/history")
    await browser.sign_in(CLAIRE)
    pages = [await browser.get(path) for path in (f"/cases/{NOOR}/history", "/notices")]
    pages.append(await browser.get(f"/cases/{NOOR}"))

    assert "recalled a notice before it left" in staff.text
    assert all(notice.number not in page.text for page in pages)


async def test_the_ladder_says_what_is_there_and_what_is_not_yet(browser: Browser) -> None:
    """Placed, mail taken and then returned, opened by Claire; Dina's opening is still to come."""
    notice = await issue_one(browser)
    await pass_time(browser.portal)
    async with browser.portal.database.system_transaction() as session:
        of_farida = sa.select(Service.id).where(Service.person_id == FARIDA.id)
        back = {"state": "bounced", "bounced_at": sa.func.now(), "bounce_code": "5.1.1"}
        tried = {"tries": 1, "tried_at": sa.func.now(), "settled_at": sa.func.now()}
        await session.execute(
            sa.update(Attempt).where(Attempt.service_id.in_(of_farida)).values(**back, **tried)
        )
    (copy,) = await kept(
        browser.portal, sa.select(Service.id).where(Service.person_id == CLAIRE.id)
    )
    await browser.sign_in(CLAIRE)
    await browser.get(f"/notices/{copy}")
    await browser.sign_in(RENEE, language="en")

    page = (await browser.get(f"/registry/notices/{notice.id}")).text

    assert f"Opened by {CLAIRE.name}" in page
    assert "E-mail came back" in page
    assert "Code 5.1.1" in page
    assert "Opened: not yet" in page
    assert "Toronto time" in page
    assert "c…@example.org" in page
    assert all(one.email not in page for one in (CLAIRE, FARIDA, DINA))


async def test_the_case_page_leads_the_registry_here(browser: Browser) -> None:
    """Officers have a link from the list of notices; readers do not."""
    notice = await issue_one(browser)
    await pass_time(browser.portal)

    staff = await browser.get(f"/cases/{NOOR}")
    await browser.sign_in(CLAIRE)
    reader = await browser.get(f"/cases/{NOOR}")

    assert f"/registry/notices/{notice.id}" in staff.text
    assert f"/registry/notices/{notice.id}" not in reader.text
