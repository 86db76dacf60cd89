"""Scheduling, moving and cancelling on pages: checked first, warned about, never blocked."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from portal.models import Entry, Hearing, Standing
from tests.cast import CLAIRE, HEARING, NOOR, OKAFOR, RENEE, SAM, VICTOR
from tests.conftest import Browser
from tests.portal.registry.pressing import form_on, press
from tests.portal.registry.scheduled import (
    called_off,
    changed,
    day,
    hearings,
    planned,
    weekday_in,
)


async def test_the_check_tells_the_zone_and_the_other_clocks(browser: Browser) -> None:
    """Nobody mistakes nine in Vancouver for nine in Toronto; fixed is what was shown."""
    check = await planned(browser)
    assert "Vancouver time (Pacific)" in check.text
    starts = weekday_in(60).replace(hour=9, minute=0, tzinfo=ZoneInfo("America/Vancouver"))
    for zone, words in (("America/Toronto", "Toronto"), ("America/St_Johns", "St. John’s")):
        assert f"{starts.astimezone(ZoneInfo(zone)):%H:%M} {words} time" in check.text

    await press(browser, check, "fix")

    (hearing,) = await hearings(browser, OKAFOR)
    assert (hearing.zone, hearing.local_start.hour) == ("America/Vancouver", 9)


async def test_pressed_twice_it_is_fixed_once(browser: Browser) -> None:
    """One form, one hearing, one entry."""
    check = await planned(browser)

    for _ in range(2):
        assert (await press(browser, check, "fix")).status_code == 303

    assert len(await hearings(browser, OKAFOR)) == 1
    async with browser.portal.database.system_transaction() as session:
        acts = await session.scalars(sa.select(Entry.act).where(Entry.act == "hearing.scheduled"))
        assert len(acts.all()) == 1


async def test_short_notice_is_warned_about_and_not_blocked(browser: Browser) -> None:
    """Fewer than the rule's 20 days is said with its number; the officer may go on."""
    check = await planned(browser, days=8)

    assert "of 20 days, short by" in check.text
    assert "RPD Rules, r. 25" in check.text
    assert (await press(browser, check, "fix")).status_code == 303


async def test_enough_notice_is_in_order(browser: Browser) -> None:
    """Twenty days and more, nobody double-booked, no interpreter asked for."""
    check = await planned(browser)

    assert "where 20 are asked for" in check.text
    assert "Nobody has another hearing at that time" in check.text
    assert "Nobody asked for an interpreter" in check.text
    assert "Mind this" not in check.text


async def test_interpretation_that_was_asked_for_is_missed(browser: Browser) -> None:
    """The Noors asked for Dari."""
    check = await planned(browser, case=NOOR)

    assert "asked for interpretation (Dari), and no interpreter is named" in check.text


async def test_counsel_in_two_rooms_at_once_is_seen(browser: Browser) -> None:
    """Claire has the Noors' hearing then; that she is wanted here too is said with its case."""
    async with browser.portal.database.system_transaction() as session:
        session.add(
            Standing(
                case_id=OKAFOR,
                person_id=CLAIRE.id,
                role="counsel",
                starts_at=datetime(2026, 1, 1, tzinfo=UTC),
                began_how="second counsel",
                recorded_by=RENEE.id,
            )
        )
        there = await session.get_one(Hearing, HEARING)
    other = {"at": "10:30", "zone": "America/Toronto"} | day(there.local_start)

    check = await planned(browser, days=60, case=OKAFOR, language="en", **other)

    assert (
        "Claire Tremblay has another hearing at that time: Noor, F. and two children" in check.text
    )


