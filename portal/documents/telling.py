"""Telling: the other people on the case that papers came in, and the filer what was not accepted."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Kind, Moment
from notices.issuing import By, Recipient, issue
from notices.kinds.document_not_accepted import DocumentNotAccepted
from notices.kinds.document_received import DocumentReceived
from notices.model import Notice
from portal.audit import SYSTEM, record
from portal.gate import hold_everybody
from portal.models import (
    Account,
    Case,
    Document,
    DocumentState,
    Entry,
    Party,
    Person,
    Right,
    Submission,
)
from portal.models.standing import authority
from portal.parts import Parts
from portal.rules import rules


async def tell(portal: Parts, submission_id: UUID) -> None:
    """After a filing: a notice to everybody else, and what checks before it had found.

    Done again, it adds nothing.
    """
    async with portal.database.system_transaction() as session:
        submission = await session.get(Submission, submission_id, with_for_update=True)
        if submission is None or submission.filed_at is None:
            return
        await hold_everybody(session, [submission.case_id])
        documents = (await session.scalars(_documents(submission_id))).all()
        recorded = set(await session.scalars(_recorded(submission)))
        judged = [one for one in documents if one.state != DocumentState.held]
        new = [one for one in judged if str(one.id) not in recorded]
        await tell_verdicts(session, submission, new)
        await tell_others(session, submission, documents)


async def tell_verdicts(
    session: AsyncSession, submission: Submission, documents: Sequence[Document]
) -> None:
    """The entries that filed documents were judged: one for all that are clean, one for each other.

    Of what nobody can read the filer is told by a notice.
    """
    clean = [one for one in documents if one.state == DocumentState.clean]
    if clean:
        await _record_verdict(session, submission, clean)
    for document in documents:
        if document.state != DocumentState.clean:
            await _record_verdict(session, submission, [document])
            await _tell_filer(session, submission, document)


async def _record_verdict(
    session: AsyncSession, submission: Submission, documents: Sequence[Document]
) -> None:
    await record(
        session,
        submission.case_id,
        "document.judged",
        by=SYSTEM,
        documents=[str(one.id) for one in documents],
        state=documents[0].state,
        reason=documents[0].reason,
        receipt=submission.receipt,
    )


async def _tell_filer(session: AsyncSession, submission: Submission, document: Document) -> None:
    case = await session.get_one(Case, document.case_id)
    facts = DocumentNotAccepted(
        file_number=await _file_numbers(session, case),
        division=case.division,
        received=_received(submission, case),
        receipt=submission.receipt or "",
        document=document.title or document.name,
        problem=document.state,  # pyright: ignore[reportArgumentType]: every state but two
    )
    filers = {submission.filed_by, submission.principal_id}
    people = await _holders(session, case, Right.read)
    theirs = [one for one in people if one.person_id in filers]
    await _place(session, uuid5(document.id, facts.code), case, facts, recipients=theirs)


async def tell_others(
    session: AsyncSession, submission: Submission, documents: Sequence[Document]
) -> None:
    """The notice to everybody else on the case who receives; placed again, it is there once."""
    case = await session.get_one(Case, submission.case_id)
    lent = submission.delegation_id is not None
    facts = DocumentReceived(
        file_number=await _file_numbers(session, case),
        division=case.division,
        received=_received(submission, case),
        receipt=submission.receipt or "",
        filed_by=submission.filer_name or "",
        filed_for=submission.principal_name if lent else None,
        documents=tuple(one.title or one.name for one in documents),
    )
    people = await _holders(session, case, Right.receive)
    others = [one for one in people if one.person_id != submission.filed_by]
    await _place(session, uuid5(submission.id, facts.code), case, facts, recipients=others)


async def _place(
    session: AsyncSession,
    notice_id: UUID,
    case: Case,
    facts: Kind,
    *,
    recipients: Sequence[Recipient],
) -> None:
    """Issue a notice that the portal itself writes, and its entry; done again, nothing."""
    if not recipients or await session.get(Notice, notice_id) is not None:
        return
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


async def _holders(session: AsyncSession, case: Case, right: Right) -> list[Recipient]:
    """Everybody who holds this right on the case now, by standing or by loan."""
    a = authority
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


def _why(role: str) -> str:
    return "counsel_of_record" if role == "counsel" else role


async def _file_numbers(session: AsyncSession, case: Case) -> str:
    numbers = await session.scalars(
        sa.select(Party.file_number).where(Party.case_id == case.id).order_by(Party.file_number)
    )
    return ", ".join(numbers)


def _received(submission: Submission, case: Case) -> Moment:
    if submission.filed_at is None:
        raise ValueError("a draft has not been received")
    return Moment(submission.filed_at, rules.offices[case.office].zone)


def _documents(submission_id: UUID) -> sa.Select[Document]:
    return (
        sa.select(Document)
        .where(Document.submission_id == submission_id, Document.removed_at.is_(None))
        .order_by(Document.position, Document.kept_at)
    )


def _recorded(submission: Submission) -> sa.Select[str]:
    """Ids of the documents whose verdict has its entry already."""
    return sa.select(sa.func.jsonb_array_elements_text(Entry.facts["documents"])).where(
        Entry.case_id == submission.case_id,
        Entry.act == "document.judged",
        Entry.facts["receipt"].astext == submission.receipt,
    )
