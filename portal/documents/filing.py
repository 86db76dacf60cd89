"""Filing: one transaction from the gate to the receipt. Received is received, and once."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from notices.issuing import ALPHABET
from portal.appeals.perfecting import note_perfection
from portal.approvals.answering import note_filed
from portal.audit import Actor, record
from portal.delegations.answering import note_use
from portal.documents.packaging import file_also, number, take_turns
from portal.documents.pictures.making import ask_for_pictures
from portal.documents.reading import Package, read_submission
from portal.gate import Chain, Lacking, Right, Unknown, hold_everybody, open_case
from portal.models import Document, Submission
from portal.rules.deadlines import Deadline, answered, before_hearings
from storage.jobs import defer


class NothingToFile(Exception):
    """The draft holds no file."""


class NotDescribed(Exception):
    """Of some files nobody has said what they are."""

    def __init__(self, documents: Sequence[Any]) -> None:
        """`documents`: those."""
        super().__init__(len(documents))
        self.documents = documents


class ChangedMeanwhile(Exception):
    """The draft is not what the person saw when pressing *File*."""


@dataclass(frozen=True)
class Judged:
    """The limit a filing answers; warned about and marked, never a reason to refuse."""

    code: str
    due: str
    late: bool
    # Earlier limits of the same hearing that have passed already.
    missed: tuple[str, ...] = ()


async def file(
    session: AsyncSession, submission_id: UUID, *, me: UUID, name: str, seen: str | None = None
) -> str:
    """File a draft and return its receipt number; what is filed already keeps the one it has.

    `seen`: the draft's fingerprint when the person looked at it; raises ChangedMeanwhile.
    """
    draft = await read_submission(session, me, submission_id)
    if draft.submission.receipt:
        return draft.submission.receipt
    chains = await _require_chains(session, draft, me)
    if not await _hold(session, submission_id):
        return (await read_submission(session, me, submission_id)).submission.receipt
    draft = await read_submission(session, me, submission_id)
    require_whole(draft, seen)
    if {one.id for one in draft.chosen} != set(chains) - {draft.opened.id}:
        raise ChangedMeanwhile
    now: datetime = await session.scalar(sa.select(sa.func.now()))  # pyright: ignore[reportAssignmentType]
    await number(session, submission_id, draft.letter)
    chain = chains[draft.opened.id]
    receipt = await _stamp(
        session,
        submission_id,
        filed_by=me,
        filer_name=name,
        principal_name=chain.principal_name,
        delegation_id=chain.delegation_id,
        judged=_judged(draft.deadlines, now),
        also_for=[],
    )
    copies = {draft.opened.id: submission_id} | await _file_copies(session, draft, chains, now=now)
    by = {one: Actor(me, name, chains[one]) for one in copies}
    await _tell(session, draft, copies, by=by, receipt=receipt)
    side = draft.submission.side
    await note_perfection(session, copies, draft.documents, side=side, by=by, now=now)
    await note_filed(session, submission_id, me=me, name=name, now=now)
    for loan in {one.delegation_id for one in chains.values()}:
        await note_use(session, loan, by=me, now=now)
    await defer(session, "mail_receipt", submission=str(submission_id))
    return receipt


async def _tell(
    session: AsyncSession,
    draft: Package,
    copies: Mapping[UUID, UUID],
    *,
    by: Mapping[UUID, Actor],
    receipt: str,
) -> None:
    """An entry on every case, and a job that tells the others there."""
    # In one order for all: no two filings wait for each other's entries.
    for case_id in sorted(copies):
        await record(
            session,
            case_id,
            "submission.filed",
            by=by[case_id],
            submission_id=str(copies[case_id]),
            receipt=receipt,
            **_facts(draft),
        )
        await defer(session, "tell", submission=str(copies[case_id]))


async def _file_copies(
    session: AsyncSession, draft: Package, chains: Mapping[UUID, Chain], *, now: datetime
) -> dict[UUID, UUID]:
    """File it on the chosen joined cases too; the copies' ids by case."""
    copies: dict[UUID, UUID] = {}
    for one in draft.chosen:
        copies[one.id] = await file_also(
            session,
            draft.id,
            one,
            loan=chains[one.id].delegation_id,
            judged=_judged(one.deadlines, now),
            side=draft.submission.side,
        )
    if copies:
        made = sa.select(Document).where(Document.submission_id.in_(list(copies.values())))
        await ask_for_pictures(session, (await session.scalars(made)).all())
    return copies


