"""The list of addresses that do not work: nothing is sent to one until somebody lifts it."""

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notices.postroom import Suppression

LISTED = "not sent: this address is on the list of those that do not work"


async def suppress(
    session: AsyncSession,
    address: str,
    *,
    why: Literal["refused", "bounced"],
    detail: str,
    since: datetime,
    person_id: UUID | None = None,
    attempt_id: UUID | None = None,
) -> None:
    """Put an address on the list; one that is there stays as it is."""
    row = {
        "id": uuid4(),
        "address": address.lower(),
        "person_id": person_id,
        "attempt_id": attempt_id,
        "since": since,
        "why": why,
        "detail": detail,
    }
    await session.execute(insert(Suppression).values(row).on_conflict_do_nothing())


def is_suppressed(
    address: sa.SQLColumnExpression[str] | sa.SQLColumnExpression[str | None],
) -> sa.Exists:
    """The condition that this address is on the list now."""
    return sa.exists().where(
        Suppression.address == sa.func.lower(address), Suppression.lifted_at.is_(None)
    )


async def suppressed(session: AsyncSession, address: str) -> bool:
    """Whether an address is on the list now."""
    return bool(await session.scalar(sa.select(is_suppressed(sa.literal(address)))))


async def lift(
    session: AsyncSession,
    suppression_id: UUID,
    *,
    by: UUID,
    by_name: str,
    why: str,
    now: datetime,
) -> str | None:
    """Take an address off the list, saying who did and why; the address, unless it was off already."""
    return await session.scalar(
        sa.update(Suppression)
        .where(Suppression.id == suppression_id, Suppression.lifted_at.is_(None))
        .values(lifted_at=now, lifted_by=by, lifted_by_name=by_name, lifted_why=why)
        .returning(Suppression.address)
    )
