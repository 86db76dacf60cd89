"""Filing a notice of appeal: once, by whom it may be, judged, with its receipt."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from httpx2 import Response

from portal.models import Case, Party
from storage.database import Database
from tests.cast import (
    AMIRA,
    DINA,
    FARIDA,
    JONAS,
    MARC,
    NOOR,
    RENEE,
    SAM,
)
from tests.conftest import Browser
from tests.portal.appeals.decided import (
    CHILD,
    DECISION,
    FORM,
    MOTHER,
    appeals,
    checked,
    decide,
    filed,
    sent,
    today,
)
from tests.portal.documents.test_arriving import text_of


async def test_a_claimant_without_counsel_appeals(browser: Browser, database: Database) -> None:
    """Form, check, receipt: a case of the Appeal Division with numbers of its own, tied to the claim."""
    await decide(browser.portal)
    await browser.sign_in(FARIDA)

    offered = text_of((await browser.get(f"/cases/{NOOR}")).text)
    answer = await filed(browser)
    [appeal] = await appeals(database)
    receipt = text_of((await browser.get(answer.headers["location"])).text)
    page = text_of((await browser.get(f"/cases/{appeal.case_id}")).text)
    async with database.system_transaction() as session:
        case = await session.get_one(Case, appeal.case_id)
        numbers = sorted(
            await session.scalars(sa.select(Party.file_number).where(Party.case_id == case.id))
        )

    assert "Appeal this decision" in offered
    assert (case.division, case.office, case.language) == ("rad", "toronto", "en")
    assert case.title == "Noor, F. and one other person"
    stem = f"TC{today().year % 10}-"
    assert numbers == [f"{stem}00001", f"{stem}00002"]
    assert appeal.decision_notice_id == DECISION
    assert (appeal.received_how, appeal.delegation_id) == ("stated", None)
    assert appeal.judged["late"] is False
    assert appeal.receipt in receipt
    assert "We have received your notice of appeal" in receipt
    assert "as the appellant stated" in receipt
    assert numbers[0] in receipt
    assert "Where your appeal stands" in page
    assert re.search(r"A-\w{4}-\d\d", appeal.receipt)


async def test_who_may_not_make_requests_is_told_so(browser: Browser, database: Database) -> None:
    """Amira and Jonas lack the right; Minister's counsel and strangers find nothing."""
    await decide(browser.portal)
    for person, status in ((AMIRA, 403), (JONAS, 403), (RENEE, 403), (MARC, 404), (SAM, 404)):
        await browser.sign_in(person)
        assert (await browser.get(FORM)).status_code == status, person.name
        posted = await browser.post(FORM, data={"id": str(uuid4()), "step": "file"})
        assert posted.status_code == status, person.name
    assert await appeals(database) == []


async def test_the_ministers_counsel_sees_nothing_of_it(
    browser: Browser, database: Database
) -> None:
    """Neither the entry on the claim, nor a word of the appeal on its page or history."""
    await decide(browser.portal)
    await browser.sign_in(FARIDA)
    await filed(browser)
    [appeal] = await appeals(database)

    await browser.sign_in(MARC)
    pages = [(await browser.get(f"/cases/{NOOR}{part}")).text for part in ("", "/history")]

    for page in pages:
        assert "appeal" not in text_of(page).lower()
        assert str(appeal.case_id) not in page
    async with database.transaction(MARC.id) as session:
        for table in ("appeal", "appellant"):
            assert await session.scalar(sa.text(f"select count(*) from {table}")) == 0
        told = await session.scalar(
            sa.text("select count(*) from portal_appealed(:c)"), {"c": NOOR}
        )
        assert told == 0


async def test_pressed_twice_it_is_filed_once(browser: Browser, database: Database) -> None:
    """The same form leads to the same receipt."""
    await decide(browser.portal)
    await browser.sign_in(FARIDA)
    page = await checked(browser)

    answers = [await browser.post(FORM, data=sent(page) | {"step": "file"}) for _ in range(2)]
    at_once = await asyncio.gather(
        *(browser.post(FORM, data=sent(page) | {"step": "file"}) for _ in range(3))
    )

    assert len({answer.headers["location"] for answer in (*answers, *at_once)}) == 1
    assert len(await appeals(database)) == 1


async def test_two_people_at_once_make_one_appeal(browser: Browser, database: Database) -> None:
    """Farida and Dina press in the same second: one is first, the other is told who."""
    await decide(browser.portal)
    forms: dict[str, dict[str, Any]] = {}
    tokens: dict[str, str] = {}
    name = browser.portal.cookie("session")
    for person in (FARIDA, DINA):
        await browser.sign_in(person)
        page = await checked(browser)
        forms[person.name] = sent(page) | {"step": "file"}
        tokens[person.name] = browser.cookies[name]

    async def press(who: str) -> Response:
        headers = {"cookie": f"{name}={tokens[who]}; language=en"}
        return await browser.post(FORM, data=forms[who], headers=headers)

    browser.cookies.clear()
    answers = await asyncio.gather(*(press(who) for who in forms))

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    [second] = [answer for answer in answers if answer.status_code == 409]
    assert "A notice of appeal was filed already" in second.text
    [appeal] = await appeals(database)
    assert appeal.filer_name in second.text