def _facts(draft: Package) -> dict[str, Any]:
    """How much was filed, who had prepared it, and in the place of which document."""
    replaced = draft.submission.replaces_id
    return {
        "documents": len(draft.documents),
        **({"prepared_by": draft.preparer} if draft.preparer else {}),
        **({"replaces": str(replaced)} if replaced else {}),
    }


def judge_time(limits: Sequence[Deadline], now: datetime) -> Judged | None:
    """The next limit that is open; where all have passed before the last hearing, its last one."""
    answers = answered(limits, now)
    if answers is None:
        return None
    missed = [
        limit.limit.code
        for limit in before_hearings(limits, now)
        if limit.hearing_on == answers.hearing_on and limit.passed(now) and limit is not answers
    ]
    late = answers.passed(now)
    return Judged(answers.limit.code, answers.due.isoformat(), late, tuple(missed))


def _judged(limits: Sequence[Deadline], now: datetime) -> dict[str, Any] | None:
    judged = judge_time(limits, now)
    return asdict(judged) if judged else None


async def _require_chains(session: AsyncSession, draft: Package, me: UUID) -> dict[UUID, Chain]:
    """My right to file in the principal's name, on every case, held until the transaction ends."""
    cases = [draft.opened.id, *(one.id for one in draft.chosen)]
    if len(cases) > 1:
        await hold_everybody(session, cases)
        await take_turns(session, cases)
    return {one: await _require_chain(session, draft, one, me=me) for one in cases}


async def _require_chain(
    session: AsyncSession, draft: Package, case_id: UUID, *, me: UUID
) -> Chain:
    opened = await open_case(session, me, case_id, right=Right.file, lock=True)
    try:
        return opened.authority.chain_for(Right.file, principal=draft.submission.principal_id)
    except Lacking as error:
        raise Lacking(Right.file, (draft.submission.principal,)) from error


async def _hold(session: AsyncSession, submission_id: UUID) -> bool:
    """Hold the draft against whoever adds to it or files it too; False if that has happened."""
    held = await session.scalar(
        sa.select(Submission.id)
        .where(Submission.id == submission_id, Submission.filed_at.is_(None))
        .with_for_update()
    )
    return held is not None


def require_whole(draft: Package, seen: str | None) -> None:
    """Raise unless the draft can go on as it is: files in it, all described, as they were seen."""
    if not draft.documents:
        raise NothingToFile
    if draft.undescribed:
        raise NotDescribed(draft.undescribed)
    if seen is not None and seen != draft.fingerprint:
        raise ChangedMeanwhile


async def _stamp(session: AsyncSession, submission_id: UUID, **facts: Any) -> str:
    """Write number and time of receipt, the time by the database's clock."""
    while True:
        receipt = new_receipt()
        try:
            async with session.begin_nested():
                stamped = await session.scalar(
                    sa.update(Submission)
                    .where(Submission.id == submission_id, Submission.filed_at.is_(None))
                    .values(receipt=receipt, filed_at=sa.func.now(), **facts)
                    .returning(Submission.receipt)
                )
        except IntegrityError as taken:
            if "receipt" not in str(taken.orig):
                raise
            continue
        if stamped is None:
            raise Unknown
        return stamped


def new_receipt() -> str:
    """R-9QX4-17: no letter or digit that is taken for another."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(4))
    digits = "".join(secrets.choice("23456789") for _ in range(2))
    return f"R-{letters}-{digits}"
