"""What the pages of requests show; row-level security leaves out what is not told yet."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.model import Service
from portal.gate import OpenCase, Right, Unknown, open_case
from portal.models import Case, Hearing, Request, RequestDecision, Submission
from portal.registry.incoming import MOST, Bound, total
from portal.requests.kind import RequestKind
from portal.requests.kinds import KINDS
from portal.rules.deadlines import Deadline, limit_from

# What nobody has to decide stays on the desk as long as somebody on leave for a week needs.
REMEMBERED = timedelta(days=7)
Rows = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Asked:
    """One request, for somebody who may see it."""

    opened: OpenCase
    row: Request
    said: RequestKind
    # None until its notice has left (or, for an officer, until somebody decided).
    decision: RequestDecision | None
    # My copy of the notice that tells it, and the receipt of the papers that came with it.
    service_id: UUID | None
    receipt: str | None

    @property
    def state(self) -> str:
        """Where it stands, as far as the reader may know."""
        if self.decision is not None:
            return self.decision.outcome
        if self.row.withdrawn_at is not None:
            return "withdrawn"
        return "recorded" if self.row.recorded_at else "waiting"

    @property
    def limit(self) -> Deadline | None:
        """The limit that judged it, as it was counted then."""
        judged = self.row.judged
        if judged is None:
            return None
        day = date.fromisoformat(judged["from"])
        return limit_from(judged["code"], day, office=self.opened.case.office)


async def read_request(
    session: AsyncSession, me: UUID, request_id: UUID, *, right: Right = Right.see
) -> Asked:
    """A request of my side, or of a case that I administer; Unknown to everybody else."""
    row = (
        await session.execute(
            sa.select(Request, RequestDecision, Service.id, Submission.receipt)
            .outerjoin(RequestDecision, _that_counts())
            .outerjoin(Submission, Submission.id == Request.submission_id)
            .outerjoin(
                Service,
                sa.and_(
                    Service.notice_id == RequestDecision.notice_id,
                    Service.person_id == me,
                ),
            )
            .where(Request.id == request_id)
        )
    ).one_or_none()
    if row is None:
        raise Unknown
    request: Request = row.Request
    opened = await open_case(session, me, request.case_id, right=right)
    said = KINDS[request.kind].from_json(request.facts)
    return Asked(opened, request, said, row.RequestDecision, row.id, row.receipt)


def requests_of(case_id: UUID | sa.BindParameter[Any]) -> Rows:
    """What was asked on a case, as far as the reader sees it, the latest first."""
    return (
        sa.select(
            Request.id,
            Request.kind,
            Request.number,
            Request.asked_at,
            Request.asker_name,
            Request.principal_name,
            Request.withdrawn_at,
            Request.recorded_at,
            RequestDecision.outcome,
        )
        .outerjoin(RequestDecision, _that_counts())
        .where(Request.case_id == case_id)
        .order_by(Request.asked_at.desc())
        .limit(50)
    )


def waiting_requests(divisions: Bound, now: Bound) -> Rows:
    """The desk's pile: what nobody has decided, the oldest first, with the next hearing there."""
    next_hearing = (
        sa.select(Hearing.starts_at, Hearing.zone)
        .where(Hearing.case_id == Request.case_id, Hearing.cancelled_at.is_(None))
        .where(Hearing.starts_at > now)
        .order_by(Hearing.starts_at)
        .limit(1)
        .correlate(Request)
        .lateral("next_hearing")
    )
    columns: list[Any] = [
        Request.id,
        Request.kind,
        Request.number,
        Request.asked_at,
        Request.asker_name,
        Request.principal_name,
        Request.judged,
        next_hearing.c.starts_at.label("hearing_at"),
        next_hearing.c.zone.label("hearing_zone"),
        Case.id.label("case_id"),
        Case.title,
        total(),
    ]
    return (
        sa.select(*columns)
        .join(Case, Case.id == Request.case_id)
        .outerjoin(next_hearing, sa.true())
        # Written out, not bound: only so does the partial index serve a prepared statement.
        .where(
            sa.text(
                "request.recorded_at is null and request.decided_at is null"
                " and request.withdrawn_at is null"
            )
        )
        .where(Case.division.in_(divisions))
        .order_by(Request.asked_at)
        .limit(MOST)
    )


def _that_counts() -> sa.ColumnElement[bool]:
    """The decision of a request, unless its notice was recalled."""
    return sa.and_(
        RequestDecision.request_id == Request.id,
        Request.decided_at == RequestDecision.decided_at,
    )


def requests_in_force(divisions: Bound, now: Bound) -> Rows:
    """The desk's pile: what took effect by being received of late, the latest first."""
    columns: list[Any] = [
        Request.id,
        Request.kind,
        Request.number,
        Request.recorded_at,
        Request.asker_name,
        Request.principal_name,
        Case.id.label("case_id"),
        Case.title,
        total(),
    ]
    return (
        sa.select(*columns)
        .join(Case, Case.id == Request.case_id)
        .where(Request.recorded_at > now - REMEMBERED, Case.division.in_(divisions))
        .order_by(Request.recorded_at.desc())
        .limit(MOST)
    )
