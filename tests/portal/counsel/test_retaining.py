"""Becoming counsel: said without learning of any case, and recorded by the registry in one press."""

import asyncio
import re
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from httpx2 import Response
from sqlalchemy import event

from notices.model import Notice, Service
from portal.models import Retainer, Standing
from tests.cast import AMIRA, CLAIRE, FARIDA, LOUIS, MARC, NOOR, RENEE, SAM, VICTOR, known
from tests.conftest import Browser
from tests.portal.registry.pressing import arrive, form_on, press
from tests.portal.registry.recorded import acts, rows, sees, stand

PAID = {
    "division": "rpd",
    "file_number": "tc6 01482",
    "family_name": "noor",
    "paid": "yes",
    "member_of": "Law Society of Ontario",
    "member_number": "12345A",
    "scope": "whole",
    "declared": "y",
}
UNPAID = PAID | {
    "paid": "no",
    "signed__day": "2",
    "signed__month": "11",
    "signed__year": "2026",
    "scope": "limited",
    "limited_to": "the hearing alone",
}
FORM = "/retainers/new"


async def say(browser: Browser, **typed: Any) -> Response:
    """Somebody who is signed in fills in the form, checks it and sends it."""
    page = await browser.get(FORM)
    check = await press(browser, page, action=FORM, **(PAID | typed))
    assert check.status_code == 200, check.text
    return await press(browser, check, "send", action=FORM)


async def said(browser: Browser) -> list[Retainer]:
    """What was said, the first first."""
    return await rows(browser, sa.select(Retainer).order_by(Retainer.asked_at))


async def lie_on_desk(browser: Browser, **typed: Any) -> str:
    """Sam says so; the address of the registry's page, which Renée can open."""
    await browser.sign_in(SAM)
    await say(browser, **typed)
    (row,) = await said(browser)
    await browser.sign_in(RENEE)
    return f"/registry/retainers/{row.id}"


def bare(page: Response) -> str:
    """The page, but for what is of one session and one moment."""
    return re.sub(r'(name="csrf" value|name="id" value)="[^"]+"', "", page.text)


@pytest.mark.parametrize(
    ("number", "name"),
    [("TC6-01482", "Noor"), ("TC6-01482", "Wrong"), ("ZZ9-99999", "Noor"), ("VC6-00071", "Abebe")],
)
async def test_every_answer_is_the_same(browser: Browser, number: str, name: str) -> None:
    """Whether the case exists, the name fits or not: same pages, status and statements."""
    await browser.sign_in(SAM)
    statements: list[int] = []
    pages: list[list[str]] = []
    for one in (number, "QQ1-00000"):
        page = await browser.get(FORM)
        check = await press(
            browser, page, action=FORM, **(PAID | {"file_number": one, "family_name": name})
        )
        counted = 0

        def count(*_: object) -> None:
            nonlocal counted
            counted += 1

        engine = browser.portal.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", count)
        sent = await press(browser, check, "send", action=FORM)
        event.remove(engine, "before_cursor_execute", count)
        listed = await arrive(browser, sent)
        statements.append(counted)
        pages.append([bare(one_page).replace(one, "NUMBER") for one_page in (check, listed)])
        async with browser.portal.database.system_transaction() as session:
            await session.execute(sa.update(Retainer).values(asked_by=CLAIRE.id))

    assert pages[0] == pages[1] or _but_for_time(pages)
    assert statements[0] == statements[1]
    assert await sees(browser, SAM) == 404


def _but_for_time(pages: list[list[str]]) -> bool:
    """The minute may turn between two askings."""
    clock = re.compile(r"\d{1,2}[: ]?h? ?\d{2}(?: [ap]\.m\.)?")
    return [clock.sub("", one) for one in pages[0]] == [clock.sub("", one) for one in pages[1]]


