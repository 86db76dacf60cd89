"""The list of hearings, one in full, and the calendar file: right times, and no word too many."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from icalendar import Calendar
from sqlalchemy import event

from portal.models import Hearing
from storage.database import Database
from tests import cast
from tests.cast import (
    AMIRA,
    CLAIRE,
    FARIDA,
    HEARING,
    JONAS,
    LOUIS,
    NOOR,
    OKAFOR,
    RENEE,
    SAM,
    VICTOR,
)
from tests.conftest import Browser


async def change(database: Database, key: object = HEARING, **values: object) -> None:
    """Write this into the hearing."""
    async with database.system_transaction() as session:
        await session.execute(sa.update(Hearing).where(Hearing.id == key).values(**values))


async def add(database: Database, *, days: int, case: object = NOOR) -> Hearing:
    """Another hearing so many days from now."""
    made = cast.hearing(case, uuid4(), days=days)  # pyright: ignore[reportArgumentType]
    async with database.system_transaction() as session:
        session.add(made)
    return made


async def fetch(database: Database) -> Hearing:
    """The Noors' hearing."""
    async with database.system_transaction() as session:
        return await session.get_one(Hearing, HEARING)


async def test_what_is_coming_stands_first(browser: Browser, database: Database) -> None:
    """Coming hearings, soonest first, then past ones; each with weekday, time, zone, interpreter."""
    past, later = await add(database, days=-20), await add(database, days=40)
    await browser.sign_in(CLAIRE)

    page = (await browser.get("/hearings")).text

    assert page.index(f"h-{HEARING}") < page.index(f"h-{later.id}") < page.index("Past hearings")
    assert page.index("Past hearings") < page.index(f"h-{past.id}")
    for words in (
        "09:00",
        "Toronto time (Eastern)",
        "by video",
        "Dari",
        "Noor, F. and two children",
    ):
        assert words in page


async def test_a_hearing_that_is_going_on_is_not_past(browser: Browser, database: Database) -> None:
    """The link stays where people look for it until the hearing is over."""
    await change(database, starts_at=datetime.now(UTC) - timedelta(minutes=30))
    await browser.sign_in(CLAIRE)

    assert "Past hearings" not in (await browser.get("/hearings")).text


@pytest.mark.parametrize("person", [CLAIRE, AMIRA, JONAS, FARIDA, RENEE])
async def test_everybody_on_the_case_sees_it(browser: Browser, person: cast.Character) -> None:
    """Counsel, delegates, the claimant and the division's officer find it in their list."""
    await browser.sign_in(person)

    page = await browser.get("/hearings")
    one = await browser.get(f"/hearings/{HEARING}")

    assert f"/hearings/{HEARING}" in page.text
    assert one.status_code == 200


@pytest.mark.parametrize("person", [LOUIS, VICTOR, SAM])
async def test_nobody_else_does(browser: Browser, person: cast.Character) -> None:
    """To strangers and other divisions neither page nor calendar file exists."""
    await browser.sign_in(person)

    assert str(HEARING) not in (await browser.get("/hearings")).text
    assert (await browser.get(f"/hearings/{HEARING}")).status_code == 404
    assert (await browser.get(f"/hearings/{HEARING}.ics")).status_code == 404
    assert (await browser.get(f"/hearings/{uuid4()}")).status_code == 404


async def test_a_cancelled_hearing_says_so(browser: Browser, database: Database) -> None:
    """Nobody is left waiting: the list, the page and the file all say that it is off."""
    await change(
        database,
        cancelled_at=datetime.now(UTC),
        cancelled_by=RENEE.id,
        cancelled_why="The claim was withdrawn.",
    )
    await browser.sign_in(FARIDA)

    listed = (await browser.get("/hearings")).text
    page = (await browser.get(f"/hearings/{HEARING}")).text

    assert "Cancelled" in listed
    assert "You do not have to come." in listed
    assert "The claim was withdrawn." in page
    assert "Join the hearing" not in page


async def test_officers_look_at_one_day(browser: Browser, database: Database) -> None:
    """The day is counted where the hearing takes place; other divisions' hearings never show."""
    hearing = await fetch(database)
    other = await add(database, days=30, case=OKAFOR)
    day = hearing.local_start.date()
    await browser.sign_in(RENEE)

    page = await browser.get(
        "/hearings", params={"day-day": day.day, "day-month": day.month, "day-year": day.year}
    )

    assert f"h-{HEARING}" in page.text
    assert f"h-{other.id}" not in page.text
    assert f"h-{other.id}" in (await browser.get("/hearings")).text


