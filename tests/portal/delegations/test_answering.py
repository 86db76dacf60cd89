"""Answering an offer: read first, promise, once; never on both sides; refused is refused."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from portal.models import Posting, Standing, Suspension
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, LOUIS, MARC, NOOR, OKAFOR, RENEE, SAM, known
from tests.conftest import Browser
from tests.portal.delegations.lending import (
    accept_from,
    accepted_by,
    acts,
    answer,
    answer_of,
    change,
    delegation,
    end_it,
    lend,
    offered_to,
    signed_page,
)


async def test_what_is_lent_is_read_before_it_is_accepted(
    browser: Browser, database: Database
) -> None:
    """The offer names the lender, the rights, the number of cases and the end; no case."""
    key = await offered_to(browser, SAM)
    await browser.sign_in(SAM)

    mine = await browser.get("/delegations")
    page = await browser.get(f"/delegations/{key}")

    assert "Claire Tremblay offers you access to cases" in mine.text
    assert "Claire Tremblay offers you access" in page.text
    assert "file documents, without asking first" in page.text
    assert "1 case" in page.text
    assert "works in my office" in page.text
    assert "I tell nobody else" in page.text
    for text in (mine.text, page.text):
        assert "Noor" not in text
        assert str(NOOR) not in text


async def test_nothing_is_accepted_without_the_promise(
    browser: Browser, database: Database
) -> None:
    """The box must be ticked; the page says so and keeps the offer open."""
    key = await offered_to(browser, SAM)
    await browser.sign_in(SAM)

    page = await answer(browser, f"/delegations/{key}/acceptance")

    assert page.status_code == 422
    assert "Tick the box to say that you will keep to this" in page.text
    row = await delegation(database, key)
    assert row is not None
    assert await answer_of(database, key, SAM) is None


async def test_an_accepted_loan_opens_its_cases_at_once(
    browser: Browser, database: Database
) -> None:
    """From the next page on the delegate sees the case, and the case's history says so."""
    key = await accepted_by(browser, SAM)

    page = await browser.get(f"/cases/{NOOR}")

    assert page.status_code == 200
    assert "You are acting for" in page.text
    assert await acts(database) == [("delegation.accepted", "Sam Stranger")]
    async with database.system_transaction() as session:
        facts = await session.scalar(
            sa.text("select facts from entry where act = 'delegation.accepted'")
        )
    assert facts["delegation_id"] == str(key)
    assert facts["name"] == "Claire Tremblay"
    assert facts["rights"] == ["see", "read", "prepare", "file"]


async def test_accepting_twice_is_accepting_once(browser: Browser, database: Database) -> None:
    """A double press leaves one entry."""
    key = await offered_to(browser, SAM)
    await browser.sign_in(SAM)
    for _ in range(2):
        page = await browser.get(f"/delegations/{key}")
        if "undertaken" in page.text:
            await answer(browser, f"/delegations/{key}/acceptance", undertaken="y")

    assert await acts(database) == [("delegation.accepted", "Sam Stranger")]


async def test_only_the_invited_person_finds_the_offer(
    browser: Browser, database: Database
) -> None:
    """To everybody else the offer does not exist, whatever they send to it."""
    key = await offered_to(browser, SAM)
    for person in (LOUIS, AMIRA, RENEE):
        await browser.sign_in(person)
        page = await browser.get(f"/delegations/{key}")
        answered = await accept_from(browser, await signed_page(browser), key)

        assert (page.status_code, answered.status_code) == (404, 404)
    row = await delegation(database, key)
    assert row is not None
    assert await answer_of(database, key, SAM) is None


async def test_the_lender_cannot_accept_for_somebody(browser: Browser, database: Database) -> None:
    """Whoever offers sees the offer, and no button to accept it."""
    key = await offered_to(browser, SAM)
    page = await browser.get(f"/delegations/{key}")

    assert page.status_code == 200
    assert "/acceptance" not in page.text


async def test_a_refused_offer_is_over(browser: Browser, database: Database) -> None:
    """Refusing gives nothing, is seen by the lender, and cannot be turned into accepting."""
    key = await offered_to(browser, SAM)
    await browser.sign_in(SAM)
    open_page = await browser.get(f"/delegations/{key}")

    refused = await answer(browser, f"/delegations/{key}/refusal")
    late = await accept_from(browser, open_page.text, key)

    assert refused.status_code == 303
    assert late.status_code == 409
    assert "This offer is no longer open" in late.text
    await browser.sign_in(CLAIRE)
    assert "refused" in (await browser.get("/delegations")).text
    assert await acts(database) == []


