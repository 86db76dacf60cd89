"""What waits for my word: on the page of it, at the top of every page, on the case, over my cases."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import event

from storage.database import Database
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    FARIDA,
    JONAS,
    LOUIS,
    MARC,
    NOOR,
    RENEE,
    lend,
)
from tests.conftest import Browser
from tests.portal.approvals.putting import badge, let_prepare, prepared_and_asked, press
from tests.portal.delegations.lending import change, offered_to
from tests.portal.documents.test_arriving import text_of


async def test_claire_and_who_files_for_her_see_what_waits(
    browser: Browser, database: Database
) -> None:
    """Who prepared it, since when, every file with what it is and where it stands, and the limit."""
    await let_prepare(database)
    draft = await prepared_and_asked(browser)

    for person, whose in ((CLAIRE, "your name."), (AMIRA, "the name of Claire Tremblay")):
        await browser.sign_in(person)
        for address in ("/approvals", f"/cases/{NOOR}"):
            page = (await browser.get(address)).text
            said = text_of(page)
            assert f"Jonas Roy has prepared one document in {whose}" in said
            assert "It has waited since" in said
            assert "23:59 Toronto time." in said
            assert "there. " in said
            assert "statement.pdf" in said
            assert "Affidavit" in said
            assert f'href="{draft}/check"' in page
        assert await badge(browser) == 1


async def test_the_page_speaks_french(browser: Browser, database: Database) -> None:
    """The same in the other language, and the section at the top."""
    await let_prepare(database)
    await prepared_and_asked(browser)
    await browser.sign_in(CLAIRE, language="fr")

    page = text_of((await browser.get("/approvals")).text)

    assert "À approuver" in page
    assert "Jonas Roy a préparé un document en votre nom." in page


async def test_nothing_waits_for_anybody_else(browser: Browser, database: Database) -> None:
    """Not for who asked, the claimant, the other side, other counsel or the registry."""
    await let_prepare(database)
    await prepared_and_asked(browser)

    for person in (JONAS, FARIDA, MARC, LOUIS, RENEE):
        await browser.sign_in(person)
        page = (await browser.get("/approvals")).text
        assert "Nothing waits for your approval." in page
        assert "statement.pdf" not in page
        assert await badge(browser) == 0
    assert 'href="/approvals"' not in (await browser.get("/cases")).text


async def test_a_file_right_for_another_principal_is_not_for_this_draft(
    browser: Browser, database: Database
) -> None:
    """Jonas may file for Marc, on the other side of nobody's draft: Claire's is not his to approve."""
    async with database.system_transaction() as session:
        await lend(session, LOUIS, AMIRA, rights=("see", "read", "file"))
    await change(database, CLAIRE_TO_AMIRA, rights=["see", "read", "prepare"])
    await let_prepare(database)
    await prepared_and_asked(browser)

    await browser.sign_in(AMIRA)

    assert await badge(browser) == 0
    assert "Nothing waits" in (await browser.get("/approvals")).text


async def test_who_prepared_sees_the_draft_wait_on_the_case(
    browser: Browser, database: Database
) -> None:
    """The case's page says for whom it waits, and since when."""
    await let_prepare(database)
    await prepared_and_asked(browser)

    page = text_of((await browser.get(f"/cases/{NOOR}")).text)

    assert "Your draft of 1 file waits for approval Waiting for Claire Tremblay since" in page


async def test_what_is_next_stands_over_my_cases(browser: Browser, database: Database) -> None:
    """A draft to approve, an offer, a loan nobody used for long: one line each, each with its way."""
    await let_prepare(database)
    await offered_to(browser, LOUIS)
    draft = await prepared_and_asked(browser)
    await browser.sign_in(CLAIRE)
    hers = (await browser.get("/cases")).text
    await browser.sign_in(LOUIS)
    his = text_of((await browser.get("/cases")).text)

    assert "Approve one document that Jonas Roy prepared in Noor, F. and two children" in text_of(
        hers
    )
    assert f'href="/cases/{NOOR}"' in hers.partition("Find a case")[0]
    assert "Read what Claire Tremblay offers to lend you" in his
    assert "Approve" not in his
    await browser.sign_in(CLAIRE)
    await press(browser, f"{draft}/check", f"{draft}/filing")
    assert "Do this next" not in (await browser.get("/cases")).text


async def test_a_loan_about_to_lapse_and_one_to_be_reviewed(
    browser: Browser, database: Database
) -> None:
    """Amira did nothing for 80 days; Claire has not looked at the loan for a hundred."""
    await browser.sign_in(AMIRA)
    first = (await browser.get("/cases")).text
    async with database.system_transaction() as session:
        now = await session.scalar(sa.select(sa.func.now()))
        assert now is not None
    long_ago = now - timedelta(days=100)
    await change(
        database,
        CLAIRE_TO_AMIRA,
        starts_at=long_ago,
        accepted_at=long_ago,
        last_used_at=now - timedelta(days=80),
    )

    hers = text_of((await browser.get("/cases")).text)
    await browser.sign_in(CLAIRE)
    claires = text_of((await browser.get("/cases")).text)

    assert "Do this next" not in first
    assert "What Claire Tremblay lent you ends on" in hers
    assert "unless you use it" in hers
    assert "Look again at who has access" in claires


async def test_the_list_asks_the_database_three_times(browser: Browser, database: Database) -> None:
    """However much waits: who it is, the cases, and all that stands above them."""
    await let_prepare(database)
    await prepared_and_asked(browser)
    await browser.sign_in(CLAIRE)
    asked: list[str] = []
    event.listen(
        browser.portal.database.engine.sync_engine,
        "before_cursor_execute",
        lambda *told: asked.append(told[2]),
    )

    for address in ("/cases", f"/cases/{NOOR}", "/approvals"):
        asked.clear()
        assert (await browser.get(address)).status_code == 200
        assert len(asked) <= 3, asked
