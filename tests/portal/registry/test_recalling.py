"""Recalling: within its minutes by the registry, recorded, once, and never beside a mail that left."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from notices import courier
from notices.issuing import By, open_notice
from notices.model import Attempt, Notice, Service
from portal.audit import Actor
from portal.models import Entry
from portal.registry.issued.recalling import HasLeft, recall
from portal.settings import Settings
from tests.cast import CLAIRE, RENEE
from tests.conftest import Browser
from tests.portal.registry.issued import issue_one, kept, pass_time

BY = Actor(RENEE.id, RENEE.name)
RACES = 12


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The five minutes of recall that a portal has."""
    return Settings(state=tmp_path / "state", demo=True)


async def recalled(browser: Browser, notice: Notice) -> bool | type[HasLeft]:
    """Renée recalls it now, by the database's clock: done now, done before, or too late."""
    try:
        async with browser.portal.database.transaction(RENEE.id) as session:
            now = (await session.execute(sa.select(sa.func.now()))).scalar_one()
            return await recall(session, notice.id, by=BY, now=now)
    except HasLeft:
        return HasLeft


async def test_recalled_is_recorded_and_nothing_goes_out(browser: Browser) -> None:
    """Who and when, an entry, mails withdrawn; words, services and paper stay as they were."""
    notice = await issue_one(browser)

    assert await recalled(browser, notice) is True

    (after,) = await kept(browser.portal, sa.select(Notice))
    services = await kept(browser.portal, sa.select(Service))
    attempts = await kept(browser.portal, sa.select(Attempt))
    (entry,) = await kept(browser.portal, sa.select(Entry).where(Entry.act == "notice.recalled"))
    assert (after.recalled_by, after.recalled_by_name) == (RENEE.id, RENEE.name)
    assert notice.issued_at < after.recalled_at < after.leaves_at
    assert (after.parts_en, after.pdf_sha256) == (notice.parts_en, notice.pdf_sha256)
    assert {one.recalled_at for one in services} == {after.recalled_at}
    assert {one.state for one in attempts} == {"withdrawn"}
    assert (entry.actor_id, entry.facts["number"]) == (RENEE.id, notice.number)


async def test_said_twice_it_is_recalled_once(browser: Browser) -> None:
    """The second press changes nothing and leaves no second entry."""
    notice = await issue_one(browser)

    assert [await recalled(browser, notice) for _ in range(2)] == [True, False]

    entries = sa.select(Entry).where(Entry.act == "notice.recalled")
    assert len(await kept(browser.portal, entries)) == 1


async def test_after_it_left_it_stays(browser: Browser) -> None:
    """Six minutes later: refused, and nothing changed."""
    notice = await issue_one(browser)
    await pass_time(browser.portal)

    assert await recalled(browser, notice) is HasLeft

    (after,) = await kept(browser.portal, sa.select(Notice))
    assert after.recalled_at is None
    assert set(await kept(browser.portal, sa.select(Attempt.state))) == {"waiting"}


async def test_two_officers_at_once_recall_it_once(browser: Browser) -> None:
    """Four transactions at the same moment: one of them did it."""
    notice = await issue_one(browser)

    answers = await asyncio.gather(*(recalled(browser, notice) for _ in range(4)))

    assert sorted(map(str, answers)) == ["False", "False", "False", "True"]


async def test_courier_and_recall_at_the_same_second(browser: Browser) -> None:
    """Whoever holds the rows first: all mails kept back, or the recall refused and all mails out."""
    for number in range(RACES):
        notice = await issue_one(browser)
        mails = await attempts_of(browser, notice)
        # The courier's clock is a second ahead of the database's, as two machines' may be.
        clock = notice.leaves_at + timedelta(seconds=1)

        async def send(mail: UUID, *, at: datetime = clock, wait: float) -> None:
            await asyncio.sleep(wait)
            await courier.deliver(browser.portal.database, browser.portal.channel, mail, at)

        wait = number / 400
        answer, *_ = await asyncio.gather(
            recalled(browser, notice), *(send(mail, wait=wait) for mail in mails)
        )

        rows = await kept(browser.portal, sa.select(Attempt).where(Attempt.id.in_(mails)))
        assert {one.state for one in rows} == {"accepted" if answer is HasLeft else "withdrawn"}
        (after,) = await kept(browser.portal, sa.select(Notice).where(Notice.id == notice.id))
        assert (after.recalled_at is None) is (answer is HasLeft)


@pytest.mark.parametrize("courier_first", [True, False])
async def test_one_after_the_other(browser: Browser, *, courier_first: bool) -> None:
    """A mail that a courier has sent stops a recall; a recall stops every mail."""
    notice = await issue_one(browser)
    mails, clock = await attempts_of(browser, notice), notice.leaves_at + timedelta(seconds=1)
    database, channel = browser.portal.database, browser.portal.channel

    answer = None if courier_first else await recalled(browser, notice)
    await courier.deliver(database, channel, mails[0], clock)
    answer = answer or await recalled(browser, notice)

    assert answer is (HasLeft if courier_first else True)
    caught = list((browser.portal.settings.state / "mail").glob("*.eml"))
    assert len(caught) == courier_first


async def test_a_reader_who_came_first_has_it(browser: Browser) -> None:
    """It was opened at the very second: the recall is refused, whatever the clock says."""
    notice = await issue_one(browser)
    (service, *_) = await kept(browser.portal, sa.select(Service.id))
    async with browser.portal.database.system_transaction() as session:
        await open_notice(session, service, by=By(CLAIRE.id, CLAIRE.name), now=notice.leaves_at)

    assert await recalled(browser, notice) is HasLeft


async def test_a_reader_waits_for_a_recall_and_then_finds_nothing(browser: Browser) -> None:
    """Claire presses while the recall commits: her page is not found, and no opening is written."""
    await issue_one(browser)
    # It has left by the clock; the officer's transaction began before that, and ends after.
    await pass_time(browser.portal)
    (notice,) = await kept(browser.portal, sa.select(Notice))
    copies = sa.select(Service.id).where(Service.person_id == CLAIRE.id)
    (copy,) = await kept(browser.portal, copies)
    await browser.sign_in(CLAIRE)
    async with browser.portal.database.transaction(RENEE.id) as session:
        before = notice.leaves_at - timedelta(seconds=1)
        await recall(session, notice.id, by=BY, now=before)
        page = asyncio.create_task(browser.get(f"/notices/{copy}"))
        await somebody_waits(browser)

    assert (await page).status_code == 404
    assert set(await kept(browser.portal, sa.select(Service.opened_at))) == {None}


async def attempts_of(browser: Browser, notice: Notice) -> list[UUID]:
    """The mails of one notice."""
    of_notice = Service.notice_id == notice.id
    return await kept(browser.portal, sa.select(Attempt.id).join(Attempt.service).where(of_notice))


async def somebody_waits(browser: Browser) -> None:
    """Until a transaction of this database waits for a lock that another one holds."""
    waiting = sa.text(
        "select exists (select from pg_stat_activity"
        " where datname = current_database() and wait_event_type = 'Lock')"
    )
    async with asyncio.timeout(60):
        while True:
            async with browser.portal.database.login_transaction() as session:
                if await session.scalar(waiting):
                    return
            await asyncio.sleep(0.01)
