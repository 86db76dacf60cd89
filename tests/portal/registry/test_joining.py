"""Joined cases are heard together: nobody acts on both sides of any of them."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from httpx2 import Response

from portal.models import Case, Party, Standing
from tests.cast import (
    AMIRA,
    CLAIRE,
    FARIDA,
    LOUIS,
    MARC,
    NOOR,
    OKAFOR,
    RENEE,
    SAM,
    VICTOR,
    known,
    lend,
)
from tests.conftest import Browser
from tests.portal.registry.pressing import arrive, press
from tests.portal.registry.recorded import acts, rows, sees, stand

THIRD = known("third case")
ABEBE = "VC6-00071"


@pytest.fixture(autouse=True)
async def third_case(browser: Browser) -> None:
    """One more case of the division, the newest."""
    async with browser.portal.database.system_transaction() as session:
        facts = {"office": "toronto", "language": "en", "opened_by": RENEE.id}
        session.add(Case(id=THIRD, division="rpd", title="Tekle, Y.", **facts))
        await session.flush()
        session.add(Party(case_id=THIRD, name="Yonas Tekle", file_number="VC6-00231"))
        oldest = sa.update(Case).where(Case.id == OKAFOR)
        await session.execute(oldest.values(opened_at=Case.opened_at - sa.text("interval '1 day'")))


async def joined(browser: Browser, number: str = ABEBE, *, case: UUID = NOOR) -> Response:
    """Renée joins a case with the one that has this number; the answer."""
    await browser.sign_in(RENEE)
    page = await browser.get(f"/cases/{case}/joinder")
    check = await press(browser, page, "check", number=number)
    assert check.status_code == 200, check.text
    return await press(browser, check, "join")


async def leads(browser: Browser) -> dict[UUID, Any]:
    """To which case each is joined."""
    return {one.id: one.joined_to for one in await rows(browser, sa.select(Case))}


async def test_the_number_is_checked_before_anything_is_joined(browser: Browser) -> None:
    """The officer sees whose case the number is; until then nothing happens."""
    await browser.sign_in(RENEE)
    page = await browser.get(f"/cases/{NOOR}/joinder")

    check = await press(browser, page, "check", number="vc6-00071 ")

    assert "Abebe, T." in check.text
    assert await acts(browser) == []


async def test_two_cases_are_heard_together(browser: Browser) -> None:
    """The older leads; both say so in their history, and to whom may see the other, by its name."""
    page = await arrive(browser, await joined(browser))

    assert "Heard together with" in page.text
    assert f'href="/cases/{OKAFOR}"' in page.text
    assert await leads(browser) == {OKAFOR: None, NOOR: OKAFOR, THIRD: None}
    assert await acts(browser) == await acts(browser, OKAFOR) == ["case.joined"]
    standings = sa.select(Standing.joined_to).where(Standing.case_id == NOOR).distinct()
    assert await rows(browser, standings) == [OKAFOR]


async def test_who_cannot_see_the_other_case_is_not_told_its_name(browser: Browser) -> None:
    """Claire and Farida are told that there is another, and not which; they do not see it."""
    await joined(browser)

    for person in (CLAIRE, FARIDA):
        await browser.sign_in(person)
        page = (await browser.get(f"/cases/{NOOR}")).text
        assert "Heard together with another case." in page
        assert "Abebe" not in page
        assert str(OKAFOR) not in page
        assert await sees(browser, person, case=OKAFOR) == 404


async def test_three_are_joined_flat(browser: Browser) -> None:
    """Whatever is joined with whatever: the oldest leads all, and nobody hangs off a joined one."""
    await joined(browser, "VC6-00231")
    await joined(browser, "TC6-01482", case=OKAFOR)

    assert await leads(browser) == {OKAFOR: None, NOOR: OKAFOR, THIRD: OKAFOR}


async def test_separated_the_others_stay_together(browser: Browser) -> None:
    """The one that led is heard alone; the oldest of the others leads now."""
    await joined(browser, "VC6-00231")
    await joined(browser)
    await browser.sign_in(RENEE)
    page = await browser.get(f"/cases/{OKAFOR}/joinder")

    said = await arrive(browser, await press(browser, page, action="/separation"))

    assert "heard alone from now on" in said.text
    assert await leads(browser) == {OKAFOR: None, NOOR: None, THIRD: NOOR}
    assert (await acts(browser, THIRD))[-1] == "case.separated"
    alone = await press(browser, page, action="/separation")
    assert alone.status_code == 303
    assert (await acts(browser, OKAFOR)).count("case.separated") == 1


async def test_a_person_on_both_sides_stops_it(browser: Browser) -> None:
    """Marc is Minister's counsel here and somebody's counsel there: said by name, nothing joined."""
    async with browser.portal.database.system_transaction() as session:
        await stand(session, MARC, OKAFOR)

    page = await joined(browser)

    assert page.status_code == 409
    assert "Marc Dubois would act on both sides" in page.text
    assert (await leads(browser))[NOOR] is None
    assert await acts(browser) == []


async def test_so_does_a_delegate_of_both_sides(browser: Browser) -> None:
    """Sam helps Marc here and Louis there; joined, neither loan would count any more."""
    async with browser.portal.database.system_transaction() as session:
        await lend(session, MARC, SAM)
        await lend(session, LOUIS, SAM)

    page = await joined(browser)

    assert page.status_code == 409
    assert "Sam Stranger would act on both sides" in page.text
    assert "access lent by" in page.text
    assert [await sees(browser, SAM), await sees(browser, SAM, case=OKAFOR)] == [200, 200]


async def test_so_does_a_loan_against_ones_own_place(browser: Browser) -> None:
    """Louis is counsel there, and Marc lent him something here."""
    async with browser.portal.database.system_transaction() as session:
        await lend(session, MARC, LOUIS)

    page = await joined(browser)

    assert page.status_code == 409
    assert "Louis Okafor would act on both sides" in page.text
    assert "Marc Dubois" in page.text


async def test_a_new_place_is_looked_at_over_joined_cases(browser: Browser) -> None:
    """Marc cannot be counsel there once the two are heard together; nor can Amira's lender differ."""
    await joined(browser)
    await browser.sign_in(RENEE)
    form = await browser.get(f"/cases/{OKAFOR}/people/new")
    for person, role in ((MARC, "counsel"), (CLAIRE, "ministers_counsel")):
        typed = {"email": person.email, "role": role, "how": "by letter"}
        refused = await press(browser, await press(browser, form, "check", **typed), "record")
        assert refused.status_code == 409
        assert f"{person.name}" in refused.text
    assert AMIRA.name not in refused.text
    assert await acts(browser, OKAFOR) == ["case.joined"]


