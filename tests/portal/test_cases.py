"""The list of cases and the page of one: who sees what, and at what cost."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from portal.models import Hearing
from portal.parts import Parts
from tests.cast import (
    AMIRA,
    CLAIRE,
    FARIDA,
    JONAS,
    LOUIS,
    NOOR,
    OKAFOR,
    RENEE,
    SAM,
    VICTOR,
    Character,
)
from tests.conftest import Browser


async def test_counsel_sees_the_case_and_who_else_does(browser: Browser) -> None:
    """Counsel of record sees the case, its hearing, and every person with the reason."""
    await browser.sign_in(CLAIRE)

    page = await browser.get(f"/cases/{NOOR}")

    assert page.status_code == 200
    assert "Noor, F. and two children" in page.text
    assert "Counsel of record since" in page.text
    assert "Lent by Claire Tremblay: see, read, prepare, file, receive notices" in page.text
    assert "09:00" in page.text


async def test_a_delegate_is_told_for_whom_and_until_when(browser: Browser) -> None:
    """What is seen through a delegation says so at the top."""
    await browser.sign_in(AMIRA)

    page = await browser.get(f"/cases/{NOOR}")

    assert "You are acting for" in page.text
    assert "Claire Tremblay" in page.text


async def test_a_stranger_gets_what_an_absent_case_gets(browser: Browser) -> None:
    """A case that exists and one that does not are the same to a stranger."""
    await browser.sign_in(SAM)

    real = await browser.get(f"/cases/{NOOR}")
    absent = await browser.get("/cases/00000000-0000-4000-8000-000000000000")

    assert (real.status_code, absent.status_code) == (404, 404)
    assert without_tokens(real.text, NOOR) == without_tokens(
        absent.text, "00000000-0000-4000-8000-000000000000"
    )


async def test_any_address_is_a_search(browser: Browser) -> None:
    """What no text of the database can hold is left out, not a broken page; a long one is cut."""
    await browser.sign_in(CLAIRE)

    for looked_for in ("No%00or", "Noor" + "%20" * 200 + "x"):
        page = await browser.get(f"/cases?q={looked_for}")

        assert page.status_code == 200
        assert f"/cases/{NOOR}" in page.text


async def test_who_only_sees_may_not_read(browser: Browser) -> None:
    """Somebody lent `see` alone is told so where the documents would be."""
    await browser.sign_in(JONAS)

    page = await browser.get(f"/cases/{NOOR}")

    assert "You can see this case, but you may not read its documents and notices." in page.text


async def test_lists_hold_ones_own_cases_only(browser: Browser) -> None:
    """Louis sees his case, not Claire's; Victor's division has none of them."""
    await browser.sign_in(LOUIS)
    mine = (await browser.get("/cases")).text
    await browser.sign_in(VICTOR)
    appeal = (await browser.get("/cases")).text

    assert str(OKAFOR) in mine
    assert str(NOOR) not in mine
    assert str(OKAFOR) not in appeal


async def test_a_claimant_goes_straight_to_the_one_case(browser: Browser) -> None:
    """Somebody with a single case of his or her own is not shown a list."""
    await browser.sign_in(FARIDA, language="fr")

    answer = await browser.get("/cases")

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/cases/{NOOR}"


async def test_what_staff_read_is_an_entry(browser: Browser) -> None:
    """An officer's look is recorded once an hour, and counted as no act."""
    await browser.sign_in(RENEE)

    await browser.get(f"/cases/{NOOR}")
    await browser.get(f"/cases/{NOOR}")

    async with browser.portal.database.system_transaction() as session:
        from sqlalchemy import text

        looks = await session.scalar(text("select count(*) from entry where act = 'case.read'"))
    assert looks == 1


@pytest.mark.parametrize("person", [CLAIRE, AMIRA, JONAS, FARIDA, RENEE], ids=lambda who: who.email)
async def test_list_and_case_cost_three_statements(browser: Browser, person: Character) -> None:
    """Who is it, may they, and everything there is to see: three questions, whoever asks."""
    await browser.sign_in(person)
    await browser.get(f"/cases/{NOOR}")  # an officer's first look in an hour is written down
    said: list[str] = []
    engine = browser.portal.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *of: said.append(str(of[2])))

    for path in ("/cases", f"/cases/{NOOR}"):
        said.clear()
        await browser.get(path)

        assert len(said) <= 3, said


def without_tokens(page: str, case: object) -> str:
    """The page with what must differ taken out: the masked token and the address itself."""
    import re

    return re.sub(r'name="csrf" value="[^"]+"', "", page).replace(str(case), "")


@pytest.mark.parametrize("who", [FARIDA, RENEE], ids=str)
async def test_a_hearing_is_the_next_one_until_it_should_be_over(
    browser: Browser, portal: Parts, who: Character
) -> None:
    """Who is late looks for it in the list of cases, where somebody with several begins."""
    await browser.sign_in(who)

    for begun, told in ((timedelta(hours=1), True), (timedelta(hours=4), False)):
        async with portal.database.system_transaction() as session:
            lasting = sa.update(Hearing).where(Hearing.case_id == NOOR)
            await session.execute(lasting.values(starts_at=datetime.now(UTC) - begun, minutes=180))
        listed = await browser.get("/cases?q=Noor")

        assert ("Not fixed yet" in listed.text) != told


async def test_people_share_one_plan_and_jobs_do_not(portal: Parts) -> None:
    """For the transaction, not for the connection: it is the next one's as it was before."""
    mode = sa.text("show plan_cache_mode")
    async with portal.database.transaction(CLAIRE.id) as session:
        person = await session.scalar(mode)
    async with portal.database.system_transaction() as session:
        job = await session.scalar(mode)
    async with portal.database.login_transaction() as session:
        signing_in = await session.scalar(mode)

    assert (person, job, signing_in) == ("force_generic_plan", "auto", "auto")
