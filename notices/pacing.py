"""Pacing: no more than so many mails a minute to one domain, whoever sends them.

One row a domain holds the generic cell rate algorithm (ITU-T I.371, annex A): `next_at` is when the
next mail is expected; a mail may come somewhat before, so that small numbers leave at once.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notices.postroom import Pace

MINUTE = timedelta(minutes=1)
# One in so many of a minute's mails may leave at once, before the others are spread.
BURST_SHARE = 4


def domain_of(address: str) -> str:
    """The domain that takes the mail, as one row knows it."""
    return address.rpartition("@")[2].lower()


async def take_turn(
    session: AsyncSession, domain: str, now: datetime, *, per_minute: int
) -> datetime | None:
    """Take a place among this domain's mails of now: None; or else when to ask again.

    In no sixty seconds do more than `per_minute` calls get None. Whoever is put off joins the end
    of a line, so that those who wait do not all come back at once. The row stays locked until the
    transaction ends, and a rollback gives the place back.
    """
    burst = per_minute // BURST_SHARE
    gap = MINUTE / (per_minute - burst)
    await session.execute(
        insert(Pace).values(domain=domain, next_at=now, line_at=now).on_conflict_do_nothing()
    )
    taken = await session.scalar(
        sa.update(Pace)
        .where(Pace.domain == domain, Pace.next_at <= now + gap * burst)
        .values(next_at=sa.func.greatest(Pace.next_at, now) + gap)
        .returning(Pace.domain)
    )
    if taken is not None:
        return None
    free = sa.func.greatest(Pace.line_at, Pace.next_at - gap * burst, now)
    return await session.scalar(
        sa.update(Pace)
        .where(Pace.domain == domain)
        .values(line_at=free + gap)
        .returning(Pace.line_at)
    )
