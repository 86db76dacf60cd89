"""Recording who stands in a case and why, and ending it for them and everybody below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from portal.audit import Actor, record
from portal.gate import Unknown
from portal.models import Account, Calling, Case, Party, Person, Role, Standing
from portal.models.standing import visible_authority

CALLINGS = {
    Role.party: Calling.claimant,
    Role.designated_representative: Calling.representative,
    Role.counsel: Calling.counsel,
    Role.ministers_counsel: Calling.counsel,
}


class OppositeSides(Exception):
    """Somebody would stand on both sides of one case."""

    def __init__(self, name: str, principal: str | None) -> None:
        """`principal`: through whom, where it is a delegate."""
        super().__init__("both sides")
        self.name = name
        self.principal = principal


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


@dataclass(frozen=True)
class Loss:
    """What one person loses when a standing ends."""

    person_id: UUID
    name: str
    lent: bool
    rights: Sequence[str]
    # Whether he or she still sees the case some other way.
    stays: bool


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
) -> None:
    """Give the person this place. The same form sent twice finds what it gave the first time.

    Raises StandsAlready or OppositeSides, with rows written: the caller rolls back to before.
    """
    # One at a time on a case: two officers cannot put one person on both its sides.
    await session.execute(sa.select(Case.id).where(Case.id == new.case_id).with_for_update())
    before = await _chains(session, new.case_id)
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
    if given is None:
        await _require_same(session, new, person_id)
        return
    _require_one_side(before, await _chains(session, new.case_id))
    if new.party_id:
        await session.execute(
            sa.update(Party)
            .where(Party.id == new.party_id, Party.case_id == new.case_id)
            .values(person_id=person_id)
        )
    name = await session.scalar(sa.select(Person.name).where(Person.id == person_id))
    facts = {"name": name, "role": str(new.role), "how": new.began_how}
    await record(session, new.case_id, "standing.recorded", by=by, **facts)


async def _require_same(session: AsyncSession, new: NewStanding, person_id: UUID) -> None:
    found = await session.get(Standing, new.id)
    if found is None or (found.person_id, found.role) != (person_id, new.role):
        raise StandsAlready


def _require_one_side(before: Sequence[Any], after: Sequence[Any]) -> None:
    """Nobody has a place on both sides now, and nobody's loan lapsed because of the new place.

    A loan from both sides, or against one's own, counts for nothing in `authority`: it vanishes.
    """
    kept = {(row.person_id, row.delegation_id) for row in after}
    for row in before:
        if (row.person_id, row.delegation_id) not in kept:
            raise OppositeSides(row.name, row.principal_name)
    own = [row for row in after if not row.delegation_id]
    minister = {row.person_id for row in own if row.role == Role.ministers_counsel}
    for row in own:
        if row.role != Role.ministers_counsel and row.person_id in minister:
            raise OppositeSides(row.name, None)


async def what_ends(session: AsyncSession, standing: Standing) -> list[Loss]:
    """Who loses what with this standing: the person, and every delegate below."""
    chains = await _chains(session, standing.case_id)
    elsewhere = {row.person_id for row in chains if row.standing_id != standing.id}
    return [
        Loss(
            row.person_id,
            row.name,
            lent=row.delegation_id is not None,
            rights=row.rights,
            stays=row.person_id in elsewhere,
        )
        for row in chains
        if row.standing_id == standing.id
    ]


async def find_standing(session: AsyncSession, standing_id: UUID) -> Standing:
    """The standing, if row-level security shows it; else Unknown."""
    found = await session.get(Standing, standing_id)
    if found is None:
        raise Unknown
    return found


async def end_standing(
    session: AsyncSession, standing: Standing, *, how: str, by: Actor, now: datetime
) -> list[Loss]:
    """End it now, for the person and everybody below; said twice, it is done once."""
    await session.refresh(standing, with_for_update=True)
    if standing.ended_how is not None:
        return []
    losses = await what_ends(session, standing)
    standing.ends_at, standing.ended_how, standing.ended_by = now, how, by.id
    await session.flush()
    name = await session.scalar(sa.select(Person.name).where(Person.id == standing.person_id))
    await record(
        session,
        standing.case_id,
        "standing.ended",
        by=by,
        name=name,
        role=standing.role,
        how=how,
        delegates=[loss.name for loss in losses if loss.lent],
    )
    return losses


async def _chains(session: AsyncSession, case_id: UUID) -> Sequence[Any]:
    """Every chain of authority on the case, the registry's own left out."""
    a, principal = visible_authority, aliased(Person)
    rows = await session.execute(
        sa.select(
            a.c.person_id,
            a.c.standing_id,
            a.c.delegation_id,
            a.c.role,
            Person.name,
            principal.name.label("principal_name"),
            sa.func.array_agg(a.c.right).label("rights"),
        )
        .join(Person, Person.id == a.c.person_id)
        .join(principal, principal.id == a.c.principal_id)
        .where(a.c.case_id == case_id, a.c.standing_id.is_not(None))
        .group_by(
            a.c.person_id,
            a.c.standing_id,
            a.c.delegation_id,
            a.c.role,
            Person.name,
            principal.name,
        )
        .order_by(a.c.delegation_id.nulls_first(), Person.name)
    )
    return rows.all()
