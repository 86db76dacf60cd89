"""Printing: waiting letters become one mailing, in one transaction; its file is made after it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.issuing import By
from notices.letters import Letter, Mailing
from notices.model import Notice, Service
from portal.audit import SYSTEM
from portal.models import Case
from portal.parts import Parts
from portal.registry.letters.folding import fold
from portal.registry.letters.papers import papers_for
from portal.registry.letters.waiting import present_address, waiting
from portal.registry.noticing import keep_letter
from portal.rules import rules
from portal.rules.holidays import Office
from storage.jobs import defer

# Tells the mailing that the portal prints in the morning from every other.
MORNINGS = UUID("5f0c1f0e-7f3f-4c55-8a0b-6d2a5b8e2d11")


async def gather_letters(
    session: AsyncSession,
    mailing_id: UUID,
    *,
    division: str,
    office: str,
    by: By,
    now: datetime,
) -> Mailing | None:
    """Take every letter that waits for this office and has an address into one mailing.

    `mailing_id` comes with the form: pressed twice, it gives the mailing that is there. None where
    no letter waits. Of two officers at once the second waits, and finds none of the first's. The
    job that makes the file is in the same transaction.
    """
    before = await session.get(Mailing, mailing_id)
    if before is not None:
        return before
    rows = await _take(session, division, office, now)
    if not rows:
        return None
    mailing = Mailing(
        id=mailing_id,
        division=division,
        office=office,
        day=now.astimezone(ZoneInfo(rules.offices[office].zone)).date(),
        made_at=now,
        made_by=by.person_id,
        made_by_name=by.name,
        letters=len(rows),
    )
    session.add(mailing)
    await session.flush()
    placed = [
        {"id": row.id, "place": place, "lines": row.lines, "country": row.country}
        for place, row in enumerate(rows, start=1)
    ]
    await session.execute(sa.update(Letter), [{"mailing_id": mailing_id} | one for one in placed])
    await defer(session, "make_mailing", mailing=str(mailing_id))
    return mailing


async def _take(session: AsyncSession, division: str, office: str, now: datetime) -> Sequence[Any]:
    """Hold the letters, the longest waiting first: whoever comes second waits, and gets the rest."""
    address = present_address()
    due = (
        waiting([division], now, Letter.id, address.c.lines, address.c.country)
        .join(address, sa.true())
        .where(Case.office == office)
        .order_by(Letter.asked_at, Letter.id)
        .with_for_update(of=Letter)
    )
    return (await session.execute(due)).all()


async def make_mailing(portal: Parts, mailing_id: UUID) -> None:
    """Make the file of a mailing and keep it, unless it is there; whoever is second leaves it be.

    Made of what the rows fixed, it has the same bytes whenever it is made. Raises WrongPaper or
    StoreUnavailable, and then nothing of it is kept: the job tries again.
    """
    async with portal.database.system_transaction() as session:
        mailing = await session.get_one(Mailing, mailing_id)
        letters = await _letters(session, mailing_id) if mailing.pdf_key is None else ()
    if not letters:
        return
    papers = await papers_for(portal, [row.notice_id for row in letters])
    pdf = await asyncio.to_thread(fold, portal, mailing, letters, papers)
    paper = await asyncio.to_thread(keep_letter, portal.store, pdf)
    async with portal.database.system_transaction() as session:
        ours = await session.scalar(
            sa.update(Mailing)
            .where(Mailing.id == mailing_id, Mailing.pdf_key.is_(None))
            .values(pdf_key=paper.key, pdf_sha256=paper.sha256, pdf_size=paper.size)
            .returning(Mailing.id)
        )
    if ours is None:
        await asyncio.to_thread(portal.store.delete, paper.key)


async def _letters(session: AsyncSession, mailing_id: UUID) -> Sequence[Any]:
    """What the file is made of, in its order."""
    rows = await session.execute(
        sa.select(
            Letter.place,
            Letter.lines,
            Letter.country,
            Service.person_name,
            Service.language,
            Notice.number,
            Notice.id.label("notice_id"),
        )
        .join(Service, Service.id == Letter.service_id)
        .join(Notice, Notice.id == Service.notice_id)
        .where(Letter.mailing_id == mailing_id)
        .order_by(Letter.place)
    )
    return rows.all()


async def print_mornings(portal: Parts, now: datetime) -> int:
    """Each working morning, a mailing for every office where letters wait; how many were made."""
    async with portal.database.system_transaction() as session:
        asked = waiting(list(rules.divisions), now, Case.division, Case.office).distinct()
        offices = (await session.execute(asked.order_by(Case.division, Case.office))).all()
    made = 0
    for division, office in offices:
        day = now.astimezone(ZoneInfo(rules.offices[office].zone)).date()
        if Office(office).closed(day):
            continue
        key = uuid5(MORNINGS, f"{division} {office} {day}")
        async with portal.database.system_transaction() as session:
            by = By(None, SYSTEM.name)
            mailing = await gather_letters(
                session, key, division=division, office=office, by=by, now=now
            )
        made += mailing is not None
    return made
