"""What the pages of submissions and documents show: two questions to the database a page."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from portal.appeals.counting import Pending
from portal.documents.doubling import twins
from portal.documents.packaging import Joined, filed_too, offered, told
from portal.gate import Chain, OpenCase, Right, hidden, open_case
from portal.models import Appeal, Approval, Document, Hearing, Party, Person, Picture, Submission
from portal.rules import DocumentType, rules
from portal.rules.deadlines import Deadline, answered, deadlines
from storage.bundle import Bundle
from storage.picturing import PICTURED

# What is said of a file, and of a filing: who looked at something else files nothing.
_SEEN = (
    *("id", "type", "title", "language", "other_language"),
    *("translator", "translated_on", "translation_accurate", "translation_id"),
)
_SAID = ("served_to", "served_how", "served_on", "late_reasons")


@dataclass(frozen=True)
class Package:
    """One submission with its documents, for somebody who may see it."""

    opened: OpenCase
    submission: Any
    documents: Sequence[Any]
    file_numbers: Sequence[str]
    hearing_days: Sequence[date]
    # Each time it was put before its principal, the first time first.
    rounds: Sequence[Any]
    # The cases heard together with this one: that a draft can be for, that it was filed in too.
    joined: Sequence[Joined] = ()
    # Files of the case with the same bytes as one of a draft's, filed before.
    twins: Sequence[Any] = ()
    # What an appeal still waits for.
    pending: Pending | None = None

    @property
    def id(self) -> UUID:
        """The submission's id."""
        return self.submission.id

    @property
    def zone(self) -> str:
        """The clock of the registry office, by which papers come in time."""
        return rules.offices[self.opened.case.office].zone

    @property
    def types(self) -> Sequence[DocumentType]:
        """What a document can be here."""
        return rules.types_for(self.opened.case.division)

    @property
    def undescribed(self) -> Sequence[Any]:
        """The documents of which nobody has said what they are."""
        known = {kind.code for kind in self.types}
        return [one for one in self.documents if one.type not in known]

    @property
    def waiting(self) -> bool:
        """Whether something is still to be checked."""
        return any(one.state == "held" for one in self.documents)

    @property
    def exhibits(self) -> dict[UUID, str | None]:
        """What each file is numbered, or would be if it were filed now."""
        if self.submission.filed_at is not None:
            return {one.id: one.exhibit for one in self.documents}
        last = self.submission.last_exhibits.get(self.letter, 0)
        return {one.id: f"{self.letter}-{n}" for n, one in enumerate(self.documents, last + 1)}

    @property
    def letter(self) -> str:
        """What exhibit numbers of its side begin with here."""
        return rules.divisions[self.opened.case.division].exhibits[self.submission.side]

    @property
    def pages(self) -> int:
        """All pages that are counted."""
        return sum(one.pages or 0 for one in self.documents)

    @property
    def chosen(self) -> list[Joined]:
        """The joined cases that this draft is for besides its own, as far as they are offered."""
        return [one for one in self.joined if str(one.id) in map(str, self.submission.also_for)]

    @property
    def fingerprint(self) -> str:
        """What somebody who looked at this draft has seen of it."""
        seen = [[str(getattr(one, name)) for name in _SEEN] for one in self.documents]
        said = [str(getattr(self.submission, name)) for name in _SAID]
        where = [str(one.id) for one in self.chosen]
        return hashlib.sha256(repr((seen, said, where)).encode()).hexdigest()

    @property
    def deadlines(self) -> list[Deadline]:
        """The limits that the case's hearings set, and an appeal that is not perfected."""
        case, days = self.opened.case, self.hearing_days
        found = deadlines(division=case.division, office=case.office, hearings=days)
        return [*found, self.pending.record_due] if self.pending else found

    def next_deadline(self, now: datetime) -> Deadline | None:
        """The next limit that has not passed."""
        return next((due for due in self.deadlines if not due.passed(now)), None)

    def answered(self, now: datetime) -> Deadline | None:
        """The limit that papers filed now answer, passed or not."""
        return answered(self.deadlines, now)

    @property
    def asked(self) -> Any | None:  # noqa: ANN401 - a row
        """The round that waits for an answer."""
        return next((one for one in self.rounds if one.answered_at is None), None)

    @property
    def locked(self) -> bool:
        """Whether I can only look at it, because it waits for somebody else's word."""
        return self.asked is not None and self.chain(Right.file) is None

    @property
    def preparer(self) -> str | None:
        """Who prepared what somebody else files; None where it is one person."""
        filer = self.submission.filed_by or self.opened.authority.person_id
        return self.submission.drafter if self.submission.drafted_by != filer else None

    def chain(self, right: Right) -> Chain | None:
        """The chain that gives me this right in the name of the submission's principal."""
        principal = self.submission.principal_id
        able = [chain for chain in self.opened.authority.chains if right in chain.rights]
        return next((chain for chain in able if chain.principal_id == principal), None)


