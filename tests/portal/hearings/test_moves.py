"""A moved hearing shows old and new to each reader, until that reader has said so, or it is over."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from notices.issuing import By, Recipient, issue
from notices.model import Notice
from portal.models import Hearing
from portal.web.formatting import Formatting
from storage.database import Database
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    FARIDA,
    HEARING,
    JONAS,
    NOOR,
    RENEE,
    Character,
)
from tests.conftest import Browser
from tests.notices.samples import SAMPLES
from tests.portal.hearings.test_pages import change, fetch

[MOVED] = [facts for facts in SAMPLES if facts.code == "hearing_moved"]
NOW = datetime.now(UTC).replace(microsecond=0)
# What the notice to appear had said, on the clock of another place.
BEFORE = "30 November 2030, 14:00 Winnipeg time"
WINNIPEG = "America/Winnipeg"


@pytest.fixture
async def moved(browser: Browser, database: Database) -> Browser:
    """The Noors' hearing was moved an hour ago; nobody has been told yet."""
    was = datetime(2030, 11, 30, 19, tzinfo=UTC)
    moved_at = NOW - timedelta(hours=1)
    await change(database, moved_from=was, moved_from_zone=WINNIPEG, moved_at=moved_at, sequence=1)
    return browser


async def tell(
    browser: Browser,
    *people: Character,
    issued: datetime = NOW,
    leaves: datetime | None = None,
    key: UUID | None = None,
) -> UUID:
    """The notice of the move is issued to these; Amira's is a copy for Claire."""
    to: Sequence[Recipient] = [
        Recipient(
            person_id=one.id,
            name=one.name,
            capacity="copy",
            why="",
            language="en",
            delegation_id=CLAIRE_TO_AMIRA if one is AMIRA else None,
        )
        for one in people
    ]
    async with browser.portal.database.transaction(RENEE.id) as session:
        notice = await issue(
            session, notice_id=key or uuid4(), case_id=NOOR, facts=MOVED, language="en",
            recipients=to, issued_by=By(RENEE.id, RENEE.name), now=issued, leaves_at=leaves,
            hearing_id=HEARING,
        )  # fmt: skip
    return notice.id


async def pages(browser: Browser, who: Character) -> list[str]:
    """The list, the month, the case page and the hearing's own page, as this person has them."""
    await browser.sign_in(who)
    start = (await fetch(browser.portal.database)).local_start
    month = f"/hearings/month?month={start:%Y-%m}"
    return [
        (await browser.get(path)).text
        for path in ("/hearings", month, f"/cases/{NOOR}", f"/hearings/{HEARING}")
    ]


async def told(browser: Browser, who: Character) -> list[bool]:
    """On which of these pages both times stand."""
    hearing = await fetch(browser.portal.database)
    now = Formatting("en", "America/Toronto").moment(hearing.starts_at, hearing.zone)
    both = f"It was to be on {BEFORE}. It is now on {now}."
    return [both in page for page in await pages(browser, who)]


async def acknowledge(browser: Browser, who: Character) -> None:
    """Follow the link on the page of the hearing, read, and press the button."""
    page = (await pages(browser, who))[3]
    address = page.split('href="/notices/')[1].split('"')[0]
    await browser.get(f"/notices/{address}")
    await browser.post(f"/notices/{address}/acknowledgement")


EVERYWHERE, NOWHERE = [True] * 4, [False] * 4


@pytest.mark.parametrize("who", [CLAIRE, FARIDA, JONAS, RENEE])
async def test_where_nobody_issued_a_notice_both_times_stay(moved: Browser, who: Character) -> None:
    """Counsel, the claimant, a delegate who only sees, and staff: on every page, without a link."""
    assert await told(moved, who) == EVERYWHERE
    assert 'href="/notices/' not in (await pages(moved, who))[3]


