"""The list of my notices: only what was placed in my own inbox, and what is unopened first."""

import sqlalchemy as sa

from portal.inbox.listing import list_received
from portal.models import Delegation
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, FARIDA, JONAS, MARC
from tests.conftest import Browser
from tests.notices.samples import SAMPLES
from tests.portal.inbox.served import OTHER, address, copy_of, recall, serve

LETTER = SAMPLES[-1]


async def test_only_ones_own_copies_are_listed(browser: Browser) -> None:
    """Claire's list holds her copy, not Farida's; Marc, who was not served, has none."""
    await serve(browser.portal)
    hers, claimants = await address(browser.portal, CLAIRE), await address(browser.portal, FARIDA)

    mine = (await (await browser.sign_in(CLAIRE)).get("/notices")).text
    none = (await (await browser.sign_in(MARC)).get("/notices")).text

    assert hers in mine
    assert claimants not in mine
    assert "Nothing has been placed in your inbox yet." in none


async def test_a_delegate_sees_for_whom_the_copy_is(browser: Browser) -> None:
    """A copy that came through a loan names the principal; who may only see gets none."""
    await serve(browser.portal)

    amira = (await (await browser.sign_in(AMIRA)).get("/notices")).text
    jonas = (await (await browser.sign_in(JONAS)).get("/notices")).text

    assert "a copy, for" in amira
    assert CLAIRE.name in amira
    assert "Notice to appear" not in jonas


async def test_a_copy_goes_with_the_loan_it_came_by(browser: Browser) -> None:
    """When the delegation ends, the delegate's list is empty and the address leads nowhere."""
    await serve(browser.portal)
    copy = await address(browser.portal, AMIRA)
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Delegation)
            .where(Delegation.id == CLAIRE_TO_AMIRA)
            .values(ended_at=sa.func.now(), ended_by=CLAIRE.id)
        )
    await browser.sign_in(AMIRA)

    listed = await browser.get("/notices")
    read = await browser.get(copy)

    assert "Notice to appear" not in listed.text
    assert read.status_code == 404


async def test_the_unopened_come_first(browser: Browser) -> None:
    """A later notice that was opened stands below an earlier one that was not."""
    await serve(browser.portal)
    await serve(browser.portal, LETTER, OTHER)
    await browser.sign_in(CLAIRE)
    await browser.get(await address(browser.portal, CLAIRE, OTHER))

    async with browser.portal.database.transaction(CLAIRE.id) as session:
        received, more = await list_received(session, CLAIRE.id, language="fr")

    assert [one.subject for one in received] == ["Avis de convocation", "Votre nouvelle adresse"]
    assert [one.waiting for one in received] == [True, False]
    assert not more


async def test_the_list_says_what_each_one_still_asks(browser: Browser) -> None:
    """Not opened, then to be acknowledged; a recalled one asks nothing."""
    await serve(browser.portal)
    await browser.sign_in(CLAIRE)

    before = (await browser.get("/notices")).text
    await browser.get(await address(browser.portal, CLAIRE))
    between = (await browser.get("/notices")).text
    await recall(browser.portal)
    after = (await browser.get("/notices")).text

    assert "Not opened yet" in before
    assert "To be acknowledged" in between
    assert "Recalled" in after
    assert "To be acknowledged" not in after


async def test_claimants_read_letters(browser: Browser) -> None:
    """Farida's page is headed by a plain word."""
    await serve(browser.portal)
    await browser.sign_in(FARIDA)

    page = await browser.get("/notices")

    assert '<h1 class="govuk-heading-l">Letters</h1>' in page.text
    assert (await copy_of(browser.portal, FARIDA)).opened_at is None
