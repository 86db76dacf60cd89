"""Lifting: an address is used again, because somebody says that it works, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.suppressing import lift
from portal.gate import Unknown
from portal.models import Account, Person, Suppression
from storage.bundle import bundle

MOST = 200
REMEMBERED = timedelta(days=90)


@dataclass(frozen=True)
class Addresses:
    """Those that nothing is sent to, the newest first, and those that were lifted of late."""

    listed: Sequence[Any]
    lifted: Sequence[Any]


async def list_addresses(session: AsyncSession, *, now: datetime) -> Addresses:
    """Of the people that my divisions write to, as row-level security has it, and of invitations."""
    listed = _addresses().where(Suppression.lifted_at.is_(None))
    lifted = _addresses().where(Suppression.lifted_at > now - REMEMBERED)
    found = await bundle(
        session,
        listed=listed.order_by(Suppression.since.desc()).limit(MOST),
        lifted=lifted.order_by(Suppression.lifted_at.desc()).limit(MOST),
    )
    return Addresses(found.listed, found.lifted)


async def read_address(session: AsyncSession, suppression_id: UUID) -> Any:  # noqa: ANN401 - a row
    """One address on the list; Unknown where it is not, or not mine to lift."""
    listed = _addresses().where(Suppression.id == suppression_id, Suppression.lifted_at.is_(None))
    row = (await session.execute(listed)).one_or_none()
    if row is None:
        raise Unknown
    return row


async def lift_address(
    session: AsyncSession, suppression_id: UUID, *, by: UUID, by_name: str, why: str, now: datetime
) -> bool:
    """Send to it again, and take the mark off its account; whether it was still on the list."""
    address = await lift(session, suppression_id, by=by, by_name=by_name, why=why, now=now)
    if address is None:
        return False
    await session.execute(
        sa.update(Account)
        .where(Account.email == address)
        .values(mail_failed_at=None, mail_failure=None)
    )
    return True


def masked(address: str) -> str:
    """The address as a screen may show it: c…@example.org."""
    local, _, domain = address.partition("@")
    # The word joiner keeps the address on one line.
    return f"{local[:1]}…\N{WORD JOINER}@{domain}"


def _addresses() -> sa.Select[*tuple[Any, ...]]:
    columns: list[Any] = [
        Suppression.id,
        Suppression.address,
        Suppression.since,
        Suppression.why,
        Suppression.detail,
        Suppression.lifted_at,
        Suppression.lifted_by_name,
        Suppression.lifted_why,
        Person.name,
    ]
    return sa.select(*columns).outerjoin(Person, Person.id == Suppression.person_id)
