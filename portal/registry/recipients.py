"""Who receives a notice, why, and how: asked of authority at this moment, never remembered."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from notices.facts import Language, Served
from notices.issuing import Recipient
from notices.kinds import KINDS
from notices.kinds.counsel_changed import CounselChanged
from notices.kinds.request_decided import RequestDecided
from notices.model import Notice, Service
from portal.models import Account, Case, Party, Person, Right, Role, Standing
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
FORMER = N_("Counsel of record until now: this is service")

Capacity = Literal["service", "copy"]
Authority = sa.TableClause

# What who was counsel may still read (the SQL function portal_parting says the same).
TO_FORMER = (CounselChanged.code, RequestDecided.code)
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
    # In place of a person: a party without an account.
    party_id: UUID | None = None
    delegation_id: UUID | None = None
    language: Language = "en"
    email: str | None = None
    bounced_at: datetime | None = None
    # Typed by its owner, who has not yet answered the mail that asks.
    unconfirmed: bool = False

    @property
    def address(self) -> str | None:
        """Where mail goes; nowhere once it came back, or while it may be somebody else's."""
        return None if self.bounced_at or self.unconfirmed else self.email

    @property
    def letter(self) -> bool:
        """Whether paper must go out: no mail will say that something waits.

        A delegate's copy stays in the inbox: whoever lent the right is served besides.
        """
        return self.address is None and self.delegation_id is None

    @property
    def masked(self) -> str:
        """The address as a screen may show it: c…@example.org."""
        local, _, domain = (self.email or "").partition("@")
        # The word joiner keeps the address on one line.
        return f"{local[:1]}…\N{WORD JOINER}@{domain}" if domain else ""


async def who_receives(
    session: AsyncSession, case: Case, *, now: datetime, among: Authority = visible_authority
) -> list[Reached]:
    """Everybody whom a notice to the parties of this case reaches; service before copies.

    `among`: a job, to which `visible_authority` shows nobody, asks the whole of `authority`.
    """
    return (await who_receive(session, [case], now=now, among=among))[case.id]


async def who_receive(
    session: AsyncSession,
    cases: Sequence[Case],
    *,
    now: datetime,
    among: Authority = visible_authority,
) -> dict[UUID, list[Reached]]:
    """The same for many cases at once, by case."""
    ids = [case.id for case in cases]
    chains: dict[UUID, list[Any]] = {one: [] for one in ids}
    for row in await _receiving(session, ids, among):
        chains[row.case_id].append(row)
    parties: dict[UUID, list[Party]] = {one: [] for one in ids}
    for party in await session.scalars(sa.select(Party).where(Party.case_id.in_(ids))):
        parties[party.case_id].append(party)
    return {case.id: _of_case(case, chains[case.id], parties[case.id], now=now) for case in cases}


def _of_case(
    case: Case, chains: Sequence[Any], parties: Sequence[Party], *, now: datetime
) -> list[Reached]:
    division = rules.divisions[case.division]
    counselled = any(row.role == Role.counsel and not row.delegation_id for row in chains)
    reached = [_reached(row, division, counselled=counselled) for row in chains]
    letters = _by_letter_alone(parties, chains, counselled=counselled, now=now)
    language = cast("Language", case.language)
    reached += [replace(one, language=language) for one in letters]
    return once_each(reached)


def recipients(reached: Sequence[Reached]) -> list[Recipient]:
    """The same people as the notices want them; a party without an account by `party_id`."""
    return [
        Recipient(
            person_id=one.person_id,
            party_id=one.party_id,
            name=one.name,
            capacity=one.capacity,
            why=one.why,
            language=one.language,
            address=one.address,
            delegation_id=one.delegation_id,
        )
        for one in reached
    ]


def fingerprint(reached: Sequence[Reached]) -> str:
    """The same for the same people, reasons and ways: what an officer saw is what is issued to."""
    lines = [
        f"{r.person_id or r.party_id} {r.name} {r.capacity} {r.why} {r.address}" for r in reached
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


async def still_reaches(session: AsyncSession, service_id: UUID) -> bool:
    """Whether the person of this service may still have its notice; a job asks before it mails."""
    columns = (Service.person_id, Service.case_id, Notice.kind, Notice.issued_at)
    asked = sa.select(*columns).join(Notice, Notice.id == Service.notice_id)
    # Asked for first: of a person and a case that are known, authority is a few rows, else many.
    row = (await session.execute(asked.where(Service.id == service_id))).one()
    a, rights = authority, [Right.receive.value]
    # Who filed is told what became of it, with or without the right to receive.
    rights += [Right.read.value] if row.kind in TO_FILERS else []
    holds = sa.select(a.c.person_id).where(
        a.c.person_id == row.person_id, a.c.case_id == row.case_id, a.c.right.in_(rights)
    )
    if await session.scalar(sa.select(sa.exists(holds))):
        return True
    # Who was counsel is told that this ended, having no right any more.
    former = (
        sa.select(Standing.id)
        .where(Standing.case_id == row.case_id, Standing.person_id == row.person_id)
        .where(Standing.role == Role.counsel, Standing.ended_how.is_not(None))
        .where(Standing.ends_at <= row.issued_at)
    )
    return row.kind in TO_FORMER and bool(await session.scalar(sa.select(sa.exists(former))))


async def _receiving(
    session: AsyncSession, cases: Sequence[UUID], among: Authority
) -> Sequence[Any]:
    """Every chain that gives the right to receive on these cases, and how to write to its person."""
    a, principal = among, aliased(Person)
    rows = await session.execute(
        sa.select(
            a.c.case_id,
            a.c.person_id,
            a.c.delegation_id,
            a.c.role,
            Person.name,
            Person.language,
            principal.name.label("principal_name"),
            Account.email,
            Account.mail_failed_at,
            Account.unconfirmed_since,
        )
        .join(Person, Person.id == a.c.person_id)
        .join(principal, principal.id == a.c.principal_id)
        .outerjoin(Account, Account.person_id == a.c.person_id)
        .where(a.c.case_id.in_(cases), a.c.right == Right.receive.value)
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
        unconfirmed=row.unconfirmed_since is not None,
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
        Reached(name=party.name, capacity="service", why=PARTY, party_id=party.id)
        for party in parties
        if party.person_id not in inside
        and not (family and party.born_on and under_age(party.born_on, now.date()))
    ]


def once_each(reached: Sequence[Reached]) -> list[Reached]:
    """Somebody reached twice is served, rather than sent a copy; service comes first."""
    ordered = sorted(
        reached, key=lambda one: (one.capacity == "copy", one.delegation_id is not None)
    )
    kept: dict[object, Reached] = {}
    for one in ordered:
        kept.setdefault(one.person_id or one.party_id, one)
    return list(kept.values())