def _submissions() -> sa.Select[*tuple[Any, ...]]:
    """Submissions with the names of whom they are for, of who prepared them, of what they replace."""
    principal, drafter, replaced = aliased(Person), aliased(Person), aliased(Document)
    return (
        sa.select(
            *Submission.__table__.c,
            principal.name.label("principal"),
            sa.func.coalesce(Submission.drafter_name, drafter.name).label("drafter"),
            sa.func.coalesce(replaced.title, replaced.name).label("replaces"),
            sa.func.portal_side(Submission.principal_id, Submission.case_id).label("side"),
            sa.case(
                (Submission.filed_at.is_(None), sa.func.portal_last_exhibits(Submission.case_id)),
            ).label("last_exhibits"),
        )
        .outerjoin(principal, principal.id == Submission.principal_id)
        .outerjoin(drafter, drafter.id == Submission.drafted_by)
        .outerjoin(replaced, replaced.id == Submission.replaces_id)
    )


_ID = sa.bindparam("submission_id", type_=sa.Uuid())
_ITS_CASE = sa.select(Submission.case_id).where(Submission.id == _ID)
_PACKAGE = Bundle(
    submission=_submissions().where(Submission.id == _ID),
    documents=sa.select(Document)
    .where(Document.submission_id == _ID, Document.removed_at.is_(None))
    .order_by(Document.position, Document.kept_at),
    parties=sa.select(Party.file_number)
    .where(Party.case_id.in_(_ITS_CASE))
    .order_by(Party.file_number),
    hearings=sa.select(Hearing.local_start).where(
        Hearing.case_id.in_(_ITS_CASE), Hearing.cancelled_at.is_(None)
    ),
    appeal=sa.select(Appeal.reasons_received_on).where(
        Appeal.case_id.in_(_ITS_CASE), Appeal.perfected_at.is_(None)
    ),
    rounds=sa.select(Approval).where(Approval.submission_id == _ID).order_by(Approval.asked_at),
    offered=offered(_ID),
    filed_too=filed_too(_ID),
    twins=twins(_ID),
)


async def read_submission(session: AsyncSession, me: UUID, submission_id: UUID) -> Package:
    """A draft of mine or a filed submission that I may read; Unknown to everybody else.

    Who filed it may see that it came in, and what became of it, without the right to read.
    """
    found = await _PACKAGE.read(session, submission_id=submission_id)
    if not found.submission:
        raise await hidden(session, me, submission_id)
    submission = found.submission[0]
    opened = await open_case(session, me, submission.case_id, right=_needed(submission, me))
    days = [appeal.reasons_received_on for appeal in found.appeal]
    return Package(
        opened=opened,
        submission=submission,
        documents=found.documents,
        file_numbers=[party.file_number for party in found.parties],
        hearing_days=sorted({hearing.local_start.date() for hearing in found.hearings}),
        rounds=found.rounds,
        joined=[told(row) for row in found.offered or found.filed_too],
        twins=found.twins,
        pending=Pending(days[0], opened.case.office) if days else None,
    )


@dataclass(frozen=True)
class OneDocument:
    """One document and the submission it came in, for somebody who may see it."""

    opened: OpenCase
    document: Document
    submission: Submission
    # Its first page, once there is one, and while the document may be read.
    picture: Picture | None = None

    @property
    def pictured(self) -> bool:
        """Whether files of this kind have pages that can be drawn."""
        return self.document.media_type in PICTURED


async def read_document(
    session: AsyncSession,
    me: UUID,
    document_id: UUID,
    *,
    right: Right | None = None,
    lock: bool = False,
) -> OneDocument:
    """A document, if I hold the right (or one that is enough to see where it stands)."""
    row = (
        await session.execute(
            sa.select(Document, Submission, Picture)
            .join(Submission, Submission.id == Document.submission_id)
            .outerjoin(Picture, Picture.document_id == Document.id)
            .where(Document.id == document_id, Document.removed_at.is_(None))
        )
    ).one_or_none()
    if row is None:
        raise await hidden(session, me, document_id)
    needed = right or _needed(row.Submission, me)
    opened = await open_case(session, me, row.Document.case_id, right=needed, lock=lock)
    return OneDocument(opened, row.Document, row.Submission, row.Picture)


def _needed(submission: Any, me: UUID) -> Right:  # noqa: ANN401 - a row of either kind
    if submission.filed_at is None:
        # Row-level security shows a draft to nobody but those it is for.
        return Right.see
    return Right.see if submission.filed_by == me else Right.read
