"""Killed while printing, at every step: each letter ends in exactly one mailing, with one file."""

import asyncio
import subprocess
import sys
from uuid import UUID

import pytest
import sqlalchemy as sa

from notices.letters import Mailing
from notices.model import Notice
from portal.parts import Parts
from portal.registry.letters.printing import make_mailing
from tests.portal.registry.killed import STEPS
from tests.portal.registry.posted import bytes_of, letters, mailing, party, printed, settle, write


def kill_at(step: str, portal: Parts) -> None:
    """Start a printer, and kill it there."""
    command = [sys.executable, "-m", "tests.portal.registry.killed", step]
    command += [portal.database.url, str(portal.settings.state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as printer:
        assert printer.stdout is not None
        assert printer.stdout.readline() == b"here\n"
        printer.kill()


@pytest.mark.parametrize("step", STEPS)
async def test_a_printer_killed_loses_and_doubles_no_letter(portal: Parts, step: str) -> None:
    """What it had taken is finished by the job it left; what it had not, by the next officer."""
    await settle(portal, party_id=(await party(portal)).id)
    await write(portal)

    await asyncio.to_thread(kill_at, step, portal)
    for key in await _left(portal):
        await make_mailing(portal, key)
    if step == "taken":
        await printed(portal)

    (one,) = await letters(portal)
    assert one.mailing_id is not None
    made = await mailing(portal, one.mailing_id)
    assert bytes_of(portal, made).startswith(b"%PDF-")
    async with portal.database.system_transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Mailing)) == 1
        paper = await session.scalar(sa.select(Notice.pdf_key))
    # What a crash leaves behind is an object that nothing names: the sweep takes it.
    assert {made.pdf_key, paper} <= {stored.key for stored in portal.store.inventory()}


async def _left(portal: Parts) -> list[UUID]:
    """The mailings that jobs left in the queue are to make."""
    async with portal.database.system_transaction() as session:
        found = await session.scalars(
            sa.text(
                "select (args ->> 'mailing')::uuid from procrastinate_jobs"
                " where task_name = 'make_mailing'"
            )
        )
        return list(found)
