"""Closing a case ends counsel's places and what was lent out of them; parties keep their file."""

import sqlalchemy as sa

from portal.models import Case, Standing
from tests.cast import AMIRA, CLAIRE, DINA, FARIDA, JONAS, LOUIS, MARC, NOOR, RENEE, VICTOR
from tests.conftest import Browser
from tests.portal.registry.pressing import arrive, press
from tests.portal.registry.recorded import acts, recorded, rows, sees

PATH = f"/cases/{NOOR}/closing"


async def close(browser: Browser) -> str:
    """Renée closes the Noors' case; what she is told."""
    await browser.sign_in(RENEE)
    return (await arrive(browser, await press(browser, await browser.get(PATH)))).text


async def test_the_page_says_who_loses_what(browser: Browser) -> None:
    """Counsel of both sides and the delegates below, by name; the parties are not among them."""
    await browser.sign_in(RENEE)

    page = (await browser.get(PATH)).text

    for person in (CLAIRE, AMIRA, JONAS, MARC):
        assert person.name in page
    assert FARIDA.name not in page
    assert "keep their file" in page


async def test_counsel_and_delegates_are_gone_and_parties_stay(browser: Browser) -> None:
    """From the next request; the places say how they ended."""
    said = await close(browser)

    assert "No longer on this case" in said
    assert [await sees(browser, one) for one in (CLAIRE, AMIRA, JONAS, MARC)] == [404] * 4
    assert [await sees(browser, one) for one in (FARIDA, DINA)] == [200, 200]
    ended = sa.select(Standing.ended_how).where(Standing.case_id == NOOR)
    how = await rows(browser, ended.where(Standing.ended_how.is_not(None)))
    assert how == ["case closed", "case closed"]
    (entry,) = await recorded(browser, "case.closed")
    assert sorted(entry.facts["counsel"]) == [CLAIRE.name, MARC.name]


async def test_pressed_twice_it_is_closed_once(browser: Browser) -> None:
    """The second press changes nothing, and the page says that it is done."""
    await browser.sign_in(RENEE)
    page = await browser.get(PATH)
    for _ in range(2):
        assert (await press(browser, page)).status_code == 303

    assert await acts(browser) == ["case.closed"]
    assert "has been closed already" in (await browser.get(PATH)).text


async def test_reopened_it_gives_nobody_a_place_back(browser: Browser) -> None:
    """From the case page; counsel is recorded anew, by the registry."""
    await close(browser)
    case = await browser.get(f"/cases/{NOOR}")

    said = await arrive(browser, await press(browser, case, action="/reopening"))

    assert "The case is open again." in said.text
    assert "reopened the case" in said.text
    (noor,) = await rows(browser, sa.select(Case).where(Case.id == NOOR))
    assert (noor.closed_at, noor.closed_by) == (None, None)
    assert await sees(browser, CLAIRE) == 404
    await browser.sign_in(RENEE)
    form = await browser.get(f"/cases/{NOOR}/people/new")
    typed = {"email": CLAIRE.email, "role": "counsel", "how": "back on the record"}
    await press(browser, await press(browser, form, "check", **typed), "record")
    assert [await sees(browser, one) for one in (CLAIRE, AMIRA)] == [200, 200]


async def test_a_closed_case_is_reopened_once(browser: Browser) -> None:
    """An open case is not opened again: nothing is recorded."""
    await close(browser)
    case = await browser.get(f"/cases/{NOOR}")
    for _ in range(2):
        await press(browser, case, action="/reopening")

    assert await acts(browser) == ["case.closed", "case.reopened"]


async def test_another_divisions_officer_and_counsel_find_nothing(browser: Browser) -> None:
    """Neither the page nor what it does is there for them."""
    await browser.sign_in(RENEE)
    page = await browser.get(PATH)
    for person in (VICTOR, CLAIRE, LOUIS):
        await browser.sign_in(person)
        assert (await browser.get(PATH)).status_code == 404
        assert (await press(browser, page)).status_code == 404

    assert await acts(browser) == []