async def test_a_day_that_does_not_exist_is_said(browser: Browser) -> None:
    """The 31st of February finds nothing and says why."""
    await browser.sign_in(RENEE)

    page = await browser.get("/hearings", params={"day-day": 31, "day-month": 2, "day-year": 2026})

    assert "Enter a real date" in page.text


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("video", "Open the link 15 minutes before."),
        ("in_person", "Be there 30 minutes before"),
        ("telephone", "The tribunal calls you."),
    ],
)
async def test_what_to_do_fits_the_way_it_takes_place(
    browser: Browser, database: Database, mode: str, words: str
) -> None:
    """Video, telephone and in person each say what to do; the interpreter is named."""
    await change(database, mode=mode)
    await browser.sign_in(FARIDA)

    page = (await browser.get(f"/hearings/{HEARING}")).text

    assert words in page
    assert "An interpreter for Dari will be there" in page


async def test_who_sees_it_through_a_loan_is_told(browser: Browser) -> None:
    """The page of one hearing names the principal."""
    await browser.sign_in(JONAS)

    assert "You are acting for" in (await browser.get(f"/hearings/{HEARING}")).text


async def test_lists_and_pages_cost_three_statements(browser: Browser, database: Database) -> None:
    """Entering, and one or two questions, however many hearings there are."""
    for days in range(1, 12):
        await add(database, days=days)
    await browser.sign_in(CLAIRE)
    statements: list[str] = []

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(database.engine.sync_engine, "before_cursor_execute", count)
    for path, most in (
        ("/hearings", 2),
        (f"/hearings/{HEARING}", 3),
        (f"/hearings/{HEARING}.ics", 3),
    ):
        statements.clear()
        await browser.get(path)
        assert len(statements) <= most, statements


@pytest.mark.parametrize(("language", "summary"), [("en", "Hearing"), ("fr", "Audience")])
async def test_the_calendar_file_says_when_and_nothing_of_the_case(
    browser: Browser, database: Database, language: str, summary: str
) -> None:
    """Time in UTC, a lasting id, the place; no name, no number, no title."""
    hearing = await fetch(database)
    await browser.sign_in(CLAIRE, language=language)

    answer = await browser.get(f"/hearings/{HEARING}.ics")

    [found] = Calendar.from_ical(answer.text).events
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert found["uid"] == f"{HEARING}@dossier"
    assert found.decoded("dtstart") == hearing.starts_at
    assert found.decoded("dtend") == hearing.starts_at + timedelta(minutes=180)
    assert (found["status"], found["sequence"], str(found["summary"])) == ("CONFIRMED", 0, summary)
    for secret in ("Noor,", "TC6", "Claire", "Farida", "Dari", "11-2233", str(NOOR)):
        assert secret not in answer.text


async def test_a_change_replaces_what_calendars_hold(browser: Browser, database: Database) -> None:
    """The same UID with a higher sequence, and CANCELLED when it is off (RFC 5546)."""
    await browser.sign_in(CLAIRE)
    first = await browser.get(f"/hearings/{HEARING}.ics")
    await change(
        database,
        sequence=2,
        cancelled_at=datetime.now(UTC),
        cancelled_by=RENEE.id,
        cancelled_why="x",
    )

    second = await browser.get(f"/hearings/{HEARING}.ics")

    [before] = Calendar.from_ical(first.text).events
    [after] = Calendar.from_ical(second.text).events
    assert after["uid"] == before["uid"]
    assert (after["sequence"], after["status"]) == (2, "CANCELLED")
    assert "METHOD:CANCEL" in second.text


async def test_the_day_is_the_venues_not_the_readers(browser: Browser, database: Database) -> None:
    """09:00 in Vancouver on the 3rd is written so, wherever the reader sits."""
    await change(
        database,
        local_start=datetime.fromisoformat("2027-03-03 22:00"),
        zone="America/Vancouver",
        starts_at=datetime(2027, 3, 4, 5, tzinfo=UTC),
    )
    await browser.sign_in(CLAIRE)

    page = (await browser.get("/hearings")).text

    assert date(2027, 3, 3).strftime("%A") + ", 3 March 2027, 22:00" in page
    assert "Vancouver time (Pacific)" in page
