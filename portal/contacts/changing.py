"""Changing contact details: effective when received; what was before is ended, never erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record
from portal.models import Case, PostalAddress, Telephone
from portal.registry.postal.recording import Addressee, hold_contacts, recorded_by, settle

Kept = TypeVar("Kept", PostalAddress, Telephone)


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """What is new; None where it stays as it is."""

    lines: Sequence[str] | None = None
    country: str = "CA"
    telephone: str | None = None


async def change_contacts(
    session: AsyncSession,
    key: UUID,
    whose: Addressee,
    new: Contacts,
    *,
    case: Case,
    by: Actor,
    now: datetime,
) -> bool:
    """Write from now to this address and call this number; whether anything is new.

    `key` comes with the form: sent twice, it is recorded once. The entry says whose and that they
    changed, and never to what.
    """
    changed = False
    if new.lines:
        changed = await settle(
            session, key, whose, lines=new.lines, country=new.country, by=by, now=now
        )
    if new.telephone:
        changed = await _connect(session, key, whose, new.telephone, by=by, now=now) or changed
    if changed:
        await record(session, case.id, "contacts.changed", by=by, name=whose.name)
    return changed


async def is_recorded(session: AsyncSession, key: UUID, whose: Addressee, new: Contacts) -> bool:
    """Whether this form recorded the same, or what it says held already."""
    if new.lines:
        found = await session.get(PostalAddress, key)
        found = found or await session.scalar(_present(PostalAddress, whose))
        if found is None or (found.lines, found.country) != (list(new.lines), new.country):
            return False
    if not new.telephone:
        return True
    called = await session.get(Telephone, uuid5(key, "telephone"))
    called = called or await session.scalar(_present(Telephone, whose))
    return called is not None and called.number == new.telephone


async def _connect(
    session: AsyncSession, key: UUID, whose: Addressee, number: str, *, by: Actor, now: datetime
) -> bool:
    await hold_contacts(session, whose)
    key = uuid5(key, "telephone")
    present = await session.scalar(_present(Telephone, whose))
    if present and present.number == number:
        return False
    if await session.get(Telephone, key) is not None:
        return False
    if present:
        present.ended_at, present.ended_by, present.ended_by_name = now, by.id, by.name
        await session.flush()
    said = recorded_by(whose, by=by, now=now)
    session.add(Telephone(id=key, number=number, **said))
    await session.flush()
    return True


def _present(kind: type[Kept], whose: Addressee) -> sa.Select[Kept]:
    column = kind.person_id if whose.person_id else kind.party_id
    return sa.select(kind).where(column == whose.id, kind.ended_at.is_(None))