async def test_nothing_of_it_is_told_on_the_case(browser: Browser) -> None:
    """No entry, no notice, no row that anybody of the case sees, until an officer acts."""
    await lie_on_desk(browser)

    assert "retainer" not in " ".join(await acts(browser))
    for person in (FARIDA, CLAIRE, MARC):
        await browser.sign_in(person)
        assert SAM.name not in (await browser.get(f"/cases/{NOOR}")).text
        assert SAM.name not in (await browser.get(f"/cases/{NOOR}/history")).text


async def test_the_desk_shows_which_case_fits(browser: Browser) -> None:
    """By number and name; another division's officer sees nothing of it."""
    address = await lie_on_desk(browser)

    desk = (await browser.get("/registry")).text
    assert "Who says to be counsel" in desk
    assert "Noor, F. and two children" in desk.split("Who says to be counsel", 1)[1]
    page = (await browser.get(address)).text
    assert "Farida Noor (TC6-01482)" in page
    assert "neither the family name" not in page
    await browser.sign_in(VICTOR)
    assert SAM.name not in (await browser.get("/registry")).text
    assert (await browser.get(address)).status_code == 404
    await browser.sign_in(SAM)
    assert (await browser.get(address)).status_code == 404


async def test_a_wrong_name_is_said_and_another_number_looked_up(browser: Browser) -> None:
    """On the desk as a case that does not fit; the officer looks by another number."""
    address = await lie_on_desk(browser, file_number="TC6-99999", family_name="Nobody")

    assert "No case fits yet" in (await browser.get("/registry")).text
    assert "No case of this Division" in (await browser.get(address)).text
    found = await browser.get(address, params={"number": "tc6-01482"})
    assert "neither the family name nor the date of birth" in found.text


async def test_one_press_records_counsel_beside_the_former_and_tells_everybody(
    browser: Browser,
) -> None:
    """Sam sees the case, Claire still does; the notice went to all in the same transaction."""
    address = await lie_on_desk(browser)

    done = await press(browser, await browser.get(address), action=f"{address}/standing")
    again = await press(browser, await browser.get(f"/cases/{NOOR}"), action="sign-out")

    assert done.headers["location"] == f"/cases/{NOOR}"
    assert again.status_code == 303
    assert await sees(browser, SAM) == await sees(browser, CLAIRE) == 200
    (notice,) = await rows(browser, sa.select(Notice).where(Notice.kind == "counsel_changed"))
    assert (notice.facts["counsel"], notice.facts["former"]) == (f"{CLAIRE.name}, {SAM.name}", None)
    told = await rows(browser, sa.select(Service.person_name))
    assert {SAM.name, CLAIRE.name, FARIDA.name, MARC.name} <= set(told)
    (row,) = await said(browser)
    assert (row.outcome, row.answered_by, row.case_id) == ("recorded", RENEE.id, NOOR)


async def test_it_replaces_whom_the_officer_ticks(browser: Browser) -> None:
    """Claire and Amira are out at once; Claire can read that, and Sam is told who it was."""
    address = await lie_on_desk(browser, **UNPAID)
    claires = known(f"standing {CLAIRE.email}")

    page = await browser.get(address)
    assert "the hearing alone" in page.text
    await press(browser, page, action=f"{address}/standing", replaces=claires)

    assert await sees(browser, SAM) == 200
    assert await sees(browser, CLAIRE) == await sees(browser, AMIRA) == 404
    (notice,) = await rows(browser, sa.select(Notice).where(Notice.kind == "counsel_changed"))
    assert (notice.facts["counsel"], notice.facts["former"]) == (SAM.name, CLAIRE.name)
    (place,) = await rows(
        browser, sa.select(Standing).where(Standing.person_id == SAM.id, Standing.case_id == NOOR)
    )
    assert "limited retainer: the hearing alone" in place.began_how


