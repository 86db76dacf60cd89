"""Who receives a notice, why, and how: asked of authority at this moment, never remembered."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from notices.facts import Language, Served
from notices.issuing import Recipient
from notices.kinds import KINDS
from notices.model import Notice, Service
from portal.models import Account, Case, Party, Person, Right, Role
from portal.models.standing import authority, visible_authority
from portal.registry.opening import under_age
from portal.rules import Division, Words, rules
from portal.web.language import N_

COUNSEL = N_("Counsel of record: this is service")
MINISTER = N_("Minister’s counsel: this is service")
PARTY = N_("Party without counsel: this is service")
PARTY_COPY = N_("Party with counsel: a copy")
REPRESENTATIVE = N_("Designated representative: this is service")
REPRESENTATIVE_COPY = N_("Designated representative: a copy")
DELEGATE = N_("Delegate who receives notices: a copy")

Capacity = Literal["service", "copy"]

TO_FILERS = [code for code, kind in KINDS.items() if kind.served is Served.FILER]


@dataclass(frozen=True, kw_only=True)
class Reached:
    """One line of "who will receive this": somebody on the case, or a party only a letter reaches."""

    name: str
    capacity: Capacity
    why: str
    rule: Words | None = None
    # Whose delegate it is.
    principal: str | None = None
    person_id: UUID | None = None
    delegation_id: UUID | None = None
    language: Language = "en"
    email: str | None = None
    bounced_at: datetime | None = None

    @property
    def address(self) -> str | None:
        """Where mail goes; nowhere once it came back."""
        return None if self.bounced_at else self.email

    @property
    def letter(self) -> bool:
        """Whether paper must go out: no mail will say that something waits."""
        return self.address is None

    @property
    def masked(self) -> str:
        """The address as a screen may show it: c…@example.org."""
        local, _, domain = (self.email or "").partition("@")
        # The word joiner keeps the address on one line.
        return f"{local[:1]}…\N{WORD JOINER}@{domain}" if domain else ""


async def who_receives(session: AsyncSession, case: Case, *, now: datetime) -> list[Reached]:
    """Everybody whom a notice to the parties of this case reaches; service before copies."""
    division = rules.divisions[case.division]
    chains = await _receiving(session, case.id)
    parties = (await session.scalars(sa.select(Party).where(Party.case_id == case.id))).all()
    counselled = any(row.role == Role.counsel and not row.delegation_id for row in chains)
    reached = [_reached(row, division, counselled=counselled) for row in chains]
    reached += _by_letter_alone(parties, chains, counselled=counselled, now=now)
    return _once_each(reached)


def recipients(reached: Sequence[Reached]) -> list[Recipient]:
    """Those with an inbox, as the notices want them."""
    return [
        Recipient(
            person_id=one.person_id,
            name=one.name,
            capacity=one.capacity,
            why=one.why,
            language=one.language,
            address=one.address,
            delegation_id=one.delegation_id,
        )
        for one in reached
        if one.person_id
    ]


def fingerprint(reached: Sequence[Reached]) -> str:
    """The same for the same people, reasons and ways: what an officer saw is what is issued to."""
    lines = [f"{r.person_id} {r.name} {r.capacity} {r.why} {r.address}" for r in reached]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


async def still_reaches(session: AsyncSession, service_id: UUID) -> bool:
    """Whether the person of this service may still have its notice; a job asks before it mails."""
    a = authority
    # Who filed is told what became of it, with or without the right to receive.
    filer = sa.and_(a.c.right == Right.read.value, Notice.kind.in_(TO_FILERS))
    holds = (
        sa.select(a.c.person_id)
        .join(Service, sa.and_(Service.person_id == a.c.person_id, Service.case_id == a.c.case_id))
        .join(Notice, Notice.id == Service.notice_id)
        .where(Service.id == service_id, sa.or_(a.c.right == Right.receive.value, filer))
    )
    return bool(await session.scalar(sa.select(sa.exists(holds))))


async def _receiving(session: AsyncSession, case_id: UUID) -> Sequence[Any]:
    """Every chain that gives the right to receive on this case, and how to write to its person."""
    a, principal = visible_authority, aliased(Person)
    rows = await session.execute(
        sa.select(
            a.c.person_id,
            a.c.delegation_id,
            a.c.role,
            Person.name,
            Person.language,
            principal.name.label("principal_name"),
            Account.email,
            Account.mail_failed_at,
        )
        .join(Person, Person.id == a.c.person_id)
        .join(principal, principal.id == a.c.principal_id)
        .outerjoin(Account, Account.person_id == a.c.person_id)
        .where(a.c.case_id == case_id, a.c.right == Right.receive.value)
        .order_by(a.c.delegation_id.nulls_first(), Person.name)
    )
    return rows.all()


def _reached(row: sa.Row[Any], division: Division, *, counselled: bool) -> Reached:
    capacity, why = _reason(row, division, counselled=counselled)
    return Reached(
        name=row.name,
        capacity=capacity,
        why=why,
        rule=division.service_rule if capacity == "service" else None,
        principal=row.principal_name if row.delegation_id else None,
        person_id=row.person_id,
        delegation_id=row.delegation_id,
        language=cast("Language", row.language),
        email=row.email,
        bounced_at=row.mail_failed_at,
    )


def _reason(row: sa.Row[Any], division: Division, *, counselled: bool) -> tuple[Capacity, str]:
    """In what capacity a person on the case receives (domain.md §2.4)."""
    if row.delegation_id:
        return "copy", DELEGATE
    match row.role:
        case Role.counsel:
            return "service", COUNSEL
        case Role.ministers_counsel:
            return "service", MINISTER
        case Role.designated_representative:
            # Without counsel they stand where the person would; in some divisions always.
            if division.representative_served or not counselled:
                return "service", REPRESENTATIVE
            return "copy", REPRESENTATIVE_COPY
        case _:
            return ("copy", PARTY_COPY) if counselled else ("service", PARTY)


def _by_letter_alone(
    parties: Sequence[Party], chains: Sequence[Any], *, counselled: bool, now: datetime
) -> list[Reached]:
    """Parties who must be served and have no way in here: a letter is all that reaches them.

    Counsel is served for everybody; a minor, through whoever of the family or the representative
    is reached.
    """
    if counselled:
        return []
    inside = {row.person_id for row in chains}
    family = any(row.role in {Role.party, Role.designated_representative} for row in chains)
    return [
        Reached(name=party.name, capacity="service", why=PARTY)
        for party in parties
        if party.person_id not in inside
        and not (family and party.born_on and under_age(party.born_on, now.date()))
    ]


def _once_each(reached: Sequence[Reached]) -> list[Reached]:
    """Somebody reached twice is served, rather than sent a copy; service comes first."""
    ordered = sorted(
        reached, key=lambda one: (one.capacity == "copy", one.delegation_id is not None)
    )
    kept: dict[object, Reached] = {}
    for one in ordered:
        kept.setdefault(one.person_id or one.name, one)
    return list(kept.values())
