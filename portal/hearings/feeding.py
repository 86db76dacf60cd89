"""Feeding a person's own calendar program: a secret address, and what it gives at each fetch."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.gate import my_cases
from portal.models import Feed, Hearing, Person
from portal.web.sessions import fingerprint

# What is over stays as long, so that a cancellation reaches a calendar that was switched off.
KEPT = timedelta(days=60)
MOST = 2000


@dataclass(frozen=True)
class Subscriber:
    """Whose feed it is, and the language of its words."""

    person_id: UUID
    language: str


async def live_feed(session: AsyncSession, me: UUID) -> Feed | None:
    """My address, if I have one: since when, for the address itself is kept nowhere."""
    return await session.scalar(
        sa.select(Feed).where(Feed.person_id == me, Feed.ended_at.is_(None))
    )


async def make_feed(session: AsyncSession, me: UUID, *, now: datetime) -> str:
    """A new secret; the one before it stops working in the same transaction."""
    # Two presses take turns: one address lives, and each answer shows its own.
    await session.execute(sa.select(Person.id).where(Person.id == me).with_for_update())
    await end_feed(session, me, now=now)
    token = secrets.token_urlsafe(32)
    session.add(Feed(person_id=me, token_hash=fingerprint(token), made_at=now))
    await session.flush()
    return token


async def end_feed(session: AsyncSession, me: UUID, *, now: datetime) -> None:
    """Whoever has the address gets nothing any more, from the next fetch on."""
    await session.execute(
        sa.update(Feed).where(Feed.person_id == me, Feed.ended_at.is_(None)).values(ended_at=now)
    )


async def find_subscriber(session: AsyncSession, token: str) -> Subscriber | None:
    """Whose secret this is; for a system transaction, before it is known who asks."""
    row = (
        await session.execute(
            sa.select(Person.id, Person.language)
            .join(Feed, Feed.person_id == Person.id)
            .where(Feed.token_hash == fingerprint(token), Feed.ended_at.is_(None))
        )
    ).one_or_none()
    return Subscriber(row.id, row.language) if row else None


async def feed_hearings(session: AsyncSession, me: UUID) -> Sequence[Hearing]:
    """The hearings that I may see at this moment, cancelled ones too; soonest first."""
    rows = await session.scalars(
        sa.select(Hearing)
        .where(Hearing.case_id.in_(my_cases(me)), Hearing.starts_at > sa.func.now() - KEPT)
        .order_by(Hearing.starts_at, Hearing.id)
        .limit(MOST)
    )
    return rows.all()
