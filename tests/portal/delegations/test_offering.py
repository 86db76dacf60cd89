"""Offering: through the form, checked first, never more than one's own, the same to every address."""

import re
from uuid import uuid4

import sqlalchemy as sa

from portal.models import DelegationCase, Standing
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, FARIDA, MARC, NOOR, OKAFOR, RENEE, SAM
from tests.conftest import Browser
from tests.portal.delegations.lending import acts, delegation, invitations, lend, offered_to


async def test_answers_are_checked_before_anything_is_offered(
    browser: Browser, database: Database
) -> None:
    """The first press shows what would be lent, in words, and offers nothing yet."""
    await browser.sign_in(CLAIRE)
    key = uuid4()

    page = await lend(browser, step="check", key=str(key))

    assert page.status_code == 200
    assert "Check before you offer it" in page.text
    assert "file documents, without asking first" in page.text
    assert "Noor, F. and two children" in page.text
    assert await delegation(database, key) is None


async def test_an_offer_waits_and_gives_nothing_yet(browser: Browser, database: Database) -> None:
    """An offer is a row, its cases and an invitation; until it is accepted nobody sees more."""
    key = await offered_to(browser, SAM)

    row = await delegation(database, key)
    assert row is not None
    assert (row.invited_email, row.delegate_id, row.accepted_at) == (SAM.email, None, None)
    assert row.rights == ["see", "read", "prepare", "file"]
    async with database.system_transaction() as session:
        cases = list(
            await session.scalars(sa.select(DelegationCase.case_id).filter_by(delegation_id=key))
        )
    assert cases == [NOOR]
    assert [one.email for one in await invitations(database)] == [SAM.email]
    await browser.sign_in(SAM)
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 404
    assert await acts(database) == []


async def test_a_known_address_and_a_new_one_get_the_same_answer(browser: Browser) -> None:
    """Nothing tells the lender whether an address has an account before it accepts."""
    await browser.sign_in(CLAIRE)
    seen: dict[str, str] = {}
    for email in (SAM.email, "new@example.org"):
        key = uuid4()
        answer = await lend(browser, email=email, key=str(key))
        told = await browser.get(answer.headers["location"])
        one = await browser.get(f"/delegations/{key}")
        banner = re.findall(r"<p class=.govuk-notification-banner__heading.*?</p>", told.text)
        row = re.findall(
            rf'<tr class="govuk-table__row" role="row" id="d-{key}">.*?</tr>', told.text, re.S
        )
        seen[email] = re.sub(
            rf"{re.escape(email)}|{key}|name=.csrf. value=.[^>]+",
            "",
            "".join([str(answer.status_code), *banner, *row, one.text]),
        )

    assert "offer goes to" in seen[SAM.email]
    assert "not accepted yet" in seen[SAM.email]
    assert seen[SAM.email] == seen["new@example.org"]


async def test_the_form_sent_twice_offers_once(browser: Browser, database: Database) -> None:
    """A double press makes one offer and one mail; the same form with other terms does nothing."""
    await browser.sign_in(CLAIRE)
    key = str(uuid4())
    first = await lend(browser, key=key)
    again = await lend(browser, key=key)
    other = await lend(browser, key=key, email="other@example.org")

    assert (first.status_code, again.status_code, other.status_code) == (303, 303, 422)
    assert "This form has already offered something else" in other.text
    assert len(await invitations(database)) == 1


async def test_nobody_lends_to_himself(browser: Browser) -> None:
    """One's own address is refused at the field, and what was typed is kept."""
    await browser.sign_in(CLAIRE)

    page = await lend(browser, email=" Claire@Example.org ")

    assert page.status_code == 422
    assert "This is your own address" in page.text
    assert "works in my office" in page.text


async def test_two_years_are_the_most(browser: Browser) -> None:
    """A later day is refused with the reason."""
    await browser.sign_in(CLAIRE)

    page = await lend(browser, **{"ends-year": "2031"})

    assert page.status_code == 422
    assert "Access can be lent for two years at most" in page.text


async def test_somebody_elses_case_cannot_be_lent(browser: Browser, database: Database) -> None:
    """Claire cannot lend a case of Louis's, whatever she sends."""
    await browser.sign_in(CLAIRE)
    key = uuid4()

    page = await lend(browser, cases=[str(OKAFOR)], key=str(key))

    assert page.status_code == 422
    assert "no longer yours to lend" in page.text
    assert await delegation(database, key) is None


async def test_a_right_that_is_not_lent_here_is_refused(browser: Browser) -> None:
    """Neither the right to lend on nor the registry's can be ticked by hand."""
    await browser.sign_in(CLAIRE)
    for right in ("delegate", "administer", "nonsense"):
        page = await lend(browser, rights=[right])

        assert page.status_code == 422
        assert "You cannot lend more than you may do yourself" in page.text


async def test_what_is_lent_is_not_lent_on(browser: Browser) -> None:
    """A delegate, a claimant and an officer have nothing to lend: no chains."""
    for person in (AMIRA, FARIDA, RENEE, SAM):
        await browser.sign_in(person)
        page = await browser.get("/delegations/new")

        assert page.status_code == 403
        assert "You have nothing to lend" in page.text


async def test_counsel_of_both_sides_may_lend(browser: Browser) -> None:
    """The Minister’s counsel lends as counsel of record does."""
    await browser.sign_in(MARC)

    assert (await lend(browser)).status_code == 303


async def test_cases_are_found_without_javascript(browser: Browser, database: Database) -> None:
    """With many cases a search lists some; what was ticked and typed stays."""
    await many_cases(database, count=40)
    await browser.sign_in(CLAIRE)

    page = await lend(browser, step="find", find="Case 31", reason="kept words")

    assert "Case 31" in page.text
    assert "Case 30" not in page.text
    assert "Noor, F. and two children" in page.text
    assert 'value="kept words"' in page.text


async def many_cases(database: Database, *, count: int) -> None:
    """Claire becomes counsel in many more cases."""
    async with database.system_transaction() as session:
        for number in range(count):
            case = uuid4()
            await session.execute(
                sa.text(
                    'insert into "case" (id, division, office, title, language, opened_by)'
                    " values (:id, 'rpd', 'toronto', :title, 'en', :by)"
                ),
                {"id": case, "title": f"Case {number}", "by": RENEE.id},
            )
            session.add(
                Standing(
                    case_id=case,
                    person_id=CLAIRE.id,
                    role="counsel",
                    began_how="by notice",
                    recorded_by=RENEE.id,
                )
            )
