"""Workers that die: what they had in hand is found again, whatever it was."""

from dataclasses import replace
from datetime import timedelta

import procrastinate
import pytest
import sqlalchemy as sa

from notices.courier import GRACE
from notices.model import Attempt
from portal.parts import Parts
from portal.worker import tasks_for
from tests.crashes.notices.post import strike
from tests.notices.mailroom import Mailroom
from tests.notices.samples import COUNSEL, issue_sample

LATE = GRACE + timedelta(minutes=1)


async def change(portal: Parts, text: str) -> None:
    """Change something about the jobs, as the owner of the database."""
    async with portal.database.login_transaction() as session:
        await session.execute(sa.text(text))


async def forget_a_mail(portal: Parts) -> None:
    """A notice whose mail no job remembers, and which is late."""
    async with portal.database.system_transaction() as session:
        await issue_sample(session, recipients=[COUNSEL])
        late = sa.func.now() - LATE
        await session.execute(sa.update(Attempt).values(due_at=late, give_up_at=late + LATE * 99))
    await change(portal, "delete from procrastinate_jobs")


async def die_in(portal: Parts, app: procrastinate.App, task: str) -> None:
    """A worker took this periodic job, and was never heard of again."""
    await strike(app, task)
    await change(
        portal,
        "with dead as (insert into procrastinate_workers (last_heartbeat)"
        " values (now() - interval '1 day') returning id)"
        " update procrastinate_jobs set status = 'doing', worker_id = dead.id from dead"
        f" where task_name = '{task}'",
    )


async def come_again(app: procrastinate.App, *tasks: str) -> None:
    """These periodic jobs are queued, and whatever can be done is done."""
    for task in tasks:
        await strike(app, task)
    await app.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")


@pytest.mark.parametrize("task", ["sweep", "rescan", "remind", "reconcile"])
async def test_killed_in_a_periodic_job_the_next_sweep_still_finds_what_is_late(
    portal: Parts, mailroom: Mailroom, task: str
) -> None:
    """A dead worker holds no lock for ever, and a job that comes by itself needs no second life."""
    portal = replace(portal, channel=mailroom.channel())
    await forget_a_mail(portal)
    app = tasks_for(portal)
    async with app.open_async():
        await die_in(portal, app, task)
        await come_again(app, *sorted({"sweep", task}))
        await come_again(app, *sorted({"sweep", task}))

        left = list(await app.job_manager.list_jobs_async())
    assert len(mailroom.mails) == 1
    assert left == []
