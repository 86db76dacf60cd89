"""Unopened: one reminder, by mail, of a notice that its addressee has not opened for some days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notices.hours import awake
from notices.issuing import GIVE_UP_AFTER
from notices.kinds import KINDS
from notices.model import Attempt, Notice, Service
from notices.queueing import queue_mail
from notices.suppressing import is_suppressed
from portal.models import Account, Person, Preference
from portal.parts import Parts

# What nobody opened for longer is the registry's business, not a mail's; and a portal that has just
# learnt to remind does not remind of last year.
TOO_LATE = timedelta(days=30)
AT_ONCE = 500


async def remind_of_unopened(portal: Parts, *, now: datetime | None = None) -> int:
    """Queue a reminder for each service that is due one; how many mails that makes.

    A reminder is an attempt of its own at each address of the person, once (the database sees to
    that), and waits for the end of the reader's quiet hours.
    """
    made = 0
    while True:
        async with portal.database.system_transaction() as session:
            at = now or cast("datetime", await session.scalar(sa.select(sa.func.now())))
            due = (await session.execute(_due(at))).all()
            made += await _queue(session, due, at)
        if len(due) < AT_ONCE:
            return made


def _due(now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Services, not copies, that lie unopened for as long as their kind allows; unreminded."""
    reminded = sa.exists().where(Attempt.service_id == Service.id, Attempt.purpose == "reminder")
    works = sa.and_(Account.mail_failed_at.is_(None), ~is_suppressed(Account.email))
    second = sa.and_(
        Preference.second_address.is_not(None), ~is_suppressed(Preference.second_address)
    )
    attempts = (
        sa.select(sa.func.max(Attempt.number))
        .where(Attempt.service_id == Service.id)
        .scalar_subquery()
    )
    columns: list[Any] = [
        Service.id,
        Service.case_id,
        Person.zone,
        sa.case((works, Account.email)).label("email"),
        sa.case((second, Preference.second_address)).label("second_address"),
        sa.func.coalesce(attempts, 0).label("attempts"),
    ]
    return (
        sa.select(*columns)
        .join(Notice, Notice.id == Service.notice_id)
        .join(Person, Person.id == Service.person_id)
        .join(Account, Account.person_id == Service.person_id)
        .outerjoin(Preference, Preference.person_id == Service.person_id)
        .where(Service.opened_at.is_(None), Service.capacity == "service")
        .where(Service.placed_at > now - TOO_LATE, Notice.recalled_at.is_(None))
        .where(_late(now), ~reminded, sa.or_(works, second))
        .where(Preference.reminders_stopped_at.is_(None))
        .order_by(Service.placed_at)
        .limit(AT_ONCE)
    )


def _late(now: datetime) -> sa.ColumnElement[bool]:
    """Longer in the inbox than a notice of its kind may lie there unopened without a word."""
    return sa.or_(
        *(
            sa.and_(
                Notice.kind == code, Service.placed_at <= now - timedelta(days=kind.remind_after)
            )
            for code, kind in KINDS.items()
        )
    )


async def _queue(session: AsyncSession, due: Sequence[Any], now: datetime) -> int:
    """One attempt for each address, and its job."""
    rows: list[dict[str, Any]] = []
    for service in due:
        leaves_at = awake(now, service.zone)
        both: list[str | None] = [service.email, service.second_address]
        addresses = [address for address in dict.fromkeys(both) if address]
        for number, address in enumerate(addresses, service.attempts + 1):
            rows.append(
                {
                    "id": uuid4(),
                    "service_id": service.id,
                    "case_id": service.case_id,
                    "number": number,
                    "purpose": "reminder",
                    "zone": service.zone,
                    "address": address,
                    "due_at": leaves_at,
                    "give_up_at": leaves_at + GIVE_UP_AFTER,
                }
            )
    if not rows:
        return 0
    made = insert(Attempt).on_conflict_do_nothing().returning(Attempt.id, Attempt.due_at)
    queued = (await session.execute(made, rows)).all()
    for attempt in queued:
        await queue_mail(session, attempt.id, attempt.due_at)
    return len(queued)
