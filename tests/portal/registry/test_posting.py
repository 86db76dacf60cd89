"""Posted, come back, deemed received, the legal date: each once, in the case's history, by the rules."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from notices.model import Service
from portal.models import Entry
from portal.parts import Parts
from portal.rules.holidays import Office
from portal.rules.receipts import deemed_receipt
from tests.cast import CLAIRE, RENEE
from tests.conftest import Browser
from tests.portal.inbox.served import copy_of, serve
from tests.portal.registry.posted import letters, party, printed, settle, write
from tests.portal.registry.pressing import arrive, form_on, press

TODAY = datetime.now(UTC).astimezone(ZoneInfo("America/Toronto")).date()


def boxes(day: date, name: str = "on") -> dict[str, str]:
    """A day as it is typed into its three boxes."""
    parts = {"day": day.day, "month": day.month, "year": day.year}
    return {f"{name}__{part}": str(number) for part, number in parts.items()}


async def acts(portal: Parts, act: str) -> list[dict[str, Any]]:
    """What entries of this act say."""
    async with portal.database.system_transaction() as session:
        found = await session.scalars(
            sa.select(Entry.facts).where(Entry.act == act).order_by(Entry.number)
        )
        return list(found)


async def in_the_post(browser: Browser, count: int = 1, *, country: str = "CA") -> str:
    """A mailing of so many letters, and its page."""
    portal = browser.portal
    await settle(portal, party_id=(await party(portal)).id, country=country)
    for number in range(count):
        await write(portal, f"letter {number}")
    made = await printed(portal)
    await browser.sign_in(RENEE)
    return f"/registry/mailings/{made.id}"


@pytest.mark.parametrize(
    ("division", "abroad", "sent", "received", "rule"),
    [
        # Wednesday: the seventh day after is a working day.
        ("rpd", False, date(2026, 11, 18), date(2026, 11, 25), "rpd_mail"),
        # Saturday the 5th of December would be a Saturday: Monday.
        ("rpd", False, date(2026, 11, 28), date(2026, 12, 7), "rpd_mail"),
        # Christmas Day, the day after (a Saturday, kept on the Monday), then the weekend.
        ("rad", False, date(2026, 12, 18), date(2026, 12, 29), "rad_mail"),
        ("id", False, date(2026, 11, 18), date(2026, 11, 25), "id_mail"),
        ("rpd", True, date(2026, 11, 18), date(2026, 11, 25), "rpd_mail"),
        ("iad", False, date(2026, 11, 28), date(2026, 12, 5), "iad_mail"),
        ("iad", True, date(2026, 11, 18), date(2026, 12, 8), "iad_mail_abroad"),
    ],
)
def test_a_letter_is_deemed_received_by_the_rule_of_its_division(
    division: str, abroad: bool, sent: date, received: date, rule: str
) -> None:
    """Seven days, twenty to another country at the IAD; moved off days on which nobody works."""
    deemed = deemed_receipt(
        division=division, office="toronto", by="letter", sent_on=sent, abroad=abroad
    )

    assert deemed is not None
    assert (deemed.on, deemed.rule.code) == (received, rule)
    assert deemed.moved == (deemed.counted != received)
    assert set(deemed.rule.rule) == {"en", "fr"}


def test_nothing_is_deemed_where_no_rule_says_so() -> None:
    """A notice in the inbox is logged; only the IAD's rules give it a day. Nor before the rule."""
    day = date(2026, 11, 18)

    assert deemed_receipt(division="rpd", office="toronto", by="portal", sent_on=day) is None
    shown = deemed_receipt(division="iad", office="toronto", by="portal", sent_on=day)
    assert shown is not None
    assert shown.on == day
    assert (
        deemed_receipt(division="rpd", office="toronto", by="letter", sent_on=date(2012, 12, 14))
        is None
    )


def test_the_offices_own_days_count() -> None:
    """Seven days after 17 June is Quebec's holiday: Montréal is closed, Toronto is not."""
    received = [
        deemed_receipt(division="rpd", office=office, by="letter", sent_on=date(2026, 6, 17))
        for office in ("toronto", "montreal")
    ]

    assert [one and one.on for one in received] == [date(2026, 6, 24), date(2026, 6, 25)]


async def test_all_but_those_kept_back_are_posted(browser: Browser) -> None:
    """Each posted letter gets its deemed day and an entry; the other waits for its own posting."""
    page = await browser.get(await in_the_post(browser, 3))
    kept = (await letters(browser.portal))[1]

    done = await press(browser, page, action="/posting", **boxes(TODAY), kept_back=str(kept.id))

    assert "Recorded as posted" in (await arrive(browser, done)).text
    found = await letters(browser.portal)
    deemed = Office("toronto").open_from(TODAY + timedelta(days=7))
    assert [one.posted_on for one in found] == [TODAY, None, TODAY]
    assert {one.deemed_on for one in found if one.posted_on} == {deemed}
    said = await acts(browser.portal, "letter.posted")
    assert [one["posted_on"] for one in said] == [TODAY.isoformat()] * 2
    assert said[0]["deemed_on"] == deemed.isoformat()


