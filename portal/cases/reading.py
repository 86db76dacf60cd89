"""Everything the page of one case shows, in one question to the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.kinds import KINDS
from notices.model import Attempt, Notice, Service
from portal.appeals.grounds import Decision, appealed, decided, decision_of
from portal.appeals.listing import appeals_of, records_due
from portal.approvals.listing import Waiting, sent_back, tell, to_approve
from portal.cases.looking import looks
from portal.cases.seeing import people_of, suspended_on
from portal.gate import OpenCase, Right
from portal.hearings.moves import untold
from portal.models import (
    Approval,
    Case,
    Document,
    Entry,
    Hearing,
    Party,
    Person,
    Submission,
)
from portal.requests.reading import requests_of
from portal.rules.deadlines import Deadline, deadlines
from storage.bundle import Bundle

NEWEST = 8
ACKNOWLEDGED = [code for code, kind in KINDS.items() if kind.wants_acknowledgement]


@dataclass(frozen=True)
class CaseFile:
    """What there is to see of a case; lists are empty where the reader has no right to them."""

    parties: Sequence[Any]
    hearings: Sequence[Any]
    documents: Sequence[Any]
    drafts: Sequence[Any]
    # Of those, the ones that wait for the reader's word, and those sent back to the reader.
    to_approve: Sequence[Waiting]
    sent_back: Sequence[Waiting]
    notices: Sequence[Any]
    people: Sequence[Any]
    # Counsel whose places rest; for the registry only.
    suspended: Sequence[Any]
    # Those heard together with this one that the reader may see.
    joined: Sequence[Any]
    # What was asked of the registry, on the reader's side.
    requests: Sequence[Any]
    entries: Sequence[Any]
    looked: Sequence[Any]
    deadlines: Sequence[Deadline]
    # The last decision; who has appealed it; the appeals of this claim, or the appeal that this is.
    decision: Decision | None
    appealed: Sequence[Any]
    appeals: Sequence[Any]

    def coming(self, now: datetime) -> list[Any]:
        """The sittings that are neither cancelled nor over, soonest first: who is late finds the link."""
        return [one for one in self.hearings if one.cancelled_at is None and _ends(one) > now]

    def next_hearing(self, now: datetime) -> SimpleNamespace | None:
        """The next sitting that is not cancelled, or one that is going on."""
        return next(iter(self.coming(now)), None)

    def next_deadline(self, now: datetime) -> Deadline | None:
        """The next limit that has not passed."""
        return next((due for due in self.deadlines if not due.passed(now)), None)


def _ends(hearing: Any) -> datetime:  # noqa: ANN401 - a row
    return hearing.starts_at + timedelta(minutes=hearing.minutes)


async def read_case(session: AsyncSession, opened: OpenCase, *, me: UUID) -> CaseFile:
    """All lists of the case page. Row-level security shortens them; so does the right to read."""
    lead = opened.case.joined_to or opened.id
    lists = await _PAGE.read(session, case=opened.id, me=me, lead=lead)
    coming = {h.local_start.date() for h in lists.hearings if h.cancelled_at is None}
    reads = opened.may(Right.read)
    return CaseFile(
        parties=lists.parties,
        hearings=lists.hearings,
        documents=lists.documents if reads else (),
        drafts=lists.drafts,
        to_approve=[tell(row) for row in lists.to_approve],
        sent_back=[tell(row) for row in lists.sent_back],
        notices=lists.notices if reads else (),
        people=lists.people,
        suspended=lists.suspended,
        joined=lists.joined,
        requests=lists.requests,
        entries=lists.entries,
        looked=lists.looked,
        deadlines=deadlines(
            division=opened.case.division, office=opened.case.office, hearings=coming
        )
        + records_due(lists.appeals, opened.case),
        decision=decision_of(lists.decided),
        appealed=lists.appealed,
        appeals=lists.appeals,
    )


def newest_entries(
    case_id: UUID | sa.BindParameter[Any], *, most: int = NEWEST
) -> sa.Select[*tuple[Any, ...]]:
    """The latest acts on a case; a look by the registry is kept but is no act.

    `documents`: how many it is about; an act on nothing but what is sealed from the reader is none.
    """
    told = sa.func.portal_told_of(Entry.act, Entry.facts, type_=sa.BigInteger)
    return (
        sa.select(
            Entry.number,
            Entry.at,
            Entry.act,
            Entry.actor_id,
            Entry.actor_name,
            Entry.principal_name,
            Entry.facts,
            told.label("documents"),
        )
        .where(Entry.case_id == case_id, Entry.act != "case.read", told.is_distinct_from(0))
        .order_by(Entry.number.desc())
        .limit(most)
    )


def case_documents(case_id: UUID | sa.BindParameter[Any]) -> sa.Select[*tuple[Any, ...]]:
    """What was filed in a case, the newest first."""
    return (
        sa.select(
            Document.id,
            Document.name,
            Document.type,
            Document.title,
            Document.size,
            Document.pages,
            Document.exhibit,
            Document.state,
            Document.reason,
            Document.review,
            Document.replaced_at,
            Document.withdrawn_at,
            Document.sealed_at,
            Submission.id.label("submission_id"),
            Submission.filed_at,
            Submission.filer_name,
            Submission.principal_name,
            Submission.filed_by,
            Submission.principal_id,
            Submission.receipt,
        )
        .join(Submission, Submission.id == Document.submission_id)
        .where(Document.case_id == case_id, Submission.filed_at.is_not(None))
        .where(Document.removed_at.is_(None))
        .order_by(Submission.filed_at.desc(), Document.position, Document.kept_at)
        .limit(200)
    )


def _drafts(case_id: sa.BindParameter[Any]) -> sa.Select[*tuple[Any, ...]]:
    files = (
        sa.select(sa.func.count())
        .select_from(Document)
        .where(Document.submission_id == Submission.id, Document.removed_at.is_(None))
        .correlate(Submission)
        .scalar_subquery()
    )
    asked = sa.select(Approval).where(Approval.answered_at.is_(None)).subquery()
    return (
        sa.select(
            Submission.id,
            Submission.drafted_at,
            files.label("files"),
            asked.c.asked_at,
            Person.name.label("principal"),
        )
        .outerjoin(asked, asked.c.submission_id == Submission.id)
        .outerjoin(Person, Person.id == Submission.principal_id)
        .where(Submission.case_id == case_id, Submission.filed_at.is_(None), files > 0)
        .order_by(Submission.drafted_at.desc())
        .limit(5)
    )


def _notices(case_id: sa.BindParameter[Any]) -> sa.Select[*tuple[Any, ...]]:
    mail = (
        sa.select(Attempt.state, Attempt.settled_at)
        .where(Attempt.service_id == Service.id)
        .order_by(Attempt.number.desc())
        .limit(1)
        .correlate(Service)
        .lateral("mail")
    )
    return (
        sa.select(
            Notice.id,
            Notice.number,
            Notice.kind,
            Notice.subject_en,
            Notice.subject_fr,
            Notice.issued_at,
            Notice.recalled_at,
            Notice.pdf_size,
            Service.id.label("service_id"),
            Service.person_id,
            Service.person_name,
            Service.capacity,
            Service.principal_name,
            Service.placed_at,
            Service.opened_at,
            Service.opened_by_name,
            Service.acknowledged_at,
            Service.acknowledged_by_name,
            mail.c.state.label("mail"),
            mail.c.settled_at.label("mail_at"),
            Notice.kind.in_(ACKNOWLEDGED).label("wants_acknowledgement"),
        )
        .outerjoin(Service, Service.notice_id == Notice.id)
        .outerjoin(mail, sa.true())
        .where(Notice.case_id == case_id)
        .order_by(Notice.issued_at.desc(), Service.capacity.desc(), Service.person_name)
        .limit(100)
    )


def _joined(
    case_id: sa.BindParameter[Any], lead: sa.BindParameter[Any]
) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Case.id, Case.title)
        .where(sa.or_(Case.id == lead, Case.joined_to == lead), Case.id != case_id)
        .order_by(Case.opened_at, Case.id)
    )


_CASE, _ME = sa.bindparam("case", type_=sa.Uuid), sa.bindparam("me", type_=sa.Uuid)
_LEAD = sa.bindparam("lead", type_=sa.Uuid)
_PAGE = Bundle(
    parties=sa.select(Party).where(Party.case_id == _CASE).order_by(Party.file_number),
    hearings=sa.select(Hearing, untold())
    .where(Hearing.case_id == _CASE)
    .order_by(Hearing.starts_at),
    documents=case_documents(_CASE),
    drafts=_drafts(_CASE),
    to_approve=to_approve().where(Approval.case_id == _CASE),
    sent_back=sent_back(_ME).where(Approval.case_id == _CASE),
    notices=_notices(_CASE),
    people=people_of(_CASE),
    suspended=suspended_on(_CASE),
    joined=_joined(_CASE, _LEAD),
    requests=requests_of(_CASE),
    entries=newest_entries(_CASE),
    looked=looks(_ME, _CASE),
    decided=decided(_CASE),
    appealed=appealed(_CASE),
    appeals=appeals_of(_CASE),
)
