"""The courier: claims a mail, sends it, records how it went, tries again or gives up loudly."""

import random
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Update, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from notices.channels import Accepted, Channel, Deferred, Outcome, Undeliverable
from notices.claiming import LEASE, Claim, Still, claim
from notices.model import UNSETTLED, Attempt, Notice, Service
from notices.queueing import queue_mail
from notices.suppressing import suppress
from storage.database import Database

__all__ = ["GRACE", "LEASE", "BadAddress", "Claim", "Still", "deliver", "sweep"]

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)

# How late a mail may be before the sweep takes its job for lost.
GRACE = timedelta(minutes=10)
SWEPT_AT_ONCE = 1000

BadAddress = Callable[[AsyncSession, Claim, str], Awaitable[None]]


async def deliver(
    database: Database,
    channel: Channel,
    attempt_id: UUID,
    now: datetime,
    *,
    bad_address: BadAddress | None = None,
    still: Still | None = None,
    per_minute: int | None = None,
) -> None:
    """Send one mail, unless it was sent, is being sent, or its notice was recalled.

    `bad_address` marks the address in the transaction that records an undeliverable mail.
    `still` says whether a service still reaches its person; if not, its mail is withdrawn.
    `per_minute`: the most mails to one domain in a minute; what comes too early is put off.
    """
    async with database.system_transaction() as session:
        claimed = await claim(
            session,
            attempt_id,
            now,
            message_id=channel.message_id,
            still=still,
            per_minute=per_minute,
        )
    if claimed is None:
        return
    if claimed.neutral or claimed.stop:
        channel = channel.as_wished(neutral=claimed.neutral, stop=claimed.stop)
    began = time.monotonic()
    outcome = await channel.send(
        claimed.address, language=claimed.language, message_id=claimed.message_id, at=now
    )
    ended = now + timedelta(seconds=time.monotonic() - began)
    async with database.system_transaction() as session:
        await _record(session, claimed, outcome, now=ended, bad_address=bad_address)


async def _record(
    session: AsyncSession,
    claimed: Claim,
    outcome: Outcome,
    *,
    now: datetime,
    bad_address: BadAddress | None,
) -> None:
    """Write down how the try went, and what follows from it."""
    due_at = now + _wait(claimed.tries)
    refused = isinstance(outcome, Undeliverable)
    if isinstance(outcome, Deferred) and due_at > claimed.give_up_at:
        outcome = Undeliverable(f"given up after {claimed.tries} tries: {outcome.detail}")
    rows = update(Attempt).where(Attempt.id.in_(claimed.together))
    # A courier that lost its lease may still say that the mail is out, and nothing else.
    ours = rows.where(Attempt.state == "sending", Attempt.tries == claimed.tries)
    match outcome:
        case Accepted(detail):
            # The bounce may have been quicker than we are.
            unsent = rows.where(Attempt.state.not_in(("accepted", "bounced")))
            await _done(session, unsent.values(state="accepted", settled_at=now, detail=detail))
        case Deferred(detail):
            again = ours.values(state="deferred", due_at=due_at, detail=detail)
            if await _done(session, again):
                await queue_mail(session, claimed.attempt_id, due_at)
        case Undeliverable(detail):
            end = ours.values(state="undeliverable", settled_at=now, detail=detail)
            # Three days of trouble on the way say nothing against the address itself.
            if await _done(session, end) and refused:
                await _mark(session, claimed, detail, now=now, bad_address=bad_address)


async def _mark(
    session: AsyncSession,
    claimed: Claim,
    detail: str,
    *,
    now: datetime,
    bad_address: BadAddress | None,
) -> None:
    """The server does not know the address: nothing more goes there, and the registry is told."""
    await suppress(
        session,
        claimed.address,
        why="refused",
        detail=detail,
        since=now,
        person_id=claimed.person_id,
        attempt_id=claimed.attempt_id,
    )
    if bad_address:
        await bad_address(session, claimed, detail)


def _wait(tries: int) -> timedelta:
    """Twice as long after every try, and never everybody at the same moment."""
    doubled = FIRST_WAIT * 2 ** min(tries - 1, 16)
    return min(doubled, LONGEST_WAIT) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret


async def _done(session: AsyncSession, change: Update) -> bool:
    """Whether the change found its rows."""
    return bool((await session.scalars(change.returning(Attempt.id))).all())


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
            await queue_mail(session, attempt)
    return len(attempts)
