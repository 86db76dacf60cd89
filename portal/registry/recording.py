"""Recording who stands in a case and why, and ending it for them and everybody below."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record
from portal.hearings.booking import COUNSEL, DoubleBooked, book_counsel, release_counsel
from portal.models import Account, Calling, Party, Person, Role, Standing
from portal.registry.designating import end_designations
from portal.registry.losing import Loss, what_ends
from portal.registry.sides import chains, heard_together, hold_sides, require_one_side

CALLINGS = {
    Role.party: Calling.claimant,
    Role.designated_representative: Calling.representative,
    Role.counsel: Calling.counsel,
    Role.ministers_counsel: Calling.counsel,
}


class StandsAlready(Exception):
    """The person has this place in the case already, or the form was used for another."""


@dataclass(frozen=True, kw_only=True)
class NewStanding:
    """A place in a case to be recorded; its id comes with the form."""

    id: UUID
    case_id: UUID
    role: Role
    began_how: str
    ends_at: datetime | None = None
    # The claim that is this person's own.
    party_id: UUID | None = None


@dataclass(frozen=True)
class Known:
    """Somebody with an account, as staff may know them."""

    person_id: UUID
    name: str
    email: str


async def find_known(session: AsyncSession, email: str) -> Known | None:
    """Whose account this address is."""
    row = (
        await session.execute(
            sa.select(Person.id, Person.name, Account.email)
            .join(Account, Account.person_id == Person.id)
            .where(Account.email == email.lower())
        )
    ).one_or_none()
    return Known(row.id, row.name, row.email) if row else None


async def enrol(
    session: AsyncSession, *, name: str, email: str, role: Role, language: str, now: datetime
) -> tuple[UUID, bool]:
    """A person and an account without a password yet, and whether they are new.

    The invitation is somebody else's act.
    """
    # Two presses, two officers: who comes second finds the account of who came first.
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(email))))
    known = await find_known(session, email)
    if known:
        return known.person_id, False
    person = Person(name=name, calling=CALLINGS[role], language=language, created_at=now)
    session.add(person)
    await session.flush()
    session.add(Account(person_id=person.id, email=email.lower()))
    await session.flush()
    return person.id, True


async def record_standing(
    session: AsyncSession, new: NewStanding, *, person_id: UUID, by: Actor, now: datetime
) -> list[DoubleBooked]:
    """Give the person this place. The same form sent twice finds what it gave the first time.

    Counsel is held at once for the hearings that are coming; what is returned are other hearings
    that have this counsel then.

    Raises StandsAlready or OppositeSides, with rows written: the caller rolls back to before.
    """
    await hold_sides(session)
    together = await heard_together(session, [new.case_id])
    before = await chains(session, together)
    if not await _give(session, new, person_id, by=by, now=now):
        await _require_same(session, new, person_id)
        return []
    await require_one_side(session, together, before)
    if new.party_id:
        await session.execute(
            sa.update(Party)
            .where(Party.id == new.party_id, Party.case_id == new.case_id)
            .values(person_id=person_id)
        )
    pleads = new.role in COUNSEL
    clashes = await book_counsel(session, new.case_id, person_id, now=now) if pleads else []
    name = await session.scalar(sa.select(Person.name).where(Person.id == person_id))
    facts = {"name": name, "role": str(new.role), "how": new.began_how}
    await record(session, new.case_id, "standing.recorded", by=by, **facts)
    return clashes


async def _give(
    session: AsyncSession, new: NewStanding, person_id: UUID, *, by: Actor, now: datetime
) -> bool:
    """Write the row; whether it was not there before."""
    given = await session.scalar(
        insert(Standing)
        .values(
            id=new.id,
            case_id=new.case_id,
            person_id=person_id,
            role=new.role,
            starts_at=now,
            ends_at=new.ends_at,
            began_how=new.began_how,
            recorded_by=by.id,
        )
        .on_conflict_do_nothing()
        .returning(Standing.id)
    )
    return given is not None


async def _require_same(session: AsyncSession, new: NewStanding, person_id: UUID) -> None:
    found = await session.get(Standing, new.id)
    if found is None or (found.person_id, found.role) != (person_id, new.role):
        raise StandsAlready


async def end_standing(
    session: AsyncSession, standing: Standing, *, how: str, by: Actor, now: datetime
) -> list[Loss]:
    """End it now, for the person and everybody below; said twice, it is done once."""
    await session.refresh(standing, with_for_update=True)
    if standing.ended_how is not None:
        return []
    losses = await what_ends(session, [standing])
    # Now: to a client who ends it, the person is nobody known afterwards.
    name = await session.scalar(sa.select(Person.name).where(Person.id == standing.person_id))
    standing.ends_at, standing.ended_how, standing.ended_by = now, how, by.id
    await session.flush()
    if standing.role in COUNSEL:
        await release_counsel(session, standing.case_id, now=now)
    if standing.role == Role.designated_representative:
        await end_designations(session, standing, how=how, by=by, now=now)
    await record(
        session,
        standing.case_id,
        "standing.ended",
        by=by,
        name=name,
        role=standing.role,
        how=how,
        # The other side reads this entry: how many lost access with it, not who.
        delegates=sum(1 for loss in losses if loss.lent),
    )
    return losses
