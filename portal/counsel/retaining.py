"""Retaining: counsel without a place in a case tells the registry of it, and learns of no case."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypedDict
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.models import Retainer

# In an hour, from one account: counsel with a new case has one or two.
MOST = 10
SHOWN = 50
# Working days in which the registry answers, as the page says to everybody.
ANSWER_DAYS = 3

_DASHES = re.compile(r"[\s\u2010-\u2015\u2212-]+")


class TooManyRetainers(Exception):
    """Nobody becomes counsel in so many cases in an hour: numbers are being tried."""


class Said(TypedDict):
    """What counsel says: which case, paid or not, and for how much of it."""

    division: str
    file_number: str
    family_name: str | None
    born_on: date | None
    member_of: str | None
    member_number: str | None
    client_signed_on: date | None
    limited_to: str | None


def as_number(typed: str) -> str:
    """A file number, however it was typed: "tc6 – 01482" → "TC6-01482"."""
    return _DASHES.sub("-", typed.strip()).upper()


async def declare(
    session: AsyncSession, retainer_id: UUID, said: Said, *, by: Actor, now: datetime
) -> None:
    """Lay it on the registry's desk. Nothing is compared with any case: it costs the same for all.

    The same form sent twice is one. Raises TooManyRetainers.
    """
    lately = sa.select(sa.func.count()).where(
        Retainer.asked_by == by.id, Retainer.asked_at > now - timedelta(hours=1)
    )
    if (await session.scalar(lately) or 0) >= MOST:
        raise TooManyRetainers
    asked = {"asked_by": by.id, "asked_by_name": by.name, "asked_at": now}
    await session.execute(
        insert(Retainer).values(id=retainer_id, **said, **asked).on_conflict_do_nothing()
    )


async def my_retainers(session: AsyncSession, me: UUID) -> Sequence[Any]:
    """What I told the registry and what it answered, the newest first."""
    found = await session.scalars(
        sa.select(Retainer)
        .where(Retainer.asked_by == me)
        .order_by(Retainer.asked_at.desc())
        .limit(SHOWN)
    )
    return found.all()