async def test_nobody_comes_to_stand_on_both_sides(browser: Browser) -> None:
    """Marc, the Minister's counsel, is shown as such, and nothing is recorded."""
    await browser.sign_in(MARC, language="en")
    await say(browser)
    (row,) = await said(browser)
    await browser.sign_in(RENEE)
    address = f"/registry/retainers/{row.id}"

    page = await browser.get(address)
    refused = await press(browser, page, action=f"{address}/standing")

    assert "has a place of his or her own" in page.text
    assert refused.status_code == 409
    assert "Nobody can be on both sides, so nothing was recorded" in refused.text
    (row,) = await said(browser)
    assert row.outcome is None
    assert await rows(browser, sa.select(Notice)) == []


async def test_who_is_counsel_already_is_not_recorded_twice(browser: Browser) -> None:
    """The officer reads that nothing was recorded."""
    address = await lie_on_desk(browser)
    async with browser.portal.database.system_transaction() as session:
        await stand(session, SAM, NOOR)

    refused = await press(browser, await browser.get(address), action=f"{address}/standing")

    assert refused.status_code == 409
    assert "has this place in the case already" in refused.text


async def test_two_officers_answer_once(browser: Browser) -> None:
    """Pressed twice at the same moment, counsel is recorded once and told once."""
    address = await lie_on_desk(browser)
    page = await browser.get(address)

    both = await asyncio.gather(
        press(browser, page, action=f"{address}/standing"),
        press(browser, page, action=f"{address}/standing"),
    )

    assert {one.status_code for one in both} == {303}
    assert len(await rows(browser, sa.select(Notice))) == 1
    assert (await acts(browser)).count("standing.recorded") == 1


async def test_a_refusal_is_read_by_counsel_alone(browser: Browser) -> None:
    """With its reason, which is wanted; nothing is recorded anywhere else."""
    address = await lie_on_desk(browser)

    silent = await press(browser, await browser.get(address), action=f"{address}/refusal")
    assert silent.status_code == 422
    await press(browser, silent, action=f"{address}/refusal", remark="The number is not right.")

    assert await sees(browser, SAM) == 404
    assert "The number is not right." in (await browser.get("/retainers")).text
    await browser.sign_in(LOUIS)
    assert "The number is not right." not in (await browser.get("/retainers")).text
    assert await rows(browser, sa.select(Notice)) == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"file_number": ""}, "Enter the file number"),
        ({"family_name": ""}, "Enter the family name or the date of birth"),
        ({"member_of": ""}, "law society or college that you are a member of"),
        ({"member_number": ""}, "Enter your membership number"),
        ({"paid": "no"}, "Enter the day on which your client signed"),
        (UNPAID | {"signed__year": "2099"}, "This day has not come yet"),
        ({"scope": "limited"}, "Say which service you act for"),
        ({"declared": ""}, "Declare that this is true"),
    ],
)
async def test_what_is_missing_is_said(
    browser: Browser, typed: dict[str, str], sentence: str
) -> None:
    """The form comes back with the sentence, and nothing was sent."""
    await browser.sign_in(SAM)
    page = await browser.get(FORM)
    sent = PAID | typed
    if not sent["declared"]:
        del sent["declared"]

    refused = await press(browser, page, action=FORM, **sent)

    assert refused.status_code == 422
    assert sentence in refused.text
    assert await said(browser) == []


async def test_numbers_are_not_tried_by_the_dozen(browser: Browser) -> None:
    """The eleventh in an hour is refused; the same form twice is one."""
    await browser.sign_in(SAM)
    page = await browser.get(FORM)
    check = await press(browser, page, action=FORM, **PAID)
    for _ in range(2):
        await press(browser, check, "send", action=FORM)
    assert len(await said(browser)) == 1
    for number in range(9):
        await say(browser, file_number=f"TC6-0000{number}")

    assert (await say(browser)).status_code == 429
    assert len(await said(browser)) == 10


async def test_it_is_for_counsel(browser: Browser) -> None:
    """A claimant, a delegate and an officer find nothing there."""
    for person in (FARIDA, AMIRA, RENEE):
        await browser.sign_in(person)
        for path in ("/retainers", FORM):
            assert (await browser.get(path)).status_code == 404
    await browser.sign_in(SAM)
    assert UUID(form_on(await browser.get(FORM), FORM).values["id"])
