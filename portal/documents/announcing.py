"""Announcing: to who filed, what the registry said of it; to everybody, what was taken back."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Both, Kind, Moment
from notices.kinds.correction_requested import CorrectionRequested
from notices.kinds.document_accepted import DocumentAccepted
from notices.kinds.document_refused import DocumentRefused
from notices.kinds.document_withdrawn import DocumentWithdrawn
from notices.kinds.withdrawal_refused import WithdrawalRefused
from portal.documents.describing import called
from portal.documents.placing import about, file_numbers, filers, holders, place
from portal.gate import hold_everybody
from portal.models import (
    Case,
    Document,
    Review,
    ReviewOutcome,
    Right,
    Submission,
    Withdrawal,
    WithdrawalOutcome,
)
from portal.parts import Parts
from portal.rules import rules


async def tell_review(portal: Parts, review_ids: Sequence[UUID]) -> None:
    """As `announce_review`, in a transaction of its own."""
    async with portal.database.system_transaction() as session:
        await announce_review(session, review_ids)


async def announce_review(session: AsyncSession, review_ids: Sequence[UUID]) -> None:
    """One notice to who filed, and for whom, of what was said at once; done again, nothing."""
    rows = await session.execute(
        sa.select(Review, Document)
        .join(Document, Document.id == Review.document_id)
        .where(Review.id.in_(review_ids))
        .order_by(Document.position, Document.kept_at)
    )
    reviews, documents = zip(*((row.Review, row.Document) for row in rows), strict=True)
    said: Review = reviews[0]
    submission, case = await _filing(session, documents[0])
    facts = _said(said, await about(session, submission, case))
    people = await filers(session, submission, case)
    await place(session, said.id, case, facts, documents=documents, recipients=people)


def _said(said: Review, common: dict[str, Any]) -> Callable[[Sequence[Document]], Kind]:
    """What the registry said, as a notice of the documents that its reader may know of."""

    def facts(known: Sequence[Document]) -> Kind:
        named: dict[str, Any] = common | {"documents": tuple(called(one) for one in known)}
        if said.outcome == ReviewOutcome.accepted:
            return DocumentAccepted(**named)
        reason = rules.review_reasons[said.reason or "other"]
        why: dict[str, Any] = {
            "reason": Both(**reason.what),
            "mend": Both(**reason.mend),
            "words": said.words,
        }
        kind = DocumentRefused if said.outcome == ReviewOutcome.refused else CorrectionRequested
        return kind(**named, **why)

    return facts


async def tell_withdrawal(portal: Parts, withdrawal_id: UUID) -> None:
    """As `announce_withdrawal`, in a transaction of its own."""
    async with portal.database.system_transaction() as session:
        await announce_withdrawal(session, withdrawal_id)


async def announce_withdrawal(session: AsyncSession, withdrawal_id: UUID) -> None:
    """What became of it: taken back, everybody on the case is told; if it stays, who asked."""
    wish = await session.get(Withdrawal, withdrawal_id)
    if wish is None or wish.answered_at is None:
        return
    document = await session.get_one(Document, wish.document_id)
    submission, case = await _filing(session, document)
    if wish.outcome == WithdrawalOutcome.withdrawn:
        facts = await _withdrawn(session, wish, document, submission, case)
        people = await holders(session, case, Right.receive)
        # Who did it alone knows it; where the registry had to consent, it is the answer.
        if wish.answered_by is None:
            people = [one for one in people if one.person_id != wish.asked_by]
    else:
        facts = await _kept(session, wish, document, submission, case)
        people = await filers(session, submission, case, wish.asked_by)
    await place(session, wish.id, case, lambda _: facts, documents=[document], recipients=people)


async def _withdrawn(
    session: AsyncSession, wish: Withdrawal, document: Document, submission: Submission, case: Case
) -> Kind:
    if wish.answered_at is None:
        raise ValueError("nothing was withdrawn yet")
    return DocumentWithdrawn(
        **await about(session, submission, case),
        withdrawn=Moment(wish.answered_at, rules.offices[case.office].zone),
        withdrawn_by=wish.asked_by_name,
        withdrawn_for=wish.principal_name,
        document=called(document),
        why=wish.why,
    )


async def _kept(
    session: AsyncSession, wish: Withdrawal, document: Document, submission: Submission, case: Case
) -> Kind:
    return WithdrawalRefused(
        file_number=await file_numbers(session, case),
        division=case.division,
        asked=Moment(wish.asked_at, rules.offices[case.office].zone),
        document=called(document),
        remark=wish.remark or "",
        receipt=submission.receipt or "",
    )


async def _filing(session: AsyncSession, document: Document) -> tuple[Submission, Case]:
    """What the document came in with; nobody on its case loses access while this tells them."""
    submission = await session.get_one(Submission, document.submission_id, with_for_update=True)
    case = await session.get_one(Case, document.case_id)
    await hold_everybody(session, [case.id])
    return submission, case
