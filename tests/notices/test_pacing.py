"""Pacing: in no minute more than a domain's share, whoever asks; who is put off is not lost."""

import asyncio
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from notices.courier import deliver
from notices.model import Attempt
from notices.pacing import MINUTE, domain_of, take_turn
from storage.database import Database
from tests.notices.mailroom import Mailroom
from tests.notices.samples import NOW
from tests.notices.test_courier import attempt_of, issue_to_claire, jobs_of


async def turn(database: Database, at: datetime, *, per_minute: int) -> datetime | None:
    """One mail to example.org at this moment: None, or when to come again."""
    async with database.system_transaction() as session:
        return await take_turn(session, "example.org", at, per_minute=per_minute)


@pytest.mark.parametrize("per_minute", [1, 2, 3, 7, 60, 601])
async def test_no_minute_holds_more_than_the_share(database: Database, per_minute: int) -> None:
    """Everybody comes at once, and again when told: each gets through, and none too soon."""
    wanted = min(3 * per_minute, 90)
    waiting = [NOW] * wanted
    left: list[datetime] = []
    async with database.system_transaction() as session:
        while waiting:
            waiting.sort()
            at = waiting.pop(0)
            later = await take_turn(session, "example.org", at, per_minute=per_minute)
            if later is None:
                left.append(at)
            else:
                assert later > at
                waiting.append(later)

    assert len(left) == wanted
    for start in left:
        assert sum(start <= one < start + MINUTE for one in left) <= per_minute


async def test_small_numbers_leave_at_once(database: Database) -> None:
    """A notice to four people of one firm waits for nobody."""
    assert [await turn(database, NOW, per_minute=60) for _ in range(5)] == [None] * 5


async def test_a_share_is_exact_across_workers(database: Database) -> None:
    """Twenty workers at the same moment, of whom the row's lock lets as many through as one."""
    said = await asyncio.gather(*(turn(database, NOW, per_minute=8) for _ in range(20)))

    through = [one for one in said if one is None]
    later = sorted(one for one in said if one is not None)
    assert len(through) == 3
    assert len(set(later)) == 17


async def test_each_domain_has_its_own_share(database: Database) -> None:
    """A slow one holds nobody else up; letters of its name make no difference."""
    assert await turn(database, NOW, per_minute=1) is None
    async with database.system_transaction() as session:
        assert await take_turn(session, "example.net", NOW, per_minute=1) is None

    assert domain_of("Claire@Example.ORG") == "example.org"
    assert await turn(database, NOW, per_minute=1) is not None


async def test_a_mail_put_off_has_a_job_for_its_turn(
    database: Database, mailroom: Mailroom
) -> None:
    """It is not a try, and not lost: the second of two mails leaves a minute later."""
    first, second = await issue_to_claire(database), await issue_to_claire(database)
    for attempt in (first, second):
        await deliver(database, mailroom.channel(), attempt, NOW, per_minute=1)

    waits = await attempt_of(database, second)
    assert (waits.state, waits.tries, len(mailroom.mails)) == ("waiting", 0, 1)
    assert timedelta(0) < waits.due_at - NOW <= 2 * MINUTE
    assert await jobs_of(database, second) == [None, waits.due_at]

    await deliver(database, mailroom.channel(), second, waits.due_at, per_minute=1)

    assert len(mailroom.mails) == 2
    async with database.system_transaction() as session:
        assert set(await session.scalars(sa.select(Attempt.state))) == {"accepted"}
