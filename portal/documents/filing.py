"""Filing: one transaction from the gate to the receipt. Received is received, and once."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from notices.issuing import ALPHABET
from portal.approvals.answering import note_filed
from portal.audit import Actor, record
from portal.delegations.answering import note_use
from portal.documents.reading import Bundle, read_submission
from portal.gate import Chain, Lacking, Right, Unknown, open_case
from portal.models import Submission
from portal.rules.deadlines import Deadline
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
    chain = await _require_chain(session, draft, me)
    if not await _hold(session, submission_id):
        return (await read_submission(session, me, submission_id)).submission.receipt
    draft = await read_submission(session, me, submission_id)
    require_whole(draft, seen)
    now: datetime = await session.scalar(sa.select(sa.func.now()))  # pyright: ignore[reportAssignmentType]
    judged = judge_time(draft.deadlines, now)
    receipt = await _stamp(
        session,
        submission_id,
        filed_by=me,
        filer_name=name,
        principal_name=chain.principal_name,
        delegation_id=chain.delegation_id,
        judged=asdict(judged) if judged else None,
    )
    await record(
        session,
        draft.opened.id,
        "submission.filed",
        by=Actor(me, name, chain),
        submission_id=str(submission_id),
        receipt=receipt,
        documents=len(draft.documents),
        **({"prepared_by": draft.preparer} if draft.preparer else {}),
    )
    await note_filed(session, submission_id, me=me, name=name, now=now)
    await note_use(session, chain.delegation_id, by=me, now=now)
    await defer(session, "tell", submission=str(submission_id))
    return receipt


def judge_time(limits: Sequence[Deadline], now: datetime) -> Judged | None:
    """The next limit that is open; where all have passed before the last hearing, its last one."""
    limits = [one for one in limits if one.hearing_on >= now.astimezone(ZoneInfo(one.zone)).date()]
    if not limits:
        return None
    upcoming = [limit for limit in limits if not limit.passed(now)]
    answered = upcoming[0] if upcoming else limits[-1]
    missed = [
        limit.limit.code
        for limit in limits
        if limit.hearing_on == answered.hearing_on and limit.passed(now) and limit is not answered
    ]
    late = not upcoming
    return Judged(answered.limit.code, answered.due.isoformat(), late, tuple(missed))


async def _require_chain(session: AsyncSession, draft: Bundle, me: UUID) -> Chain:
    """My right to file in the principal's name, held until the transaction ends."""
    opened = await open_case(session, me, draft.submission.case_id, right=Right.file, lock=True)
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


def require_whole(draft: Bundle, seen: str | None) -> None:
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
