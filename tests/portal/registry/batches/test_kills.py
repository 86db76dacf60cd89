"""Workers killed without a word in the middle of a batch, several times: each notice exactly once."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from notices.model import Attempt, Notice, Service
from portal.models import Batch, BatchRow, Entry
from portal.parts import Parts
from portal.registry.batches.taking import resume_forgotten
from tests.portal.registry.batches.listed import checked, issued, opened, rows_of

CASES = 130
KILLS = 3
PATIENCE = 240


async def test_killed_again_and_again_each_notice_is_there_once(
    portal: Parts, tmp_path: Path
) -> None:
    """Two workers, killed as soon as they have issued something more; others go on after them."""
    numbers = await opened(portal.database, CASES)
    key = await checked(portal.database, "\n".join(numbers), kind="notice_to_appear")
    await issued(portal.database, key)

    for turn in range(KILLS):
        before = await settled(portal, key)
        with workers(portal, tmp_path / str(turn)):
            await until(portal, key, more_than=before)
        await forgotten(portal)
    with workers(portal, tmp_path / "last"):
        await until(portal, key, more_than=CASES - 1)

    rows = await rows_of(portal.database, key)
    assert {row.state for row in rows} == {"issued"}
    async with portal.database.system_transaction() as session:
        notices = (await session.scalars(sa.select(Notice))).all()
        services = await session.scalar(sa.select(sa.func.count()).select_from(Service))
        attempts = await session.scalar(sa.select(sa.func.count()).select_from(Attempt))
        of_issue = sa.select(Entry.case_id).where(Entry.act == "notice.issued")
        entries = (await session.scalars(of_issue)).all()
    assert len(notices) == len({notice.case_id for notice in notices}) == CASES
    assert services == attempts == 2 * CASES
    assert len(entries) == len(set(entries)) == CASES
    # What a killed worker stored and did not commit is an orphan, which the sweep removes later.
    stored = {one.key for one in portal.store.inventory()}
    assert {notice.pdf_key for notice in notices} <= stored


async def settled(portal: Parts, key: UUID) -> int:
    """How many rows are issued."""
    asked = sa.select(sa.func.count()).where(BatchRow.batch_id == key, BatchRow.state == "issued")
    async with portal.database.system_transaction() as session:
        return int(await session.scalar(asked) or 0)


async def until(portal: Parts, key: UUID, *, more_than: int) -> None:
    """Wait for the workers to come this far."""
    ends = time.monotonic() + PATIENCE
    while await settled(portal, key) <= more_than:
        assert time.monotonic() < ends, "the workers do nothing"
        await asyncio.sleep(0.02)


async def forgotten(portal: Parts) -> None:
    """What the sweep of every minute does, minutes later: the dead workers' rows are free again."""
    async with portal.database.system_transaction() as session:
        await session.execute(sa.update(BatchRow).values(taken_until=None))
        longer_ago = datetime.now(UTC) - timedelta(minutes=5)
        await session.execute(sa.update(Batch).values(worked_at=longer_ago))
    await resume_forgotten(portal.database, datetime.now(UTC))


@contextmanager
def workers(portal: Parts, folder: Path) -> Generator[None]:
    """Two workers on one database and one store, killed at the end."""
    running: list[subprocess.Popen[bytes]] = []
    try:
        for number in range(2):
            state = folder / str(number)
            state.mkdir(parents=True)
            (state / "objects").symlink_to(portal.settings.state / "objects")
            settings = {
                "DATABASE_URL": portal.database.url.replace("+psycopg", ""),
                "DOSSIER_DEMO": "true",
                "DOSSIER_STATE": str(state),
            }
            with (state / "log").open("wb") as log:
                command = [sys.executable, "-m", "portal", "worker"]
                running.append(
                    subprocess.Popen(command, env=os.environ | settings, stdout=log, stderr=log)
                )
        yield
    finally:
        for process in running:
            process.send_signal(signal.SIGKILL)
            process.wait(30)
