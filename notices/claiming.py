"""Claiming a mail: it is this courier's alone, unless it may not or need not leave now."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from notices.facts import Language
from notices.hours import awake
from notices.model import UNSETTLED, Attempt, Notice, Service
from notices.pacing import domain_of, take_turn
from notices.postroom import Preference
from notices.queueing import queue_mail
from notices.suppressing import LISTED, is_suppressed
from notices.wishes import stop_link

# Longer than any channel's patience: a courier that still lives is never overtaken.
LEASE = timedelta(minutes=5)

Still = Callable[[AsyncSession, UUID], Awaitable[bool]]


@dataclass(frozen=True)
class Claim:
    """One try at one mail; `tries` tells it from every other try."""

    attempt_id: UUID
    tries: int
    give_up_at: datetime
    message_id: str
    address: str
    person_id: UUID
    language: Language
    # Every attempt that this mail stands for: several, of a daily mail.
    together: tuple[UUID, ...] = ()
    neutral: bool = False
    # Of a reminder: the token of the link that stops reminders. Notices have none.
    stop: str | None = None


async def claim(
    session: AsyncSession,
    attempt_id: UUID,
    now: datetime,
    *,
    message_id: Callable[[UUID], str],
    still: Still | None,
    per_minute: int | None,
) -> Claim | None:
    """Take the mail, with what goes together with it: row locks let one of racing couriers through.

    None: it is not due, is settled, or has just been withdrawn, refused or put off.
    """
    due = await _due(session, attempt_id, now)
    due = await _still_wanted(session, due, now, still=still)
    if not due:
        return None
    first, ids = due[0], [row.id for row in due]
    if first.suppressed:
        await _settle(session, ids, "undeliverable", now=now, detail=LISTED)
        return None
    later = await _put_off_until(session, first, now, per_minute=per_minute)
    if later is not None:
        await session.execute(sa.update(Attempt).where(Attempt.id.in_(ids)).values(due_at=later))
        await queue_mail(session, first.id, later)
        return None
    return await _take(session, first, ids, now, message_id=message_id(first.id))


async def _take(
    session: AsyncSession,
    first: sa.Row[Any],
    ids: Sequence[UUID],
    now: datetime,
    *,
    message_id: str,
) -> Claim:
    """Mark them as being sent; the Message-ID of the first try is that of every other."""
    message_id = first.message_id or message_id
    taken = {"state": "sending", "tries": Attempt.tries + 1, "tried_at": now}
    taken |= {"due_at": now + LEASE, "message_id": message_id}
    await session.execute(sa.update(Attempt).where(Attempt.id.in_(ids)).values(taken))
    return Claim(
        attempt_id=first.id,
        tries=first.tries + 1,
        give_up_at=first.give_up_at,
        message_id=message_id,
        address=first.address,
        person_id=first.person_id,
        language=first.language,
        together=tuple(ids),
        neutral=first.neutral_since is not None,
        stop=await stop_link(session, first.person_id) if first.purpose == "reminder" else None,
    )


async def _due(session: AsyncSession, attempt_id: UUID, now: datetime) -> Sequence[Any]:
    """The attempt and those in the same mail, locked one after the other in one order."""
    columns: list[Any] = [
        Attempt.id,
        Attempt.tries,
        Attempt.give_up_at,
        Attempt.message_id,
        Attempt.address,
        Attempt.purpose,
        Attempt.zone,
        Attempt.service_id,
        Service.person_id,
        Service.language,
        Service.opened_at,
        Preference.neutral_since,
        Preference.reminders_stopped_at,
        is_suppressed(Attempt.address).label("suppressed"),
    ]
    select = (
        sa.select(*columns)
        .join(Service, Service.id == Attempt.service_id)
        .join(Notice, Notice.id == Service.notice_id)
        .outerjoin(Preference, Preference.person_id == Service.person_id)
        .where(Attempt.id.in_(_together(attempt_id)))
        .where(Attempt.state.in_(UNSETTLED), Attempt.due_at <= now, Notice.recalled_at.is_(None))
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
    )
    return (await session.execute(select)).all()


def _together(attempt_id: UUID) -> sa.CompoundSelect[UUID]:
    """The attempt; of a daily mail, those it went out with, or else those that wait for that day."""
    asked, other = aliased(Attempt), aliased(Attempt)
    my_service, its_service = aliased(Service), aliased(Service)
    sent = (
        sa.select(other.id)
        .join(asked, asked.message_id == other.message_id)
        .where(asked.id == attempt_id, asked.digest_on.is_not(None))
    )
    waiting = (
        sa.select(other.id)
        .join(
            asked,
            sa.and_(asked.digest_on == other.digest_on, asked.address == other.address),
        )
        .join(my_service, my_service.id == asked.service_id)
        .join(its_service, its_service.id == other.service_id)
        .where(asked.id == attempt_id, asked.message_id.is_(None), other.message_id.is_(None))
        .where(my_service.person_id == its_service.person_id)
    )
    return sa.select(sa.literal(attempt_id)).union(sent, waiting)


async def _still_wanted(
    session: AsyncSession, due: Sequence[Any], now: datetime, *, still: Still | None
) -> list[Any]:
    """Those whose person may still have them; a reminder, those that still remind of something."""
    wanted: list[Any] = []
    for row in due:
        over = row.purpose == "reminder" and (row.opened_at or row.reminders_stopped_at)
        if over or (still and not await still(session, row.service_id)):
            await _settle(session, [row.id], "withdrawn", now=now)
        else:
            wanted.append(row)
    return wanted


async def _put_off_until(
    session: AsyncSession,
    row: sa.Row[Any],
    now: datetime,
    *,
    per_minute: int | None,
) -> datetime | None:
    """When it may leave, if not now: a reminder after the night, any mail in its domain's turn."""
    if row.zone and (morning := awake(now, row.zone)) > now:
        return morning
    if not per_minute:
        return None
    return await take_turn(session, domain_of(row.address), now, per_minute=per_minute)


async def _settle(
    session: AsyncSession,
    ids: Sequence[UUID],
    state: str,
    *,
    now: datetime,
    detail: str | None = None,
) -> None:
    """Nothing more is sent for these."""
    change: dict[str, Any] = {"state": state, "settled_at": now}
    change |= {"detail": detail} if detail else {}
    await session.execute(sa.update(Attempt).where(Attempt.id.in_(ids)).values(change))
