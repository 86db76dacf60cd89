"""A month of hearings: what is on which day, what overlaps, and what is chosen."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from portal.hearings.form import month_asked
from portal.hearings.months import Month, following, preceding
from portal.models import Case, Hearing, Standing
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, FARIDA, LOUIS, NOOR, RENEE
from tests.conftest import Browser

TODAY = date(2026, 11, 22)


@pytest.fixture
async def december(database: Database) -> list[UUID]:
    """Two more cases of Claire's, each with a hearing on 3 December 2026, half an hour apart."""
    made = [uuid4(), uuid4()]
    async with database.system_transaction() as session:
        for number, case_id in enumerate(made):
            session.add(
                Case(id=case_id, division="rad", office="toronto", title=f"Appeal {number}",
                     language="en", opened_by=RENEE.id)
            )  # fmt: skip
            await session.flush()
            session.add(
                Standing(case_id=case_id, person_id=CLAIRE.id, role="counsel",
                         began_how="recorded by the registry", recorded_by=RENEE.id)
            )  # fmt: skip
            start = datetime(2026, 12, 3, 9, 30 * number)  # noqa: DTZ001 - a wall clock's
            session.add(
                Hearing(
                    case_id=case_id, local_start=start, zone="America/Toronto",
                    starts_at=start.replace(tzinfo=UTC) + timedelta(hours=5), minutes=60,
                    mode="video", scheduled_by=RENEE.id,
                )
            )  # fmt: skip
    return made


async def test_what_overlaps_is_marked(browser: Browser, december: list[UUID]) -> None:
    """Two hearings at one time: both are marked, and the page says what to do."""
    await browser.sign_in(CLAIRE)
    page = (await browser.get("/hearings/month?month=2026-12")).text

    assert "Hearings in December 2026" in page
    assert page.count("At the same time") == 3  # the sentence above, and each of the two
    assert page.index("Appeal 0") < page.index("Appeal 1")


async def test_the_list_marks_them_too(browser: Browser, december: list[UUID]) -> None:
    """As the month does; Louis, who pleads neither, sees no mark."""
    await browser.sign_in(CLAIRE)
    page = (await browser.get("/hearings")).text
    await browser.sign_in(LOUIS)

    assert page.count("At the same time") == 3
    assert "At the same time" not in (await browser.get("/hearings")).text


async def test_what_overlaps_with_something_not_chosen_is_marked(
    browser: Browser, december: list[UUID]
) -> None:
    """Nobody is in two places because a filter hides one of them."""
    await browser.sign_in(CLAIRE)
    page = (await browser.get("/hearings/month?month=2026-12&case=appeal+1")).text

    assert "Appeal 0" not in page
    assert page.count("At the same time") == 2


async def test_what_overlaps_over_the_edge_of_a_month_is_marked(
    browser: Browser, database: Database, december: list[UUID]
) -> None:
    """Half past midnight in St. John's is still the day and month before in Vancouver."""
    wall = {december[0]: ("2026-11-30 20:15", "America/Vancouver"),
            december[1]: ("2026-12-01 00:30", "America/St_Johns")}  # fmt: skip
    async with database.system_transaction() as session:
        for case, (local, zone) in wall.items():
            start = datetime.fromisoformat(local)
            at = start.replace(tzinfo=ZoneInfo(zone))
            moved = sa.update(Hearing).where(Hearing.case_id == case)
            await session.execute(moved.values(local_start=start, zone=zone, starts_at=at))
    await browser.sign_in(CLAIRE)

    for month in ("2026-11", "2026-12"):
        page = (await browser.get(f"/hearings/month?month={month}")).text
        assert page.count("At the same time") == 2


async def test_cases_heard_together_do_not_overlap(
    browser: Browser, database: Database, december: list[UUID]
) -> None:
    """Joined cases are one hearing for whoever pleads them."""
    async with database.system_transaction() as session:
        joined = sa.update(Case).where(Case.id == december[1]).values(joined_to=december[0])
        await session.execute(joined)
    await browser.sign_in(CLAIRE)

    assert "At the same time" not in (await browser.get("/hearings/month?month=2026-12")).text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("case=appeal+1", ["Appeal 1"]),
        ("division=rad", ["Appeal 0", "Appeal 1"]),
        ("division=rpd", []),
        ("case=100%25", []),
        (f"delegate={AMIRA.id}", ["Appeal 0", "Appeal 1"]),
        (f"delegate={LOUIS.id}", []),
    ],
)
async def test_only_what_was_chosen(
    browser: Browser, december: list[UUID], query: str, shown: list[str]
) -> None:
    """By a part of a case's name, a division, or who acts for me there."""
    await browser.sign_in(CLAIRE)
    page = (await browser.get(f"/hearings/month?month=2026-12&{query}")).text

    assert [title for title in ("Appeal 0", "Appeal 1") if title in page] == shown


async def test_a_stranger_sees_nothing_there(browser: Browser, december: list[UUID]) -> None:
    """A month is driven by authority, like every list."""
    for person in (LOUIS, FARIDA):
        await browser.sign_in(person)
        assert "Appeal 0" not in (await browser.get("/hearings/month?month=2026-12")).text


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("2026-12", date(2026, 12, 1)), ("2026-13", date(2026, 11, 1)), ("", date(2026, 11, 1)),
        ("9999-12", date(2026, 11, 1)), ("2026-1", date(2026, 11, 1)), ("２０２６-12", date(2026, 11, 1)),
    ],
)  # fmt: skip
def test_what_is_no_month_is_this_month(written: str, first: date) -> None:
    """Nobody who changes the address gets an error."""
    assert month_asked(written, today=TODAY) == first


def test_weeks_are_whole_and_begin_on_sunday() -> None:
    """As calendars do in Canada; February 2026 begins on one and needs four weeks alone."""
    weeks = Month(date(2026, 2, 1), [], frozenset(), []).weeks
    december = Month(date(2026, 12, 1), [], frozenset(), []).weeks

    assert (weeks[0][0], len(weeks)) == (date(2026, 2, 1), 4)
    assert (december[0][0], december[-1][-1]) == (date(2026, 11, 29), date(2027, 1, 2))
    assert following(date(2026, 12, 1)) == date(2027, 1, 1)
    assert preceding(date(2026, 1, 1)) == date(2025, 12, 1)


async def test_noor_is_on_her_own_day(browser: Browser) -> None:
    """The claimant sees her hearing in its month, with the clock of the place."""
    await browser.sign_in(FARIDA)
    async with browser.portal.database.system_transaction() as session:
        start = await session.scalar(sa.select(Hearing.local_start).where(Hearing.case_id == NOOR))
    assert start is not None
    page = (await browser.get(f"/hearings/month?month={start:%Y-%m}")).text

    assert f'datetime="{start.date().isoformat()}"' in page
    assert "Noor, F. and two children" in page