async def test_others_of_the_family_can_appeal_later(browser: Browser, database: Database) -> None:
    """One appeal of each person: who has appealed is named, and cannot be ticked again."""
    await decide(browser.portal)
    await browser.sign_in(FARIDA)
    await filed(browser, MOTHER)

    page = await browser.get(FORM)
    again = await browser.post(
        FORM, data={"id": str(uuid4()), "claimants": [str(MOTHER)], "step": "check"}
    )
    await filed(browser, CHILD)

    assert f'value="{CHILD}"' in page.text
    assert f'value="{MOTHER}"' not in page.text
    assert again.status_code == 409
    assert len(await appeals(database)) == 2


async def test_without_a_recorded_decision_one_can_appeal(
    browser: Browser, database: Database
) -> None:
    """Never blocked: the appellant states the day, and the appeal names no decision."""
    await browser.sign_in(FARIDA)

    await filed(browser)
    [appeal] = await appeals(database)

    assert (appeal.decision_notice_id, appeal.received_how) == (None, "stated")


async def test_late_is_marked_and_never_refused(browser: Browser, database: Database) -> None:
    """Received 16 working-free days and more ago: warned, asked why, filed."""
    await decide(browser.portal)
    await browser.sign_in(FARIDA)

    page = await checked(browser, ago=20)
    said = sent(page) | {"step": "file", "late_reasons": "I was in hospital."}
    await browser.post(FORM, data=said)
    [appeal] = await appeals(database)
    receipt = text_of((await browser.get(f"/appeals/{appeal.case_id}")).text)

    assert "The last day for the notice of appeal has passed" in page.text
    assert appeal.judged["late"] is True
    assert appeal.late_reasons == "I was in hospital."
    assert "I was in hospital." in receipt


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ({"received_on-day": "", "received_on-month": "", "received_on-year": ""}, "Enter the day"),
        ({"received_on-year": "2126"}, "still to come"),
        ({"received_on-year": "2013"}, "The decision was made later"),
    ],
)
async def test_a_day_that_cannot_be_is_asked_again(
    browser: Browser, day: dict[str, Any], sentence: str
) -> None:
    """Nobody receives reasons tomorrow, or before the decision."""
    await decide(browser.portal)
    await browser.sign_in(FARIDA)

    page = await checked(browser, **day)

    assert page.status_code == 422
    assert sentence in page.text


async def test_the_registrys_day_goes_before_a_stated_one(
    browser: Browser, database: Database
) -> None:
    """A legal date of receipt that the registry set is counted from, and not asked for."""
    await decide(browser.portal, legal_on=today() - timedelta(days=5))
    await browser.sign_in(FARIDA)

    form = await browser.get(FORM)
    await filed(browser)
    [appeal] = await appeals(database)

    assert "received_on-day" not in form.text
    assert appeal.received_how == "set"
    assert appeal.reasons_received_on == today() - timedelta(days=5)


async def test_reasons_that_follow_are_received_when_the_appellant_says(
    browser: Browser,
) -> None:
    """The day of a decision without its reasons counts for nothing (IRPR, s. 159.91)."""
    await decide(browser.portal, reasons="to_follow", legal_on=today() - timedelta(days=5))
    await browser.sign_in(FARIDA)

    assert "received_on-day" in (await browser.get(FORM)).text


async def test_an_officers_number_is_not_given_twice(browser: Browser, database: Database) -> None:
    """A claim that has the number already keeps it; the appeal gets the next."""
    taken = f"TC{today().year % 10}-00001"
    async with database.system_transaction() as session:
        session.add(Party(case_id=NOOR, name="Sami Noor", file_number=taken))
    await decide(browser.portal)
    await browser.sign_in(FARIDA)

    await filed(browser, MOTHER)
    [appeal] = await appeals(database)
    async with database.system_transaction() as session:
        numbers = await session.scalars(
            sa.select(Party.file_number).where(Party.case_id == appeal.case_id)
        )

        assert list(numbers) == [f"TC{today().year % 10}-00002"]


async def test_the_registry_of_the_claim_owes_its_record(
    browser: Browser, database: Database
) -> None:
    """Renée's desk says until when (RAD Rules, r. 21), and leads to the claim, not to the appeal."""
    await decide(browser.portal)
    await browser.sign_in(FARIDA)
    await filed(browser)
    [appeal] = await appeals(database)

    await browser.sign_in(RENEE)
    desk = (await browser.get("/registry")).text
    claim = await browser.get(f"/cases/{NOOR}")

    assert "Records due to the Refugee Appeal Division" in desk
    assert str(appeal.case_id) not in desk
    assert "The record of the claim is due to the Appeal Division" in claim.text
    assert str(appeal.case_id) not in claim.text
