"""Recording where somebody gets letters: the address before it is ended, and stays as history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record
from portal.models import Case, Party, Person, PostalAddress, Role, Standing, Telephone


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Somebody of a case who can get letters: a person, or a party without an account."""

    name: str
    role: Role
    person_id: UUID | None = None
    party_id: UUID | None = None

    @property
    def id(self) -> UUID:
        """What its page is found by."""
        found = self.person_id or self.party_id
        if found is None:
            raise ValueError("nobody")
        return found


async def addressees(session: AsyncSession, case: Case) -> list[Addressee]:
    """Parties without an account, then everybody with a place of their own in the case."""
    parties = await session.scalars(
        sa.select(Party)
        .where(Party.case_id == case.id, Party.person_id.is_(None))
        .order_by(Party.file_number)
    )
    people = await session.execute(
        sa.select(Person.id, Person.name, sa.func.min(Standing.role).label("role"))
        .join(Standing, Standing.person_id == Person.id)
        .where(Standing.case_id == case.id, Standing.ended_how.is_(None))
        .group_by(Person.id, Person.name)
        .order_by(Person.name, Person.id)
    )
    alone = [Addressee(name=one.name, role=Role.party, party_id=one.id) for one in parties]
    placed = [Addressee(name=row.name, role=Role(row.role), person_id=row.id) for row in people]
    return alone + placed


async def addresses_of(
    session: AsyncSession, people: Sequence[Addressee]
) -> dict[UUID, list[PostalAddress]]:
    """Every address of each, the present one first."""
    ids = [one.id for one in people]
    found = await session.scalars(
        sa.select(PostalAddress)
        .where(sa.or_(PostalAddress.person_id.in_(ids), PostalAddress.party_id.in_(ids)))
        .order_by(PostalAddress.ended_at.desc().nulls_first(), PostalAddress.since.desc())
    )
    known: dict[UUID, list[PostalAddress]] = {}
    for one in found:
        known.setdefault(one.person_id or one.party_id or one.id, []).append(one)
    return known


async def telephones_of(
    session: AsyncSession, people: Sequence[Addressee]
) -> dict[UUID, list[Telephone]]:
    """Every number of each, the present one first."""
    ids = [one.id for one in people]
    found = await session.scalars(
        sa.select(Telephone)
        .where(sa.or_(Telephone.person_id.in_(ids), Telephone.party_id.in_(ids)))
        .order_by(Telephone.ended_at.desc().nulls_first(), Telephone.since.desc())
    )
    known: dict[UUID, list[Telephone]] = {}
    for one in found:
        known.setdefault(one.person_id or one.party_id or one.id, []).append(one)
    return known


async def record_address(
    session: AsyncSession,
    address_id: UUID,
    addressee: Addressee,
    *,
    case: Case,
    lines: Sequence[str],
    country: str,
    by: Actor,
    now: datetime,
) -> bool:
    """From now letters go here; whether that is new. The entry says that, and never where."""
    new = await settle(session, address_id, addressee, lines=lines, country=country, by=by, now=now)
    if new:
        await record(session, case.id, "address.recorded", by=by, name=addressee.name)
    return new


async def settle(
    session: AsyncSession,
    address_id: UUID,
    addressee: Addressee,
    *,
    lines: Sequence[str],
    country: str,
    by: Actor,
    now: datetime,
) -> bool:
    """The same without an entry, for a verb that writes its own.

    `address_id` comes with the form: sent twice, it is recorded once. The same address again
    changes nothing.
    """
    await hold_contacts(session, addressee)
    if await session.get(PostalAddress, address_id) is not None:
        return False
    present = await session.scalar(_present(addressee))
    if present and (present.lines, present.country) == (list(lines), country):
        return False
    if present:
        present.ended_at, present.ended_by, present.ended_by_name = now, by.id, by.name
        await session.flush()
    where = {"lines": list(lines), "country": country}
    said = recorded_by(addressee, by=by, now=now)
    session.add(PostalAddress(id=address_id, **said, **where))
    await session.flush()
    return True


async def hold_contacts(session: AsyncSession, addressee: Addressee) -> None:
    """Two who change them at once: one after the other, and the second ends what the first recorded."""
    key = sa.func.hashtextextended(str(addressee.id), 9)
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def recorded_by(addressee: Addressee, *, by: Actor, now: datetime) -> dict[str, Any]:
    """The columns that say whose it is, since when, and who said so in whose name."""
    lent = by.chain.principal_name if by.chain and by.chain.lent else None
    whose = {"person_id": addressee.person_id, "party_id": addressee.party_id}
    who = {"recorded_by": by.id, "recorded_by_name": by.name, "recorded_for": lent}
    return {"since": now, **whose, **who}


def _present(addressee: Addressee) -> sa.Select[PostalAddress]:
    """The address that holds now."""
    one = PostalAddress
    whose = (
        one.person_id == addressee.person_id
        if addressee.person_id
        else one.party_id == addressee.party_id
    )
    return sa.select(one).where(whose, one.ended_at.is_(None))
