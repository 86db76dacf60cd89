"""Counsel asks to go and is let go, or is removed by the client at once: through the forms."""

import asyncio
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from notices.model import Notice, Service
from portal.counsel.telling import tell_counsel
from portal.models import Standing
from tests.cast import (
    AMIRA,
    CLAIRE,
    DINA,
    FARIDA,
    JONAS,
    LOUIS,
    MARC,
    NOOR,
    RENEE,
    Character,
    known,
)
from tests.conftest import Browser
from tests.portal.registry.pressing import press
from tests.portal.registry.recorded import recorded, rows, sees, stand
from tests.portal.requests.asked import decide, preview, send, the_request

PLACE = known(f"standing {CLAIRE.email}")
WITHDRAWAL = {"ground": "client", "reasons": "We agree that another counsel takes over."}
REMOVAL = {"counsel": str(PLACE), "meant": "y"}
GRANT = {"outcome": "granted", "why_en": "", "why_fr": ""}
REFUSE = {
    "outcome": "refused",
    "why_en": "Too near the hearing.",
    "why_fr": "Trop près de l’audience.",
}


async def withdraw(browser: Browser) -> UUID:
    """Claire asks to be let go."""
    await browser.sign_in(CLAIRE)
    return await send(browser, "counsel_withdrawal", WITHDRAWAL)


async def place(browser: Browser) -> Standing:
    """Claire's place."""
    return (await rows(browser, sa.select(Standing).where(Standing.id == PLACE)))[0]


async def test_until_it_is_granted_counsel_stays_and_is_told_so(browser: Browser) -> None:
    """The form, the check and the receipt say it; the limit is three working days before."""
    await browser.sign_in(CLAIRE)
    page = await browser.get(f"/cases/{NOOR}/requests/new?kind=counsel_withdrawal")
    check = await press(browser, page, "check", action="requests/new", **WITHDRAWAL)
    request = await withdraw(browser)
    receipt = await browser.get(f"/requests/{request}")

    for one in (page, check, receipt):
        assert "Until this is granted you stay counsel of record" in one.text
    assert AMIRA.name in check.text
    assert "three working days before the hearing" in check.text
    judged = (await the_request(browser, request)).judged
    assert judged
    assert judged["late"] is False
    assert await sees(browser, CLAIRE) == 200
    assert (await place(browser)).ended_how is None


async def test_granted_the_place_ends_with_all_below_and_everybody_is_told(
    browser: Browser,
) -> None:
    """One transaction: place, delegates, both notices; Claire can still read what became of it."""
    request = await withdraw(browser)
    await browser.sign_in(RENEE)
    await decide(browser, request, GRANT)

    assert (await place(browser)).ended_by == RENEE.id
    for one in (CLAIRE, AMIRA, JONAS):
        assert await sees(browser, one) == 404
    notices = {one.kind: one for one in await rows(browser, sa.select(Notice))}
    assert set(notices) == {"counsel_changed", "request_decided"}
    told = await rows(
        browser,
        sa.select(Service.person_name).where(Service.notice_id == notices["counsel_changed"].id),
    )
    assert {CLAIRE.name, FARIDA.name, DINA.name, MARC.name} <= set(told)
    await browser.sign_in(CLAIRE)
    mine = await rows(browser, sa.select(Service.id).where(Service.person_id == CLAIRE.id))
    assert [(await browser.get(f"/notices/{one}")).status_code for one in mine] == [200, 200]
    await browser.sign_in(FARIDA, language="en")
    (hers,) = await rows(
        browser,
        sa.select(Service.id).where(
            Service.person_id == FARIDA.id, Service.notice_id == notices["counsel_changed"].id
        ),
    )
    page = (await browser.get(f"/notices/{hers}")).text
    assert "Read our notices yourself, and keep the dates" in page


async def test_refused_counsel_stays(browser: Browser) -> None:
    """Nothing ends; the reason is told to counsel's side alone."""
    request = await withdraw(browser)
    await browser.sign_in(RENEE)
    await decide(browser, request, REFUSE)

    assert (await place(browser)).ended_how is None
    assert await sees(browser, CLAIRE) == 200
    assert {one.kind for one in await rows(browser, sa.select(Notice))} == {"request_decided"}


async def test_only_counsel_withdraws_and_only_the_client_removes(browser: Browser) -> None:
    """Neither kind is offered to anybody else, nor taken from them."""
    for person, kind, typed in (
        (FARIDA, "counsel_withdrawal", WITHDRAWAL),
        (MARC, "counsel_withdrawal", WITHDRAWAL),
        (CLAIRE, "counsel_removal", REMOVAL),
        (MARC, "counsel_removal", REMOVAL),
    ):
        await browser.sign_in(person)
        form = {"id": str(uuid4()), **typed}
        answer = await browser.post(f"/cases/{NOOR}/requests?kind={kind}", data=form)
        assert answer.status_code == 404, (person.name, kind)
    assert (await place(browser)).ended_how is None