async def test_posted_twice_is_posted_once(browser: Browser) -> None:
    """The same form again changes no day and leaves no second entry."""
    address = await in_the_post(browser)
    page = await browser.get(address)
    first = await press(browser, page, action="/posting", **boxes(TODAY))
    again = await press(browser, page, action="/posting", **boxes(TODAY))

    assert (first.status_code, again.status_code) == (303, 303)
    assert len(await acts(browser.portal, "letter.posted")) == 1


@pytest.mark.parametrize("days", [1, -1])
async def test_a_letter_is_not_posted_tomorrow_nor_before_it_was_printed(
    browser: Browser, days: int
) -> None:
    """Refused with a sentence that says why; nothing is recorded."""
    page = await browser.get(await in_the_post(browser))

    refused = await press(browser, page, action="/posting", **boxes(TODAY + timedelta(days=days)))

    assert refused.status_code == 422
    assert ("still to come" if days > 0 else "were printed later") in refused.text
    assert (await letters(browser.portal))[0].posted_on is None


async def test_a_letter_that_came_back_is_on_the_desk_until_the_next(browser: Browser) -> None:
    """Recorded once; one click asks for another letter, and the pile is empty."""
    page = await browser.get(await in_the_post(browser))
    await press(browser, page, action="/posting", **boxes(TODAY))
    (one,) = await letters(browser.portal)
    form = await browser.get(f"/registry/letters/{one.id}/return")

    for _ in range(2):
        assert (await press(browser, form, action="/return", **boxes(TODAY))).status_code == 303

    assert len(await acts(browser.portal, "letter.returned")) == 1
    desk = await browser.get("/registry")
    assert "Letters that came back" in desk.text
    await press(browser, desk, action="/letters")
    assert "Letters that came back" not in (await browser.get("/registry")).text
    assert [(two.number, two.why) for two in await letters(browser.portal)] == [
        (1, "no_account"),
        (2, "asked"),
    ]


async def test_one_click_sends_a_letter_for_what_nobody_opened(browser: Browser) -> None:
    """Pressed twice, one letter waits, and the row leaves the pile; an entry says who asked."""
    await serve(browser.portal)
    early = datetime.now(UTC) - timedelta(days=40)
    async with browser.portal.database.system_transaction() as session:
        await session.execute(sa.update(Service).values(placed_at=early))
        await session.execute(sa.text("update notice set leaves_at = :at"), {"at": early})
    await browser.sign_in(RENEE)
    desk = await browser.get("/registry")
    assert "Served by portal, not opened" in desk.text

    for _ in range(2):
        await press(browser, desk, action="/letters")

    (one,) = await letters(browser.portal)
    assert (one.why, one.asked_by_name) == ("unopened", RENEE.name)
    assert "Served by portal, not opened" not in (await browser.get("/registry")).text
    assert len(await acts(browser.portal, "letter.asked")) == 1


async def test_the_registry_sets_the_legal_date_and_each_change_stays(browser: Browser) -> None:
    """Prefilled with the deemed day and its rule; changed with a reason; both are entries."""
    page = await browser.get(await in_the_post(browser))
    await press(browser, page, action="/posting", **boxes(TODAY))
    (one,) = await letters(browser.portal)
    address = f"/registry/services/{one.service_id}/receipt"
    form = await browser.get(address)
    assert "r. 41(2)" in form_on(form, "/receipt").values["why"]

    for _ in range(2):
        await press(browser, form, action="/receipt")
    earlier = {"why": "Signed for at the counter"} | boxes(TODAY + timedelta(days=1))
    await press(browser, await browser.get(address), action="/receipt", **earlier)

    said = await acts(browser.portal, "notice.received_on")
    deemed = Office("toronto").open_from(TODAY + timedelta(days=7)).isoformat()
    assert [one["on"] for one in said] == [deemed, (TODAY + timedelta(days=1)).isoformat()]
    assert said[1]["before"] == deemed
    assert said[1]["why"] == "Signed for at the counter"


async def test_nobody_received_a_notice_before_it_was_issued(browser: Browser) -> None:
    """A day before is refused."""
    await serve(browser.portal)
    service = await copy_of(browser.portal, CLAIRE)
    await browser.sign_in(RENEE)
    form = await browser.get(f"/registry/services/{service.id}/receipt")

    refused = await press(
        browser, form, action="/receipt", why="x", **boxes(TODAY - timedelta(days=2))
    )

    assert refused.status_code == 422
    assert "issued later than this" in refused.text
