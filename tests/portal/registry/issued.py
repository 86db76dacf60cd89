"""A notice that the registry has just issued, and the clock moved past the minutes of recall."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from notices.model import Attempt, Notice, Service
from portal.parts import Parts
from tests.cast import NOOR, RENEE
from tests.conftest import Browser
from tests.portal.registry.pressing import press

PREVIEW, ISSUE = "/notices/preview", f"/cases/{NOOR}/notices?"


async def issue_one(browser: Browser, *, language: str = "en") -> Notice:
    """Renée issues the notice of the next hearing, through the pages."""
    await browser.sign_in(RENEE, language=language)
    facts = await browser.get(f"/cases/{NOOR}/notices/new?kind=notice_to_appear")
    preview = await press(browser, facts, action=PREVIEW)
    assert (await press(browser, preview, action=ISSUE)).status_code == 303
    newest = sa.select(Notice).order_by(Notice.issued_at.desc()).limit(1)
    (notice,) = await kept(browser.portal, newest)
    return notice


async def kept(portal: Parts, select: sa.Select[Any]) -> list[Any]:
    """What is in the database."""
    async with portal.database.system_transaction() as session:
        return list((await session.scalars(select)).all())


async def pass_time(portal: Parts, minutes: float = 6) -> None:
    """Let so much time go by for every notice: its rows move back, for the clock cannot go on."""
    back = timedelta(minutes=minutes)
    async with portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Notice).values(
                issued_at=Notice.issued_at - back,
                leaves_at=Notice.leaves_at - back,
                recalled_at=Notice.recalled_at - back,
            )
        )
        await session.execute(sa.update(Service).values(placed_at=Service.placed_at - back))
        await session.execute(sa.update(Attempt).values(due_at=Attempt.due_at - back))
    async with portal.database.login_transaction() as session:
        jobs = "update procrastinate_jobs set scheduled_at = scheduled_at - cast(:back as interval)"
        await session.execute(
            sa.text(jobs + " where task_name = 'deliver' and status = 'todo'"), {"back": back}
        )
