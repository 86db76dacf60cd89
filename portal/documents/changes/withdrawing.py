"""Withdrawing: a filed document taken back by its filer, with the registry's consent once accepted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_if_new
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record
from portal.delegations.answering import note_use
from portal.documents.reading import OneDocument
from portal.gate import Chain, Lacking, OpenCase, Right, Unknown, open_case
from portal.models import Document, Submission, Withdrawal, WithdrawalOutcome
from storage.jobs import defer


class AskedBefore(Exception):
    """It was taken back already, or somebody's wish to do so waits for an answer."""


class AnsweredBefore(Exception):
    """Another officer decided first."""


@dataclass(frozen=True)
class Wish:
    """Somebody's wish to take a document back, before an officer of its division."""

    opened: OpenCase
    row: Withdrawal
    document: Document
    submission: Submission


async def require_filer(session: AsyncSession, found: OneDocument, *, lock: bool = False) -> Chain:
    """My right to file in the name that this was filed in; raises Lacking."""
    me, submission = found.opened.authority.person_id, found.submission
    opened = await open_case(session, me, found.opened.id, right=Right.file, lock=lock)
    try:
        return opened.authority.chain_for(Right.file, principal=submission.principal_id)
    except Lacking as error:
        raise Lacking(Right.file, (submission.principal_name or "",)) from error


async def withdraw(
    session: AsyncSession, found: OneDocument, *, key: UUID, why: str, by: Actor, now: datetime
) -> Withdrawal:
    """Take it back, or ask the registry whether I may; the key makes it done once.

    The database decides which, holding the document against an officer who accepts it just then.
    Raises AskedBefore.
    """
    chain = await require_filer(session, found, lock=True)
    before = await session.get(Withdrawal, key)
    if before is not None:
        return before
    adding = (
        insert_if_new(Withdrawal)
        .values(
            id=key,
            document_id=found.document.id,
            case_id=found.opened.id,
            why=why,
            asked_by=by.id,
            asked_by_name=by.name,
            principal_name=chain.principal_name if chain.lent else None,
        )
        .on_conflict_do_nothing()
        .returning(Withdrawal)
    )
    wish = await session.scalar(adding)
    if wish is None:
        raise AskedBefore
    actor = Actor(by.id, by.name, chain)
    if wish.outcome is None:
        await _record(session, "document.withdrawal_asked", wish, found.submission, by=actor)
    else:
        await _record_withdrawn(session, wish, by=actor)
    await note_use(session, chain.delegation_id, by=found.opened.authority.person_id, now=now)
    return wish


async def read_withdrawal(session: AsyncSession, me: UUID, withdrawal_id: UUID) -> Wish:
    """A wish on a case that I administer; Unknown to everybody else."""
    row = (
        await session.execute(
            sa.select(Withdrawal, Document, Submission)
            .join(Document, Document.id == Withdrawal.document_id)
            .join(Submission, Submission.id == Document.submission_id)
            .where(Withdrawal.id == withdrawal_id)
        )
    ).one_or_none()
    if row is None:
        raise Unknown
    opened = await open_case(session, me, row.Withdrawal.case_id, right=Right.administer)
    return Wish(opened, row.Withdrawal, row.Document, row.Submission)


async def answer(
    session: AsyncSession,
    wish: Wish,
    outcome: WithdrawalOutcome,
    *,
    remark: str | None,
    by: Actor,
) -> None:
    """Agree or refuse, once; raises AnsweredBefore. Everybody is told, or who asked."""
    answered = await session.scalar(
        sa.update(Withdrawal)
        .where(Withdrawal.id == wish.row.id, Withdrawal.outcome.is_(None))
        .values(
            outcome=outcome,
            answered_at=sa.func.now(),
            answered_by=by.id,
            answered_by_name=by.name,
            remark=remark,
        )
        .returning(Withdrawal.id)
    )
    if answered is None:
        raise AnsweredBefore
    if outcome is WithdrawalOutcome.withdrawn:
        await _record_withdrawn(session, wish.row, by=by, agreed=True)
        return
    await _record(session, "document.withdrawal_refused", wish.row, wish.submission, by=by)
    await defer(session, "tell_withdrawal", withdrawal=str(wish.row.id))


async def _record_withdrawn(
    session: AsyncSession, wish: Withdrawal, *, by: Actor, **how: bool
) -> None:
    facts = how | {"document_id": str(wish.document_id)}
    await record(session, wish.case_id, "document.withdrawn", by=by, **facts)
    await defer(session, "tell_withdrawal", withdrawal=str(wish.id))


async def _record(
    session: AsyncSession, act: str, wish: Withdrawal, submission: Submission, *, by: Actor
) -> None:
    """What is between one side and the registry until something comes of it."""
    side = await session.scalar(
        sa.select(sa.func.portal_side(submission.principal_id, wish.case_id))
    )
    document_id = str(wish.document_id)
    await record(session, wish.case_id, act, by=by, document_id=document_id, side=side)
