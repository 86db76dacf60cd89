"""Asking something of the registry: the form, the check, the receipt, and who sees it."""

from uuid import uuid4

import sqlalchemy as sa

from portal.models import Entry
from tests.cast import AMIRA, CLAIRE, FARIDA, HEARING, JONAS, LOUIS, MARC, NOOR, RENEE, VICTOR, lend
from tests.conftest import Browser
from tests.portal.requests.asked import NUMBER, another_date, send, the_request


async def test_choice_says_what_can_be_asked(browser: Browser) -> None:
    """Each kind has a plain sentence and the rule it rests on."""
    await browser.sign_in(FARIDA)

    page = await browser.get(f"/cases/{NOOR}/requests/new")

    assert "Another date or time for a hearing" in page.text
    assert "You cannot come on the date that is set" in page.text
    assert "RPD Rules, r. 54" in page.text


async def test_form_is_checked_then_sent_and_receipted(browser: Browser) -> None:
    """Check shows every answer; the receipt has a number, the moment, the limit and what holds."""
    await browser.sign_in(FARIDA)
    form = {"id": str(uuid4()), **await another_date(browser)}

    check = await browser.post(f"/cases/{NOOR}/requests/new?kind=change_of_date", data=form)
    request_id = await send(browser, "change_of_date", form)
    receipt = await browser.get(f"/requests/{request_id}")

    assert "I am in another court that day." in check.text
    assert "You must come on the date that is set" in check.text
    assert "in time" in check.text
    assert NUMBER.search(receipt.text)
    assert "We have received your request" in receipt.text
    assert "3 working days before the hearing on" in receipt.text
    assert "You must come on the date that is set" in receipt.text


async def test_what_lacks_is_said_at_the_field(browser: Browser) -> None:
    """No reasons and two dates: both are asked for, and what was typed stays."""
    await browser.sign_in(FARIDA)
    form = {"id": str(uuid4()), **await another_date(browser, 2), "reasons": ""}

    page = await browser.post(f"/cases/{NOOR}/requests/new?kind=change_of_date", data=form)

    assert page.status_code == 422
    assert "Say why you cannot come" in page.text
    assert "Enter this date: the rule asks for it" in page.text


async def test_sent_twice_is_asked_once(browser: Browser) -> None:
    """The form's id is the request's."""
    await browser.sign_in(FARIDA)
    form, key = await another_date(browser), uuid4()

    first = await send(browser, "change_of_date", form, key=key)
    again = await send(browser, "change_of_date", form, key=key)

    assert first == again == key
    other = await browser.post(
        f"/cases/{NOOR}/requests?kind=change_of_date",
        data=form | {"id": str(key), "reasons": "Something else."},
    )
    assert other.status_code == 422
    async with browser.portal.database.system_transaction() as session:
        made = sa.select(sa.func.count()).where(Entry.act == "request.made")
        assert await session.scalar(made) == 1


async def test_delegate_asks_in_a_name(browser: Browser) -> None:
    """A for B: the row, the entry and the receipt name both; without the right it is refused."""
    form = await another_date(browser)
    await browser.sign_in(AMIRA)
    page = await browser.get(f"/cases/{NOOR}/requests/new")
    assert page.status_code == 403
    async with browser.portal.database.system_transaction() as session:
        await lend(session, CLAIRE, AMIRA, rights=("see", "request"), cases=[NOOR])

    request_id = await send(browser, "change_of_date", form)

    row = await the_request(browser, request_id)
    assert (row.asked_by, row.principal_id) == (AMIRA.id, CLAIRE.id)
    receipt = await browser.get(f"/requests/{request_id}")
    assert "Amira Haddad for Claire Tremblay" in receipt.text


async def test_who_may_not_see_it_finds_nothing(browser: Browser) -> None:
    """Strangers, the other side, another division's officer: 404; its own side and officer see it."""
    await browser.sign_in(FARIDA)
    request_id = await send(browser, "change_of_date", await another_date(browser))

    answers = {}
    for person in (LOUIS, MARC, VICTOR, CLAIRE, JONAS, RENEE):
        await browser.sign_in(person)
        answers[person.name] = (await browser.get(f"/requests/{request_id}")).status_code

    assert answers == {
        LOUIS.name: 404,
        MARC.name: 404,
        VICTOR.name: 404,
        CLAIRE.name: 200,
        JONAS.name: 200,
        RENEE.name: 200,
    }


async def test_other_side_reads_no_entry_of_it(browser: Browser) -> None:
    """The history tells it to the side that asked and to the registry alone."""
    await browser.sign_in(FARIDA)
    await send(browser, "change_of_date", await another_date(browser))
    said = "asked the registry: Another date or time for a hearing"

    seen = {}
    for person in (MARC, CLAIRE, RENEE):
        await browser.sign_in(person)
        seen[person.name] = said in (await browser.get(f"/cases/{NOOR}/history")).text

    assert seen == {MARC.name: False, CLAIRE.name: True, RENEE.name: True}


async def test_case_page_lists_what_was_asked(browser: Browser) -> None:
    """Under what was received from her, with its state; the other side has none of it."""
    await browser.sign_in(FARIDA)
    request_id = await send(browser, "change_of_date", await another_date(browser))

    page = await browser.get(f"/cases/{NOOR}")
    await browser.sign_in(MARC)
    other = await browser.get(f"/cases/{NOOR}")

    assert "What we received from you" in page.text
    assert f"/requests/{request_id}" in page.text
    assert str(request_id) not in other.text


async def test_registry_finds_it_on_the_desk(browser: Browser) -> None:
    """With how near the next hearing is."""
    await browser.sign_in(FARIDA)
    request_id = await send(browser, "change_of_date", await another_date(browser))
    await browser.sign_in(RENEE, language="en")

    desk = await browser.get("/registry")

    assert f"/requests/{request_id}/decision" in desk.text
    assert "in 12 days" in desk.text


async def test_withdrawn_until_decided(browser: Browser) -> None:
    """Taken back once; then it is off the desk and cannot be decided."""
    await browser.sign_in(FARIDA)
    request_id = await send(browser, "change_of_date", await another_date(browser))

    await browser.get(f"/requests/{request_id}/withdrawal")
    for _ in range(2):
        answer = await browser.post(f"/requests/{request_id}/withdrawal")
        assert answer.status_code == 303

    page = await browser.get(f"/requests/{request_id}")
    assert "withdrawn" in page.text
    await browser.sign_in(RENEE)
    assert str(request_id) not in (await browser.get("/registry")).text
    gone = await browser.get(f"/requests/{request_id}/decision")
    assert gone.headers["location"] == f"/requests/{request_id}"


async def test_nothing_to_change_without_a_hearing(browser: Browser) -> None:
    """The choice says why, and the form cannot be sent."""
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.text("update hearing set starts_at = now() - interval '1 day' where id = :id"),
            {"id": HEARING},
        )
    await browser.sign_in(FARIDA)

    page = await browser.get(f"/cases/{NOOR}/requests/new?kind=change_of_date")

    assert "No hearing is fixed yet" in page.text
    answer = await browser.post(f"/cases/{NOOR}/requests?kind=change_of_date")
    assert answer.status_code == 422
