"""When the button of an act upon a hearing is pressed: the paper first, then all in one transaction."""

import asyncio
from datetime import datetime

from notices.issuing import DifferentNotice
from notices.model import Notice
from portal.audit import Actor
from portal.hearings.booking import DoubleBooked
from portal.hearings.scheduling import CannotSchedule
from portal.registry.carrying import typed
from portal.registry.hearings.asking import open_administered
from portal.registry.hearings.planning import Plan
from portal.registry.hearings.telling import Letter, carry_out
from portal.registry.noticing import Order, PeopleChanged, keep_letter, write_letter
from portal.web.visit import Visit

# What can stand in the way; nothing is done then.
STOPS = (CannotSchedule, DoubleBooked, PeopleChanged, DifferentNotice)
Stop = CannotSchedule | DoubleBooked | PeopleChanged | DifferentNotice


async def do(visit: Visit, plan: Plan, *, now: datetime) -> Notice | None:
    """Do what is planned; the notice that tells of it, if people are told. Raises one of STOPS.

    Outside any transaction: the paper is written and kept first, and thrown away if it is of no use.
    """
    letter = await _write(visit, plan, now=now)
    by = Actor(visit.me.id, visit.me.name)
    seen = plan.hearing.sequence if plan.hearing else None
    try:
        async with visit.transaction() as session:
            await open_administered(visit, plan.case.id, lock=True)
            notice = await carry_out(session, plan, letter, seen=seen, by=by, now=now)
    except STOPS:
        await _throw_away(visit, letter)
        raise
    if letter and notice and notice.pdf_key != letter.paper.key:
        await _throw_away(visit, letter)
    return notice


async def _write(visit: Visit, plan: Plan, *, now: datetime) -> Letter | None:
    if plan.facts is None:
        return None
    settings, facts, key = visit.portal.settings, plan.facts, plan.notice_id
    pdf = await asyncio.to_thread(
        write_letter, facts, plan.case, notice_id=key, settings=settings, now=now
    )
    return Letter(
        order=Order(
            notice_id=key, facts=facts, seen=typed(visit, "seen"), hearing_id=plan.hearing_id
        ),
        paper=await asyncio.to_thread(keep_letter, visit.portal.store, pdf),
        recall_for=settings.recall_for,
    )


async def _throw_away(visit: Visit, letter: Letter | None) -> None:
    if letter:
        await asyncio.to_thread(visit.portal.store.delete, letter.paper.key)