async def test_only_open_cases_of_this_division(browser: Browser) -> None:
    """A number of another division, of no case, or of the same case joins nothing."""
    async with browser.portal.database.system_transaction() as session:
        facts = {"office": "toronto", "language": "en", "opened_by": VICTOR.id}
        session.add(Case(id=known("appeal"), division="rad", title="Rahimi, P.", **facts))
        await session.flush()
        session.add(Party(case_id=known("appeal"), name="P. Rahimi", file_number="TC5-07412"))
    await browser.sign_in(RENEE)
    page = await browser.get(f"/cases/{NOOR}/joinder")

    for number in ("TC5-07412", "TC9-99999"):
        refused = await press(browser, page, "check", number=number)
        assert refused.status_code == 422
        assert "No open case of this division has this file number" in refused.text
    assert "Rahimi" not in refused.text
    itself = await joined(browser, "TC6-01482")
    assert itself.status_code == 409
    assert "heard together already" in itself.text


async def test_another_divisions_officer_and_counsel_find_nothing(browser: Browser) -> None:
    """Neither the page nor what it does is there for them."""
    await browser.sign_in(RENEE)
    page = await browser.get(f"/cases/{NOOR}/joinder")
    for person in (VICTOR, CLAIRE):
        await browser.sign_in(person)
        assert (await browser.get(f"/cases/{NOOR}/joinder")).status_code == 404
        assert (await press(browser, page, "check", number=ABEBE)).status_code == 404