async def test_an_offer_waits_for_seven_days(browser: Browser, database: Database) -> None:
    """After a week an offer lapses, whether or not the address has an account."""
    key = await offered_to(browser, SAM)
    await browser.sign_in(SAM)
    open_page = await browser.get(f"/delegations/{key}")
    await change(database, key, open_until=datetime.now(UTC) - timedelta(seconds=1))

    late = await accept_from(browser, open_page.text, key)

    assert late.status_code == 409
    await browser.sign_in(CLAIRE)
    assert "nobody accepted the offer of" in (await browser.get("/delegations")).text


async def test_a_withdrawn_offer_cannot_be_accepted(browser: Browser, database: Database) -> None:
    """Withdrawing before it is accepted ends it; nothing is written in any case."""
    key = await offered_to(browser, SAM)
    await browser.sign_in(SAM)
    open_page = await browser.get(f"/delegations/{key}")
    await browser.sign_in(CLAIRE)
    gone = await end_it(browser, key)

    await browser.sign_in(SAM)
    late = await accept_from(browser, open_page.text, key)

    assert (gone.status_code, late.status_code) == (303, 409)
    assert await acts(database) == []


async def test_nobody_acts_on_both_sides(browser: Browser, database: Database) -> None:
    """Who acts for counsel of record is refused the loan of the Minister’s counsel, and is told."""
    await browser.sign_in(MARC)
    key = "6f2ff1b4-5a3b-4d55-9c26-0f5b7f0c1a11"
    assert (await lend(browser, email=AMIRA.email, key=key)).status_code == 303
    await browser.sign_in(AMIRA)

    page = await answer(browser, f"/delegations/{key}/acceptance", undertaken="y")

    assert page.status_code == 409
    assert "Nobody can act on both sides" in page.text


async def test_counsel_against_the_lender_is_refused(browser: Browser, database: Database) -> None:
    """A standing of one's own on the other side counts as well."""
    key = await offered_to(browser, MARC)
    await browser.sign_in(MARC)

    page = await answer(browser, f"/delegations/{key}/acceptance", undertaken="y")

    assert page.status_code == 409


async def test_an_officer_cannot_be_anybodys_delegate(browser: Browser, database: Database) -> None:
    """The registry's desk is a side too."""
    async with database.system_transaction() as session:
        session.add(Posting(person_id=SAM.id, division="iad"))
    key = await offered_to(browser, SAM)
    await browser.sign_in(SAM)

    page = await answer(browser, f"/delegations/{key}/acceptance", undertaken="y")

    assert page.status_code == 409


async def test_sides_that_meet_later_close_the_door(browser: Browser, database: Database) -> None:
    """Two loans that were fine become one too many when a case gets a second side: neither counts."""
    await browser.sign_in(MARC)
    key = "6f2ff1b4-5a3b-4d55-9c26-0f5b7f0c1a12"
    assert (await lend(browser, email=AMIRA.email, key=key, scope="all")).status_code == 303
    suspended = {"case_id": NOOR, "began_by": RENEE.id, "why": "by the law society"}
    async with database.system_transaction() as session:
        session.add(Suspension(standing_id=known(f"standing {MARC.email}"), **suspended))
    await browser.sign_in(AMIRA)
    taken = await answer(browser, f"/delegations/{key}/acceptance", undertaken="y")
    before = await browser.get(f"/cases/{NOOR}")
    async with database.system_transaction() as session:
        await session.execute(
            sa.update(Suspension).values(ended_at=datetime.now(UTC), ended_by=RENEE.id)
        )

    after = await browser.get(f"/cases/{NOOR}")

    assert (taken.status_code, before.status_code, after.status_code) == (303, 200, 404)


async def test_a_loan_that_begins_later_is_recorded_now(
    browser: Browser, database: Database
) -> None:
    """Accepted for next week: the history says so today, the case opens next week."""
    key = await accepted_by(browser, SAM, begins_in=7)

    assert (await browser.get(f"/cases/{NOOR}")).status_code == 404
    assert await acts(database) == [("delegation.accepted", "Sam Stranger")]
    assert "begins" in (await browser.get("/delegations")).text
    await change(database, key, starts_at=datetime.now(UTC) - timedelta(minutes=1))
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 200


async def test_all_cases_means_those_to_come_as_well(browser: Browser, database: Database) -> None:
    """Lent on all cases: a case that the lender gets tomorrow is covered too."""
    await accepted_by(browser, SAM, scope="all", cases=[])
    assert (await browser.get(f"/cases/{OKAFOR}")).status_code == 404
    async with database.system_transaction() as session:
        session.add(
            Standing(
                case_id=OKAFOR,
                person_id=CLAIRE.id,
                role="counsel",
                began_how="by notice",
                recorded_by=RENEE.id,
            )
        )

    assert (await browser.get(f"/cases/{OKAFOR}")).status_code == 200
