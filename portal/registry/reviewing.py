"""Reviewing: the registry accepts what was filed, asks for a correction, or refuses, with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_if_new
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record
from portal.gate import OpenCase, Right, Unknown, open_case
from portal.models import Document, Party, Review, ReviewOutcome, Submission
from storage.bundle import bundle
from storage.jobs import defer


class ReviewedMeanwhile(Exception):
    """Another officer said something of this filing after this page was shown."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is said at once of some documents of one filing; the key makes it said once."""

    key: UUID
    outcome: ReviewOutcome
    documents: Sequence[UUID]
    reason: str | None = None
    words: str | None = None
    # The number of the last review there was when the officer looked.
    seen: int = 0


@dataclass(frozen=True)
class Filing:
    """One filing before an officer of its division."""

    opened: OpenCase
    submission: Any
    documents: Sequence[Any]
    # Every word said of them, the latest first.
    reviews: Sequence[Any]
    file_numbers: Sequence[str]

    @property
    def seen(self) -> int:
        """What the officer has seen of the reviews."""
        return max((one.number for one in self.reviews), default=0)

    @property
    def open(self) -> list[Any]:
        """The documents of which something can be said: in the file, and readable or not."""
        return [one for one in self.documents if not one.withdrawn_at and one.state != "held"]

    def latest(self, document_id: UUID) -> Any | None:  # noqa: ANN401 - a row
        """The word that counts."""
        return next((one for one in self.reviews if one.document_id == document_id), None)


async def read_filing(session: AsyncSession, me: UUID, submission_id: UUID) -> Filing:
    """A filed submission of a case that I administer; Unknown to everybody else."""
    its_case = sa.select(Submission.case_id).where(Submission.id == submission_id)
    found = await bundle(
        session,
        submission=sa.select(Submission).where(
            Submission.id == submission_id, Submission.filed_at.is_not(None)
        ),
        documents=sa.select(Document)
        .where(Document.submission_id == submission_id, Document.removed_at.is_(None))
        .order_by(Document.position, Document.kept_at),
        reviews=sa.select(Review)
        .join(Document, Document.id == Review.document_id)
        .where(Document.submission_id == submission_id)
        .order_by(Review.number.desc()),
        parties=sa.select(Party.file_number)
        .where(Party.case_id.in_(its_case))
        .order_by(Party.file_number),
    )
    if not found.submission:
        raise Unknown
    submission = found.submission[0]
    opened = await open_case(session, me, submission.case_id, right=Right.administer)
    numbers = [party.file_number for party in found.parties]
    return Filing(opened, submission, found.documents, found.reviews, numbers)


async def review(
    session: AsyncSession, filing: Filing, decision: Decision, *, by: Actor
) -> Sequence[UUID]:
    """Say it, and have it told to who filed; returns of which documents it was said.

    Said again with the same key, nothing. Raises ReviewedMeanwhile.
    """
    ids = {one.id: uuid5(decision.key, str(one.id)) for one in filing.documents}
    if set(ids.values()) & {one.id for one in filing.reviews}:
        return []
    if filing.seen != decision.seen:
        raise ReviewedMeanwhile
    said = await _say(session, filing, decision, ids, by=by)
    if not said:
        return []
    await record(
        session,
        filing.opened.id,
        "document.reviewed",
        by=by,
        documents=[str(one) for one in said.values()],
        outcome=decision.outcome,
        receipt=filing.submission.receipt,
    )
    await defer(session, "tell_review", reviews=",".join(map(str, said)))
    return list(said.values())


async def _say(
    session: AsyncSession, filing: Filing, decision: Decision, ids: dict[UUID, UUID], *, by: Actor
) -> dict[UUID, UUID]:
    """The rows; the database leaves out what was taken back meanwhile, or cannot be accepted."""
    wanted = [one.id for one in filing.open if one.id in decision.documents]
    if not wanted:
        return {}
    rows = [
        {
            "id": ids[document_id],
            "document_id": document_id,
            "case_id": filing.opened.id,
            "outcome": decision.outcome,
            "reason": decision.reason,
            "words": decision.words,
            "reviewed_by": by.id,
            "reviewed_by_name": by.name,
        }
        for document_id in wanted
    ]
    adding = insert_if_new(Review).values(rows).on_conflict_do_nothing()
    said = await session.execute(adding.returning(Review.id, Review.document_id))
    return {row.id: row.document_id for row in said}
