"""Doing what was planned with a hearing and telling people of it: all in one transaction, or nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.issuing import Paper
from notices.model import Notice
from portal.audit import Actor
from portal.gate import hold_everybody
from portal.hearings.scheduling import FormUsed, cancel, move, schedule
from portal.models import Case, Hearing
from portal.registry.hearings.planning import Plan
from portal.registry.noticing import Order, PeopleChanged, issue_to
from portal.registry.recipients import fingerprint, who_receives

# The kinds of notice that say when and how a hearing is.
OF_HEARINGS = ("notice_to_appear", "hearing_moved", "hearing_changed", "hearing_cancelled")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """The notice of an act, on paper that the store keeps already."""

    order: Order
    paper: Paper
    recall_for: timedelta


async def carry_out(
    session: AsyncSession,
    plan: Plan,
    letter: Letter | None,
    *,
    seen: int | None,
    by: Actor,
    now: datetime,
) -> Notice | None:
    """The hearing, who is held for it, its entry and its notice; the notice, if people are told.

    Raises CannotSchedule, DoubleBooked, PeopleChanged or DifferentNotice, with rows written: the
    caller rolls back to before. `seen`: the sequence of the hearing that the officer looked at.
    """
    # Before any entry: whoever ends a loan holds it, and then the case's chain.
    await hold_everybody(session, [plan.case.id])
    reached = await who_receives(session, plan.case, now=now)
    if letter and fingerprint(reached) != letter.order.seen:
        raise PeopleChanged
    await _act(session, plan, seen=seen, by=by, now=now)
    if letter is None:
        return None
    return await issue_to(
        session,
        letter.order,
        reached,
        case=plan.case,
        paper=letter.paper,
        by=by,
        now=now,
        recall_for=letter.recall_for,
    )


async def _act(
    session: AsyncSession, plan: Plan, *, seen: int | None, by: Actor, now: datetime
) -> None:
    details = plan.arrangement
    if plan.hearing is None and details is not None:
        fixing = partial(schedule, hearing_id=plan.hearing_id, case_id=plan.case.id, kind=plan.kind)
        await fixing(session, details, by=by, now=now)
        return
    assert plan.hearing is not None  # noqa: S101 - what is moved or called off is there
    hearing = await session.get_one(Hearing, plan.hearing.id)
    if details is not None:
        await move(session, hearing, details, by=by, now=now, seen=seen)
        return
    # The history is read in both languages, and keeps what people were told.
    why = f"{plan.reason.en} / {plan.reason.fr}" if plan.reason else ""
    await cancel(session, hearing, why=why, by=by, now=now, seen=seen)


async def done_before(session: AsyncSession, plan: Plan) -> Notice | None:
    """The notice that this form has issued already; raises FormUsed if it said something else."""
    notice = await session.get(Notice, plan.notice_id)
    if notice is None:
        return None
    hearing = plan.hearing or await session.get(Hearing, plan.hearing_id)
    if hearing is None or plan.case.id != notice.case_id:
        raise FormUsed
    # Read before the notice was found, it may be older than the act.
    await session.refresh(hearing)
    details = plan.arrangement
    same = not details.changes(hearing) if details else hearing.cancelled_at is not None
    if not same:
        raise FormUsed
    return notice


async def not_left_yet(session: AsyncSession, case: Case, *, now: datetime) -> list[Notice]:
    """Notices of hearings of this case that can still be recalled: what comes now follows them."""
    waiting = (
        sa.select(Notice)
        .where(Notice.case_id == case.id, Notice.kind.in_(OF_HEARINGS))
        .where(Notice.leaves_at > now, Notice.recalled_at.is_(None))
        .order_by(Notice.leaves_at)
    )
    return list(await session.scalars(waiting))
