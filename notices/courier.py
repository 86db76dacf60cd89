"""The courier: claims a mail, sends it, records how it went, tries again or gives up loudly."""

import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Update, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from notices.channels import Accepted, Channel, Deferred, Outcome, Undeliverable
from notices.facts import Language
from notices.model import UNSETTLED, Attempt, Notice, Service
from storage.database import Database
from storage.jobs import defer

# Longer than any channel's patience: a courier that still lives is never overtaken.
LEASE = timedelta(minutes=5)

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)

# How late a mail may be before the sweep takes its job for lost.
GRACE = timedelta(minutes=10)
SWEPT_AT_ONCE = 1000


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


BadAddress = Callable[[AsyncSession, Claim, str], Awaitable[None]]
Still = Callable[[AsyncSession, UUID], Awaitable[bool]]


async def deliver(
    database: Database,
    channel: Channel,
    attempt_id: UUID,
    now: datetime,
    *,
    bad_address: BadAddress | None = None,
    still: Still | None = None,
) -> None:
    """Send one mail, unless it was sent, is being sent, or its notice was recalled.

    `bad_address` marks the address in the transaction that records an undeliverable mail.
    `still` says whether a service still reaches its person; if not, its mail is withdrawn.
    """
    claim = await _claim(database, channel, attempt_id, now, still=still)
    if claim is None:
        return
    began = time.monotonic()
    outcome = await channel.send(
        claim.address, language=claim.language, message_id=claim.message_id, at=now
    )
    ended = now + timedelta(seconds=time.monotonic() - began)
    async with database.system_transaction() as session:
        await _record(session, claim, outcome, now=ended, bad_address=bad_address)


async def _claim(
    database: Database,
    channel: Channel,
    attempt_id: UUID,
    now: datetime,
    *,
    still: Still | None,
) -> Claim | None:
    """Take the mail for this courier alone: the row's lock lets one of two racing ones through."""
    async with database.system_transaction() as session:
        if still and await _withdrawn(session, attempt_id, now, still=still):
            return None
        row = (
            await session.execute(_claiming(attempt_id, now, channel.message_id(attempt_id)))
        ).one_or_none()
    return Claim(*row) if row else None


def _claiming(
    attempt_id: UUID, now: datetime, message_id: str
) -> ReturningUpdate[*tuple[Any, ...]]:
    return (
        update(Attempt)
        .where(
            Attempt.id == attempt_id,
            Attempt.state.in_(UNSETTLED),
            Attempt.due_at <= now,
            Attempt.service_id == Service.id,
            Service.notice_id == Notice.id,
            Notice.recalled_at.is_(None),
        )
        .values(
            state="sending",
            tries=Attempt.tries + 1,
            tried_at=now,
            due_at=now + LEASE,
            message_id=func.coalesce(Attempt.message_id, message_id),
        )
        .returning(
            Attempt.id,
            Attempt.tries,
            Attempt.give_up_at,
            Attempt.message_id,
            Attempt.address,
            Service.person_id,
            Service.language,
        )
    )


async def _withdrawn(
    session: AsyncSession, attempt_id: UUID, now: datetime, *, still: Still
) -> bool:
    """Whether this mail is not to be sent because it reaches nobody who may have it any more."""
    due = (Attempt.id == attempt_id, Attempt.state.in_(UNSETTLED), Attempt.due_at <= now)
    service_id = await session.scalar(select(Attempt.service_id).where(*due).with_for_update())
    if service_id is None or await still(session, service_id):
        return False
    await session.execute(
        update(Attempt).where(Attempt.id == attempt_id).values(state="withdrawn", settled_at=now)
    )
    return True


async def _record(
    session: AsyncSession,
    claim: Claim,
    outcome: Outcome,
    *,
    now: datetime,
    bad_address: BadAddress | None,
) -> None:
    """Write down how the try went, and what follows from it."""
    due_at = now + _wait(claim.tries)
    if isinstance(outcome, Deferred) and due_at > claim.give_up_at:
        outcome = Undeliverable(f"given up after {claim.tries} tries: {outcome.detail}")
    row = update(Attempt).where(Attempt.id == claim.attempt_id)
    # A courier that lost its lease may still say that the mail is out, and nothing else.
    ours = row.where(Attempt.state == "sending", Attempt.tries == claim.tries)
    match outcome:
        case Accepted(detail):
            unsent = row.where(Attempt.state != "accepted")
            await _done(session, unsent.values(state="accepted", settled_at=now, detail=detail))
        case Deferred(detail):
            again = ours.values(state="deferred", due_at=due_at, detail=detail)
            if await _done(session, again):
                await defer(session, "deliver", at=due_at, attempt=str(claim.attempt_id))
        case Undeliverable(detail):
            end = ours.values(state="undeliverable", settled_at=now, detail=detail)
            if await _done(session, end) and bad_address:
                await bad_address(session, claim, detail)


def _wait(tries: int) -> timedelta:
    """Twice as long after every try, and never everybody at the same moment."""
    doubled = FIRST_WAIT * 2 ** min(tries - 1, 16)
    return min(doubled, LONGEST_WAIT) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret


async def _done(session: AsyncSession, change: Update) -> bool:
    """Whether the change found its row."""
    return await session.scalar(change.returning(Attempt.id)) is not None


async def sweep(database: Database, now: datetime) -> int:
    """Queue again what is overdue, its job lost or its courier dead; how many there were."""
    forgotten = (
        select(Attempt.id)
        .join(Attempt.service)
        .join(Service.notice)
        .where(
            Attempt.state.in_(UNSETTLED),
            Attempt.due_at < now - GRACE,
            Notice.recalled_at.is_(None),
        )
        .order_by(Attempt.due_at)
        .limit(SWEPT_AT_ONCE)
        .with_for_update(of=Attempt, skip_locked=True)
    )
    async with database.system_transaction() as session:
        attempts = (await session.scalars(forgotten)).all()
        # Due from now: the next sweep leaves them alone until their new job is late too.
        await session.execute(update(Attempt).where(Attempt.id.in_(attempts)).values(due_at=now))
        for attempt in attempts:
            await defer(session, "deliver", attempt=str(attempt))
    return len(attempts)
