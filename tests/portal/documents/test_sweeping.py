"""The sweep removes what nothing names, late enough, and nothing else."""

import os
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from portal.documents.sweeping import ABANDONED_AFTER, ORPHANS_AFTER, Swept, sweep
from storage.database import Database
from storage.objects import new_key, put
from tests.cast import CLAIRE
from tests.conftest import Browser
from tests.portal.documents.conftest import (
    begin,
    documents,
    file_one,
    send,
    stored,
    submissions,
)
from tests.samples import pdf

# At the full hour, when the whole store is looked through.
NOW = datetime.now(UTC).replace(minute=0)
MINUTE = timedelta(minutes=1)


async def test_bytes_without_a_row_go_after_two_days(browser: Browser) -> None:
    """What a crash left between store and database is removed, never earlier than 48 hours."""
    await browser.sign_in(CLAIRE)
    await file_one(browser, "a.pdf", pdf())
    [named] = stored(browser)
    young, old = new_key(), new_key()
    for key, age in (
        (young, ORPHANS_AFTER - MINUTE),
        (old, ORPHANS_AFTER + MINUTE),
        (named, ABANDONED_AFTER),
    ):
        if key != named:
            put(browser.portal.store, key, b"left behind")
        path = browser.portal.settings.state / "objects" / "objects" / key
        written = (NOW - age).timestamp()
        os.utime(path, (written, written))

    swept = await sweep(browser.portal, now=NOW)

    assert swept.orphans == 1
    assert set(stored(browser)) == {young, named}


async def test_a_removed_file_goes_with_its_row(browser: Browser) -> None:
    """Taken out of a draft two days ago: bytes and row are removed; yesterday's stay."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    [document] = await documents(browser.portal.database)
    await browser.post(f"/documents/{document.id}/removal")

    early = await sweep(browser.portal, now=NOW + ORPHANS_AFTER - timedelta(hours=2))
    between = stored(browser)
    late = await sweep(browser.portal, now=NOW + ORPHANS_AFTER + timedelta(hours=2))

    assert (early.removed, len(between), late.removed) == (0, 1, 1)
    assert (stored(browser), await documents(browser.portal.database)) == ([], [])


async def test_a_draft_nobody_came_back_to_goes_and_what_is_filed_stays(
    browser: Browser,
) -> None:
    """After 90 days a draft's files go, then the draft; a filed one is for ever."""
    await browser.sign_in(CLAIRE)
    await file_one(browser, "filed.pdf", pdf())
    draft = await begin(browser)
    await send(browser, draft, "draft.pdf", pdf())

    await sweep(browser.portal, now=NOW + ABANDONED_AFTER - timedelta(days=1))
    before = len(await documents(browser.portal.database))
    await sweep(browser.portal, now=NOW + ABANDONED_AFTER + timedelta(days=1))
    await sweep(browser.portal, now=NOW + ABANDONED_AFTER + timedelta(days=1))

    assert before == 2
    assert [one.name for one in await documents(browser.portal.database)] == ["filed.pdf"]
    assert [one.receipt is not None for one in await submissions(browser.portal.database)] == [True]
    assert len(stored(browser)) == 1


async def test_a_held_file_whose_job_is_lost_is_scanned_again(
    browser: Browser, database: Database
) -> None:
    """A held file without a job gets one, once it is overdue; one with a job gets no second."""
    await browser.sign_in(CLAIRE)
    await file_one(browser, "a.pdf", pdf())
    later = NOW + timedelta(hours=2)

    with_job = await sweep(browser.portal, now=later)
    async with database.engine.begin() as connection:
        await connection.execute(sa.text("delete from procrastinate_jobs"))
    without = await sweep(browser.portal, now=later)

    assert (with_job.rescans, without.rescans) == (0, 1)


async def test_sweeping_twice_finds_nothing(browser: Browser) -> None:
    """A sweep that was interrupted, or that runs twice, does no harm."""
    await browser.sign_in(CLAIRE)
    await file_one(browser, "a.pdf", pdf())

    assert await sweep(browser.portal, now=NOW) == await sweep(browser.portal, now=NOW)
    assert await sweep(browser.portal, now=NOW) == Swept(0, 0, 0, 0)
