"""Telling: the other people on the case that papers came in, and the filer what was not accepted."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.kinds.document_not_accepted import DocumentNotAccepted
from notices.kinds.document_received import DocumentReceived
from portal.audit import SYSTEM, record
from portal.documents.describing import called
from portal.documents.placing import about, filers, holders, place
from portal.gate import hold_everybody
from portal.models import Case, Document, DocumentState, Entry, Right, Submission
from portal.parts import Parts


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
            await tell_filer(session, submission, document)


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


async def tell_filer(session: AsyncSession, submission: Submission, document: Document) -> None:
    """The notice to who filed, and for whom, that nobody can read this one."""
    case = await session.get_one(Case, document.case_id)
    facts = DocumentNotAccepted(
        **await about(session, submission, case),
        document=called(document),
        problem=document.state,  # pyright: ignore[reportArgumentType]: every state but two
    )
    people = await filers(session, submission, case)
    await place(
        session, document.id, case, lambda _: facts, documents=[document], recipients=people
    )


async def tell_others(
    session: AsyncSession, submission: Submission, documents: Sequence[Document]
) -> None:
    """The notice to everybody else on the case who receives; placed again, it is there once."""
    case = await session.get_one(Case, submission.case_id)
    lent = submission.delegation_id is not None
    common = await about(session, submission, case)
    replaced = None
    if submission.replaces_id is not None:
        replaced = called(await session.get_one(Document, submission.replaces_id))

    def facts(known: Sequence[Document]) -> DocumentReceived:
        return DocumentReceived(
            **common,
            filed_by=submission.filer_name or "",
            filed_for=submission.principal_name if lent else None,
            documents=tuple(called(one) for one in known),
            replaces=replaced,
        )

    people = await holders(session, case, Right.receive)
    others = [one for one in people if one.person_id != submission.filed_by]
    await place(session, submission.id, case, facts, documents=documents, recipients=others)


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
