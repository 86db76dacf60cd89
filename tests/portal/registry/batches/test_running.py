"""Issuing a batch: each notice exactly once, whoever presses, whatever dies, in lots that can pause."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from notices.model import Attempt, Notice, Service
from portal.gate import Unknown
from portal.models import Batch, BatchRow, Case, Entry, Posting, Standing
from portal.parts import Parts
from portal.registry.batches import running, taking
from portal.registry.batches.issuing import (
    ListChanged,
    NotReady,
    go_on,
    hold_batch,
    issue_batch,
    pause,
    stop,
    try_again,
)
from portal.registry.batches.recalling import recall_batch, recall_lot
from portal.registry.issued.recalling import recall
from storage.database import Database
from tests.cast import RENEE, VICTOR
from tests.many import case_of
from tests.portal.registry.batches.listed import (
    as_actor,
    checked,
    issued,
    now_of,
    opened,
    rows_of,
    worked,
)


async def count(database: Database, what: type) -> int:
    """How many rows there are of this table."""
    async with database.system_transaction() as session:
        return int(await session.scalar(sa.select(sa.func.count()).select_from(what)) or 0)


async def test_issued_to_all_with_papers_mails_and_entries(portal: Parts) -> None:
    """Everything that a single notice leaves: services, mails to go, an entry, the paper in the store."""
    numbers = await opened(portal.database, 90)
    key = await checked(portal.database, "\n".join(numbers), kind="notice_to_appear")

    assert await issued(portal.database, key)
    await worked(portal, key)

    rows = await rows_of(portal.database, key)
    assert {row.state for row in rows} == {"issued"}
    assert {tuple(row.changed) for row in rows} == {()}
    async with portal.database.system_transaction() as session:
        assert (await session.get_one(Batch, key)).state == "finished"
        notices = (await session.scalars(sa.select(Notice))).all()
        entries = await session.scalars(sa.select(Entry).where(Entry.act == "notice.issued"))
        assert {entry.case_id for entry in entries} == {row.case_id for row in rows}
    assert {notice.id for notice in notices} == {row.notice_id for row in rows}
    assert len({notice.case_id for notice in notices}) == 90
    assert await count(portal.database, Service) == 180
    assert await count(portal.database, Attempt) == 180
    stored = {one.key: one.size for one in portal.store.inventory()}
    assert stored == {notice.pdf_key: notice.pdf_size for notice in notices}


async def test_two_officers_and_two_workers_issue_each_notice_once(portal: Parts) -> None:
    """Pressed four times at once and worked on by four workers: one notice a case."""
    numbers = await opened(portal.database, 120)
    key = await checked(portal.database, "\n".join(numbers))

    pressed = await asyncio.gather(*(issued(portal.database, key) for _ in range(4)))
    await asyncio.gather(*(worked(portal, key) for _ in range(4)))
    await worked(portal, key)

    assert sorted(pressed) == [False, False, False, True]
    assert {row.state for row in await rows_of(portal.database, key)} == {"issued"}
    assert await count(portal.database, Notice) == 120
    assert await count(portal.database, Service) == 240
    assert len(list(portal.store.inventory())) == 120


async def test_a_lot_that_another_worker_overtook_is_not_issued_again(
    portal: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a lease ends too soon both make the papers, and one of them issues."""
    numbers = await opened(portal.database, 30)
    key = await checked(portal.database, "\n".join(numbers))
    await issued(portal.database, key)
    monkeypatch.setattr(taking, "LEASE", -taking.LEASE)

    await asyncio.gather(*(running.issue_lot(portal, key) for _ in range(4)))

    assert {row.state for row in await rows_of(portal.database, key)} == {"issued"}
    assert await count(portal.database, Service) == 60
    assert len(list(portal.store.inventory())) == 30


async def test_the_next_lot_goes_before_the_mails_of_the_first(portal: Parts) -> None:
    """What is mailed already keeps no notice waiting for its place in the inbox."""
    numbers = await opened(portal.database, 90)
    key = await checked(portal.database, "\n".join(numbers))
    await issued(portal.database, key)

    await running.issue_lot(portal, key)

    # The order in which procrastinate's workers take what is due.
    waiting = (
        "select task_name from procrastinate_jobs where status = 'todo' order by priority desc, id"
    )
    async with portal.database.system_transaction() as session:
        names = [*(await session.scalars(sa.text(waiting)))]
    assert "deliver" in names
    assert names.index("issue_batch") < names.index("deliver")