async def test_who_acknowledges_has_the_new_date_alone(moved: Browser) -> None:
    """Each for themselves: Claire's word is not Farida's, nor the registry's."""
    await tell(moved, CLAIRE, FARIDA)
    before = await told(moved, CLAIRE)
    await acknowledge(moved, CLAIRE)

    assert (before, await told(moved, CLAIRE)) == (EVERYWHERE, NOWHERE)
    assert await told(moved, FARIDA) == EVERYWHERE
    assert await told(moved, RENEE) == EVERYWHERE


async def test_every_page_leads_to_the_notice(moved: Browser) -> None:
    """The reader's own copy, on each of the four pages."""
    await tell(moved, CLAIRE, AMIRA)

    for page in await pages(moved, CLAIRE):
        assert "Read the notice and say that you received it" in page


async def test_a_delegate_acknowledges_for_whom_he_acts(moved: Browser) -> None:
    """Amira's copy is Claire's: neither is told again. Jonas has none, and is."""
    await tell(moved, CLAIRE, AMIRA)
    await acknowledge(moved, AMIRA)

    assert [await told(moved, one) for one in (AMIRA, CLAIRE)] == [NOWHERE, NOWHERE]
    assert await told(moved, JONAS) == EVERYWHERE


async def test_the_word_on_one_move_is_none_on_the_next(moved: Browser) -> None:
    """A notice issued before the hearing moved again says nothing of this move."""
    await tell(moved, CLAIRE, issued=NOW - timedelta(hours=2))
    async with moved.portal.database.system_transaction() as session:
        await session.execute(
            sa.text(
                "update service set opened_at = now(), opened_by = :me, opened_by_name = 'C',"
                " acknowledged_at = now(), acknowledged_by = :me, acknowledged_by_name = 'C'"
            ),
            {"me": CLAIRE.id},
        )

    assert await told(moved, CLAIRE) == EVERYWHERE


async def test_a_notice_that_has_not_left_or_was_recalled_is_no_link(moved: Browser) -> None:
    """Until it leaves nobody but the registry knows of it."""
    key = await tell(moved, CLAIRE, issued=NOW, leaves=NOW + timedelta(hours=1))

    assert 'href="/notices/' not in (await pages(moved, CLAIRE))[3]
    async with moved.portal.database.system_transaction() as session:
        gone: dict[str, Any] = {"recalled_at": NOW, "recalled_by": RENEE.id}
        recalled = sa.update(Notice).where(Notice.id == key)
        await session.execute(recalled.values(**gone, recalled_by_name="R", leaves_at=NOW))
    assert await told(moved, CLAIRE) == EVERYWHERE
    assert 'href="/notices/' not in (await pages(moved, CLAIRE))[3]


async def test_when_it_is_over_nobody_needs_the_old_time(
    moved: Browser, database: Database
) -> None:
    """Nor when it is cancelled: the page says that instead."""
    start = NOW - timedelta(days=2)
    await change(database, starts_at=start, local_start=start.replace(tzinfo=None))
    assert BEFORE not in "".join(await pages(moved, CLAIRE))

    hearing = {"cancelled_at": NOW, "cancelled_by": RENEE.id, "cancelled_why": "withdrawn"}
    await change(database, starts_at=NOW + timedelta(days=2), **hearing)
    assert BEFORE not in "".join(await pages(moved, CLAIRE))


async def test_pages_of_moved_hearings_cost_three_statements(moved: Browser) -> None:
    """Whoever must still be told pays for it in the same statements."""
    await tell(moved, CLAIRE)
    async with moved.portal.database.system_transaction() as session:
        rows = sa.select(Hearing.starts_at).where(Hearing.id == HEARING)
        month = (await session.scalar(rows) or NOW).strftime("%Y-%m")
    await moved.sign_in(CLAIRE)
    statements: list[str] = []

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(moved.portal.database.engine.sync_engine, "before_cursor_execute", count)
    for path in ("/hearings", f"/hearings/month?month={month}", f"/hearings/{HEARING}"):
        statements.clear()
        await moved.get(path)
        assert len(statements) <= 3, statements
