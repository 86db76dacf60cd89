"""Placing: notices that the portal itself writes, with those on a case who may know what they say."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Kind, Moment
from notices.issuing import By, Recipient, issue
from notices.lettering import ask_letters
from notices.model import Notice
from portal.audit import SYSTEM, record
from portal.models import (
    Account,
    Case,
    Document,
    Party,
    Person,
    Right,
    Seal,
    SealReader,
    Submission,
)
from portal.models.standing import authority
from portal.rules import rules

Sight = tuple[list[Recipient], list[Document]]
Facts = Callable[[Sequence[Document]], Kind]


async def holders(
    session: AsyncSession, case: Case, right: Right, *, lent_by: UUID | None = None
) -> list[Recipient]:
    """Everybody who holds this right on the case now; `lent_by`: only those this person lent it."""
    a = authority
    lent = sa.and_(a.c.principal_id == lent_by, a.c.delegation_id.is_not(None))
    rows = await session.execute(
        sa.select(
            a.c.person_id,
            a.c.delegation_id,
            a.c.role,
            Person.name,
            Person.language,
            sa.case((Account.mail_failed_at.is_(None), Account.email)).label("address"),
        )
        .join(Person, Person.id == a.c.person_id)
        .outerjoin(Account, Account.person_id == a.c.person_id)
        .where(a.c.case_id == case.id, a.c.right == right.value, a.c.standing_id.is_not(None))
        .where(lent if lent_by else sa.true())
        .order_by(Person.name, a.c.delegation_id)
    )
    return [
        Recipient(
            person_id=row.person_id,
            name=row.name,
            capacity="copy" if row.delegation_id else "service",
            why="delegate" if row.delegation_id else _why(row.role),
            language="fr" if row.language == "fr" else "en",
            address=row.address,
            delegation_id=row.delegation_id,
        )
        for row in rows
    ]


async def filers(
    session: AsyncSession, submission: Submission, case: Case, *others: UUID
) -> list[Recipient]:
    """Who filed, in whose name, and who receives notices for that person, as far as they still may."""
    wanted = {submission.filed_by, submission.principal_id, *others}
    people = [one for one in await holders(session, case, Right.read) if one.person_id in wanted]
    told = {one.person_id for one in people}
    lent = await holders(session, case, Right.receive, lent_by=submission.principal_id)
    return [*people, *(one for one in lent if one.person_id not in told)]


async def place(
    session: AsyncSession,
    key: UUID,
    case: Case,
    facts: Facts,
    *,
    documents: Sequence[Document],
    recipients: Sequence[Recipient],
) -> None:
    """Issue a notice about these documents, and its entry; done again, nothing.

    `key`: what it is made of. Where some of the documents are sealed, each person is told of those
    that he or she may know of, and who may know of none is told nothing.
    """
    for number, (people, known) in enumerate(await _sights(session, documents, recipients)):
        said = facts(known)
        notice_id = uuid5(key, f"{said.code} {number}" if number else said.code)
        if not number and await session.get(Notice, notice_id) is not None:
            return
        await _issue(session, notice_id, case, said, recipients=people)


async def _issue(
    session: AsyncSession,
    notice_id: UUID,
    case: Case,
    facts: Kind,
    *,
    recipients: Sequence[Recipient],
) -> None:
    notice = await issue(
        session,
        notice_id=notice_id,
        case_id=case.id,
        facts=facts,
        language="fr" if case.language == "fr" else "en",
        recipients=recipients,
        issued_by=By(None, SYSTEM.name),
        now=await session.scalar(sa.select(sa.func.now())),  # pyright: ignore[reportArgumentType]
    )
    by = By(None, SYSTEM.name)
    await ask_letters(session, notice.id, recipients, by=by, now=notice.issued_at)
    await record(
        session,
        case.id,
        "notice.issued",
        by=SYSTEM,
        notice_id=str(notice.id),
        number=notice.number,
        kind=facts.code,
        people=len({one.person_id for one in recipients}),
    )


async def _sights(
    session: AsyncSession, documents: Sequence[Document], recipients: Sequence[Recipient]
) -> list[Sight]:
    """People by what they may know of, those who may know most first."""
    sealed = [one.id for one in documents if one.sealed_at is not None]
    open_to = await _named(session, sealed) if sealed else {}
    sights: dict[tuple[UUID, ...], Sight] = {}
    for person in recipients:
        known = [
            one
            for one in documents
            if one.sealed_at is None or person.person_id in open_to.get(one.id, ())
        ]
        if known:
            sight = sights.setdefault(tuple(one.id for one in known), ([], known))
            sight[0].append(person)
    return sorted(sights.values(), key=lambda sight: -len(sight[1]))


async def _named(session: AsyncSession, sealed: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """Who may know of each of these sealed documents."""
    rows = await session.execute(
        sa.select(Seal.document_id, SealReader.person_id)
        .join(SealReader, SealReader.seal_id == Seal.id)
        .where(Seal.document_id.in_(sealed), Seal.lifted_at.is_(None))
    )
    named: dict[UUID, set[UUID]] = {}
    for document_id, person_id in rows:
        named.setdefault(document_id, set()).add(person_id)
    return named


async def file_numbers(session: AsyncSession, case: Case) -> str:
    """What a notice calls the case: the numbers of its parties."""
    numbers = await session.scalars(
        sa.select(Party.file_number).where(Party.case_id == case.id).order_by(Party.file_number)
    )
    return ", ".join(numbers)


async def about(session: AsyncSession, submission: Submission, case: Case) -> dict[str, Any]:
    """The facts that every notice about a filing states."""
    return {
        "file_number": await file_numbers(session, case),
        "division": case.division,
        "received": received(submission, case),
        "receipt": submission.receipt or "",
    }


def received(submission: Submission, case: Case) -> Moment:
    """When it came in, by the clock of the registry's office."""
    if submission.filed_at is None:
        raise ValueError("a draft has not been received")
    return Moment(submission.filed_at, rules.offices[case.office].zone)


def _why(role: str) -> str:
    return "counsel_of_record" if role == "counsel" else role