async def test_paused_goes_on_and_stopped_does_not(portal: Parts) -> None:
    """A pause takes the rows back from the worker; who stops it leaves the rest unsent for good."""
    numbers = await opened(portal.database, 100)
    key = await checked(portal.database, "\n".join(numbers))
    await issued(portal.database, key)
    await worked(portal, key, lots=1)

    async with portal.database.transaction(RENEE.id) as session:
        pause(await hold_batch(session, key), by=as_actor(RENEE), now=await now_of(session))
    await running.issue_lot(portal, key)
    assert await count(portal.database, Notice) == taking.LOT

    async with portal.database.transaction(RENEE.id) as session:
        batch = await hold_batch(session, key)
        await go_on(session, batch, by=as_actor(RENEE), now=await now_of(session))
    await worked(portal, key, lots=1)
    async with portal.database.transaction(RENEE.id) as session:
        batch = await hold_batch(session, key)
        await stop(session, batch, by=as_actor(RENEE), now=await now_of(session))
    await running.issue_lot(portal, key)

    states = [row.state for row in await rows_of(portal.database, key)]
    assert states == ["issued"] * 80 + ["stopped"] * 20
    assert await count(portal.database, Notice) == 80


async def test_who_is_told_is_asked_at_the_moment_of_issue(portal: Parts) -> None:
    """Others than at the check: the row says so. Nobody left: it fails, and can be tried again."""
    first, second, third = await opened(portal.database, 3)
    key = await checked(portal.database, "\n".join((first, second, third)))
    async with portal.database.system_transaction() as session:
        changed, empty = await case_of(session, first), await case_of(session, second)
        over = {"ends_at": sa.func.now()}
        counsel = (Standing.case_id == changed, Standing.role == "counsel")
        await session.execute(sa.update(Standing).where(*counsel).values(**over))
        await session.execute(sa.update(Standing).where(Standing.case_id == empty).values(**over))
    # A party without anybody who stands for it would be written a letter.
    async with portal.database.login_transaction() as session:
        await session.execute(sa.text("delete from party where case_id = :case"), {"case": empty})
    await issued(portal.database, key)
    await worked(portal, key)

    rows = await rows_of(portal.database, key)
    assert [(row.state, row.problem, row.changed) for row in rows] == [
        ("issued", None, ["people"]),
        ("failed", "nobody", []),
        ("issued", None, []),
    ]
    assert rows[0].people == 1


async def test_a_failed_row_is_tried_again_alone(portal: Parts) -> None:
    """Closed at the moment of issue, open again: the second try issues it, and only it."""
    first, second = await opened(portal.database, 2)
    key = await checked(portal.database, f"{first}\n{second}")
    await _close(portal.database, first, now=sa.func.now())
    await issued(portal.database, key)
    await worked(portal, key)
    assert [row.problem for row in await rows_of(portal.database, key)] == ["closed", None]

    await _close(portal.database, first, now=None)
    async with portal.database.transaction(RENEE.id) as session:
        batch = await hold_batch(session, key)
        tried = await try_again(
            session, batch, places=[1], by=as_actor(RENEE), now=await now_of(session)
        )
    await worked(portal, key)

    assert tried == 1
    assert [row.state for row in await rows_of(portal.database, key)] == ["issued", "issued"]
    assert await count(portal.database, Notice) == 2


async def _close(database: Database, number: str, *, now: object) -> None:
    async with database.system_transaction() as session:
        of_case = Case.id == await case_of(session, number)
        by = RENEE.id if now is not None else None
        await session.execute(sa.update(Case).where(of_case).values(closed_at=now, closed_by=by))


async def test_rows_with_problems_are_not_passed_over(portal: Parts) -> None:
    """Neither corrected nor left out: nothing is issued."""
    (number,) = await opened(portal.database, 1)
    key = await checked(portal.database, f"{number}\nXX9-99999")

    with pytest.raises(NotReady):
        await issued(portal.database, key)
    with pytest.raises(NotReady):
        await issued(portal.database, await checked(portal.database, "XX9-99999"))