async def test_what_does_not_exist_or_has_passed_is_refused(browser: Browser) -> None:
    """A time the clocks skip, and a day gone by, get their sentences before anything is fixed."""
    year = datetime.now(UTC).year + 1
    skipped = next(
        datetime(year, 3, date, tzinfo=UTC)
        for date in range(8, 15)
        if datetime(year, 3, date, tzinfo=UTC).weekday() == 6
    )
    gone = datetime.now(UTC) - timedelta(days=3)

    none = await planned(
        browser,
        at="2:30",
        zone="America/Toronto",
        days=60,
        case=OKAFOR,
        language="en",
        **day(skipped),
    )
    past = await planned(browser, days=60, case=OKAFOR, language="en", **day(gone))

    assert none.status_code == past.status_code == 422
    assert "this time does not exist there" in none.text
    assert "This day and time have passed" in past.text
    assert form_on(past).values["day-year"] == str(gone.year)


async def test_each_mistake_is_said_at_its_field(browser: Browser) -> None:
    """Nonsense in day, time, length, link; and a hearing in person without a room."""
    page = await planned(
        browser,
        at="25:00",
        minutes="0",
        link="javascript:alert(1)",
        mode="in_person",
        day__day="32",
    )

    assert page.status_code == 422
    for sentence in (
        "Enter a real date",
        "Enter a time by the 24-hour clock",
        "Enter a number of minutes between 5 and 600",
        "Enter a link that begins with https://",
        "Enter the room and the address",
    ):
        assert sentence in page.text


async def test_the_form_of_a_move_shows_what_is(browser: Browser) -> None:
    """Filled in as the hearing is; the check shows what it was, and the row keeps it."""
    await browser.sign_in(RENEE)
    form = await browser.get(f"/hearings/{HEARING}/move")
    (before,) = await hearings(browser, NOOR)
    assert form_on(form).values["interpreter"] == "Dari"

    check = await press(browser, form, "check", at="13 h 30", **day(weekday_in(40)))
    assert "Instead of" in check.text
    await press(browser, check, "move")

    (after,) = await hearings(browser, NOOR)
    assert (after.sequence, after.moved_from) == (1, before.starts_at)
    assert after.local_start.time().isoformat() == "13:30:00"


async def test_what_is_as_it_was_is_no_change(browser: Browser) -> None:
    """A form sent back as it came is answered so, and nothing is written."""
    page = await changed(browser)

    assert page.status_code == 422
    assert "Nothing is changed" in page.text
    assert (await hearings(browser, NOOR))[0].sequence == 0


async def test_a_cancelled_hearing_says_why_and_stays_cancelled(browser: Browser) -> None:
    """A reason in both languages is needed; afterwards it can be moved and cancelled no more."""
    await browser.sign_in(RENEE)
    page = await browser.get(f"/hearings/{HEARING}/cancellation")
    refused = await press(browser, page, "check", why_en="The member is ill.", why_fr=" ")
    assert refused.status_code == 422
    assert 'value="The member is ill."' in refused.text

    await press(browser, await called_off(browser), "cancel")

    (hearing,) = await hearings(browser, NOOR)
    assert hearing.cancelled_why == "The member is ill. / Le commissaire est malade."
    assert "cannot be moved" in (await browser.get(f"/hearings/{HEARING}/move")).text
    assert "cancelled already" in (await browser.get(f"/hearings/{HEARING}/cancellation")).text


async def test_nobody_else_schedules(browser: Browser) -> None:
    """Another division's officer, counsel on the case and a stranger find no such pages."""
    check = await planned(browser, case=NOOR)
    for person in (VICTOR, CLAIRE, SAM):
        await browser.sign_in(person)
        assert (await press(browser, check, "fix")).status_code == 404
        for path in (
            f"/cases/{NOOR}/hearings/new",
            f"/hearings/{HEARING}/move",
            f"/hearings/{HEARING}/cancellation",
        ):
            assert (await browser.get(path)).status_code == 404
    assert len(await hearings(browser, NOOR)) == 1


async def test_the_pages_speak_french(browser: Browser) -> None:
    """Form, check and cancellation in French, on French clocks."""
    check = await planned(browser, language="fr")
    cancellation = await browser.get(f"/hearings/{HEARING}/cancellation")

    assert "Vérifiez l’audience, puis fixez-la" in check.text
    assert "09 h 00" in check.text
    assert "Annuler une audience" in cancellation.text