@pytest.mark.parametrize("client", [FARIDA, DINA], ids=lambda one: one.email)
async def test_the_client_removes_counsel_in_two_steps(browser: Browser, client: Character) -> None:
    """Chosen and ticked, then checked with what ends and what stays, then done at once."""
    await browser.sign_in(client, language="en")
    page = await browser.get(f"/cases/{NOOR}/requests/new?kind=counsel_removal")
    untick = await press(browser, page, "check", action="requests/new", counsel=PLACE)
    check = await press(browser, page, "check", action="requests/new", **REMOVAL)

    assert untick.status_code == 422
    assert "Tick the box if this is what you want" in untick.text
    for words in (
        CLAIRE.name,
        AMIRA.name,
        JONAS.name,
        "Every document that was filed",
        "Laila Noor",
    ):
        assert words in check.text, words
    assert (await place(browser)).ended_how is None

    done = await press(browser, check, action="/requests?")

    assert done.status_code == 303
    assert (await place(browser)).ended_by == client.id
    for one in (CLAIRE, AMIRA, JONAS):
        assert await sees(browser, one) == 404
    await browser.sign_in(client, language="en")
    assert (
        "It is done: counsel no longer acts" in (await browser.get(done.headers["location"])).text
    )


async def test_the_other_side_learns_of_it_once_it_is_a_fact(browser: Browser) -> None:
    """Marc sees neither form nor request; afterwards the entry and the notice say who went."""
    await browser.sign_in(FARIDA)
    request = await send(browser, "counsel_removal", REMOVAL)

    await browser.sign_in(MARC, language="en")
    history = (await browser.get(f"/cases/{NOOR}/history")).text
    assert "ended the place of" in history
    assert "Remove your counsel" not in history
    assert (await browser.get(f"/requests/{request}")).status_code == 404
    await tell_counsel(browser.portal, PLACE)
    assert "Nobody is counsel in this case any more" in (await browser.get("/notices")).text


async def test_pressed_twice_at_once_it_is_done_once(browser: Browser) -> None:
    """Two tabs, two people and an officer who lets counsel go: one ending, and no deadlock."""
    request = await withdraw(browser)
    forms = {"id": str(uuid4()), **REMOVAL}, {"id": str(uuid4()), **REMOVAL}
    await browser.sign_in(RENEE)
    granting = await preview(browser, request, GRANT)
    officer = dict(browser.cookies)
    await browser.sign_in(FARIDA)
    path = f"/cases/{NOOR}/requests?kind=counsel_removal"
    farida = dict(browser.cookies)

    async def post(address: str, form: dict[str, str], cookies: dict[str, str]) -> int:
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        return (await browser.post(address, data=form, headers=headers)).status_code

    answers = await asyncio.gather(
        post(path, forms[0], farida),
        post(path, forms[0], farida),
        post(path, forms[1], farida),
        post(f"/requests/{request}/decision", granting, officer),
    )

    assert set(answers) <= {303, 409, 422}
    assert answers[0] == answers[1]
    assert len(await recorded(browser, "standing.ended")) == 1


async def test_with_other_counsel_the_notices_go_there(browser: Browser) -> None:
    """Two are counsel: one goes, the other stays, and the check says who answers from then on."""
    async with browser.portal.database.system_transaction() as session:
        await stand(session, LOUIS, NOOR)
    await browser.sign_in(FARIDA, language="en")
    page = await browser.get(f"/cases/{NOOR}/requests/new?kind=counsel_removal")
    check = await press(browser, page, "check", action="requests/new", **REMOVAL)

    assert f"They go to your other counsel: {LOUIS.name}" in check.text
    await press(browser, check, action="/requests?")
    assert await sees(browser, LOUIS) == 200
    await tell_counsel(browser.portal, PLACE)
    (notice,) = await rows(browser, sa.select(Notice))
    assert (notice.facts["counsel"], notice.facts["former"]) == (LOUIS.name, CLAIRE.name)


async def test_without_counsel_there_is_nobody_to_remove(browser: Browser) -> None:
    """The list says so, and the form is not there."""
    await browser.sign_in(FARIDA, language="en")
    await send(browser, "counsel_removal", REMOVAL)

    page = await browser.get(f"/cases/{NOOR}/requests/new?kind=counsel_removal")

    assert "Nobody is counsel of record in this case" in page.text