async def test_what_was_looked_at_is_what_is_issued(portal: Parts) -> None:
    """A list that was checked anew meanwhile must be looked at again."""
    (number,) = await opened(portal.database, 1)
    key = await checked(portal.database, number)

    async with portal.database.transaction(RENEE.id) as session:
        batch, now = await hold_batch(session, key), await now_of(session)
        before = now.replace(year=2020)
        with pytest.raises(ListChanged):
            await issue_batch(session, batch, checked_at=before, by=as_actor(RENEE), now=now)


async def test_another_divisions_officer_finds_no_batch(portal: Parts) -> None:
    """Victor cannot hold it, see its rows or begin one for the RPD."""
    (number,) = await opened(portal.database, 1)
    key = await checked(portal.database, number)

    async with portal.database.transaction(VICTOR.id) as session:
        assert (await session.scalars(sa.select(BatchRow))).all() == []
        with pytest.raises(Unknown):
            await hold_batch(session, key)


async def test_an_officer_who_left_issues_nothing_more(portal: Parts) -> None:
    """The batch pauses until somebody who works there says that it goes on."""
    (number,) = await opened(portal.database, 1)
    key = await checked(portal.database, number)
    await issued(portal.database, key)
    async with portal.database.system_transaction() as session:
        of_renee = Posting.person_id == RENEE.id
        await session.execute(sa.update(Posting).where(of_renee).values(ends_at=sa.func.now()))

    await running.issue_lot(portal, key)

    async with portal.database.system_transaction() as session:
        assert (await session.get_one(Batch, key)).state == "paused"
    assert await count(portal.database, Notice) == 0


async def test_recalled_before_it_left_it_reaches_nobody(portal: Parts) -> None:
    """All that was issued comes back, what was not is stopped; what has left stays issued."""
    five = portal.settings.model_copy(update={"recall_minutes": 5})
    portal = replace(portal, settings=five)
    numbers = await opened(portal.database, 90)
    key = await checked(portal.database, "\n".join(numbers))
    await issued(portal.database, key)
    await worked(portal, key, lots=2)
    left = (await rows_of(portal.database, key))[0].notice_id
    async with portal.database.system_transaction() as session:
        gone = sa.update(Notice).where(Notice.id == left).values(leaves_at=sa.func.now())
        await session.execute(gone)

    async with portal.database.transaction(RENEE.id) as session:
        batch, now = await hold_batch(session, key), await now_of(session)
        assert await recall_batch(session, batch, by=as_actor(RENEE), now=now)
        assert not await recall_batch(session, batch, by=as_actor(RENEE), now=now)
    for after in (0, 50, 0):
        await recall_lot(portal.database, key, after=after)

    states = [row.state for row in await rows_of(portal.database, key)]
    assert states == ["issued"] + ["recalled"] * 79 + ["stopped"] * 10
    async with portal.database.system_transaction() as session:
        waiting = sa.select(sa.func.count()).where(Attempt.state == "waiting")
        entries = sa.select(sa.func.count()).where(Entry.act == "notice.recalled")
        assert await session.scalar(waiting) == 2
        assert await session.scalar(entries) == 79


async def test_one_of_many_recalled_alone_is_recalled_in_its_batch(portal: Parts) -> None:
    """The list says what became of the notice, whichever page it was taken back on."""
    five = portal.settings.model_copy(update={"recall_minutes": 5})
    portal = replace(portal, settings=five)
    key = await checked(portal.database, "\n".join(await opened(portal.database, 2)))
    await issued(portal.database, key)
    await worked(portal, key)
    first = (await rows_of(portal.database, key))[0].notice_id
    assert first is not None

    async with portal.database.transaction(RENEE.id) as session:
        now = await now_of(session)
        assert await recall(session, first, by=as_actor(RENEE), now=now)

    assert [row.state for row in await rows_of(portal.database, key)] == ["recalled", "issued"]


async def test_a_worker_that_died_is_followed_by_another(portal: Parts) -> None:
    """What nobody has had in hand for a minute is queued again, once."""
    (number,) = await opened(portal.database, 1)
    key = await checked(portal.database, number)
    await issued(portal.database, key)

    later = datetime.now(UTC) + 2 * taking.LEASE

    assert await taking.resume_forgotten(portal.database, datetime.now(UTC)) == 0
    assert await taking.resume_forgotten(portal.database, later) == 1
    assert await taking.resume_forgotten(portal.database, later) == 0
