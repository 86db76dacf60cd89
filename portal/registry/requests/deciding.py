"""Deciding a request: the decision, what it does, its entry and its notice in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_if_new
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Both, Moment
from notices.issuing import Paper
from notices.kinds.request_decided import RequestDecided
from notices.model import Notice
from portal.audit import Actor, record
from portal.gate import hold_everybody
from portal.models import Case, Decided, Person, Request, RequestDecision
from portal.registry.noticing import Order, PeopleChanged, issue_to
from portal.registry.recipients import Reached, fingerprint, who_receives
from portal.requests.kind import RequestKind
from portal.requests.reading import Asked
from portal.rules import rules
from portal.web.formatting import Formatting
from portal.web.language import LANGUAGES, say


class DecidedBefore(Exception):
    """Another officer decided first, or it was taken back."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an officer decides, why, and what the kind keeps of it."""

    outcome: Decided
    why: Both | None = None
    facts: Mapping[str, Any]

    @property
    def granted(self) -> bool:
        """Whether what was asked is done."""
        return self.outcome is Decided.granted


async def who_is_told(
    session: AsyncSession, request: Request, case: Case, *, now: datetime
) -> list[Reached]:
    """Those who receive notices on the side that asked: the other knows nothing of it."""
    reached = await who_receives(session, case, now=now)
    people = [one.person_id for one in reached if one.person_id]
    rows = await session.execute(
        sa.select(Person.id, sa.func.portal_side(Person.id, case.id)).where(Person.id.in_(people))
    )
    sides: dict[Any, str] = {row[0]: row[1] for row in rows}
    return [one for one in reached if sides.get(one.person_id, "person") == request.side]


def notice_of(asked: Asked, verdict: Verdict, *, file_number: str) -> RequestDecided:
    """What the notice says, in both languages, on the clock of the registry's office."""
    request, said, case = asked.row, asked.said, asked.opened.case
    zone = rules.offices[case.office].zone
    en, fr = (Formatting(language, zone) for language in LANGUAGES)
    told = Both(said.told(verdict.facts, en), said.told(verdict.facts, fr))
    now = said.if_refused if verdict.outcome is Decided.refused else said.if_granted
    procedure = said.procedure(case.division)
    rule = procedure.rule if procedure else {"en": "", "fr": ""}
    return RequestDecided(
        file_number=file_number,
        division=case.division,
        request=request.number,
        asked=Moment(request.asked_at, zone),
        asked_by=request.asker_name,
        asked_for=request.principal_name if request.delegation_id else None,
        about=Both(**rules.request_types[request.kind].name),
        what=Both(said.summary(en), said.summary(fr)),
        outcome=verdict.outcome.value,
        granted=told if verdict.granted and told.en else None,
        why=verdict.why,
        now=Both(say("en", now), say("fr", now)),
        rule=Both(**rule),
    )


async def decide(
    session: AsyncSession,
    order: Order,
    verdict: Verdict,
    *,
    asked: Asked,
    paper: Paper,
    by: Actor,
    now: datetime,
    recall_for: timedelta,
) -> Notice:
    """Decide it and tell who asked; the same form sent twice decides once.

    It leaves `recall_for` after `now`, and counts from then on; at once, if it changes the case.
    Raises PeopleChanged, DecidedBefore, with rows written: the caller rolls back to before.
    """
    case, request = asked.opened.case, asked.row
    await asked.said.hold(session, case.id)
    await hold_everybody(session, [case.id])
    reached = await who_is_told(session, request, case, now=now)
    if await _first(session, order, verdict, request, by=by):
        if fingerprint(reached) != order.seen:
            raise PeopleChanged
        await _apply(session, asked.said, request, verdict, by=by, now=now, order=order)
    return await _tell(
        session, order, verdict, reached, asked=asked, paper=paper, by=by, now=now,
        recall_for=recall_for,
    )  # fmt: skip


async def _tell(
    session: AsyncSession,
    order: Order,
    verdict: Verdict,
    reached: Sequence[Reached],
    *,
    asked: Asked,
    paper: Paper,
    by: Actor,
    now: datetime,
    recall_for: timedelta,
) -> Notice:
    """Its notice, to those who were shown; what changed the case cannot be recalled."""
    lasting = verdict.outcome is not Decided.refused and asked.said.changes_case
    return await issue_to(
        session,
        order,
        reached,
        case=asked.opened.case,
        paper=paper,
        by=by,
        now=now,
        recall_for=timedelta() if lasting else recall_for,
        side=asked.row.side,
    )


async def _first(
    session: AsyncSession, order: Order, verdict: Verdict, request: Request, *, by: Actor
) -> bool:
    """Write the decision, which holds the request; False if this form has done so before."""
    row = {
        "notice_id": order.notice_id,
        "request_id": request.id,
        "case_id": request.case_id,
        "outcome": verdict.outcome,
        "why": asdict(verdict.why) if verdict.why else None,
        "facts": dict(verdict.facts),
        "decided_by": by.id,
        "decider_name": by.name,
    }
    adding = insert_if_new(RequestDecision).values(row).on_conflict_do_nothing()
    if await session.scalar(adding.returning(RequestDecision.notice_id)) is not None:
        return True
    before = await session.get(RequestDecision, order.notice_id)
    if before is None or before.request_id != request.id:
        raise DecidedBefore
    return False


async def _apply(
    session: AsyncSession,
    said: RequestKind,
    request: Request,
    verdict: Verdict,
    *,
    by: Actor,
    now: datetime,
    order: Order,
) -> None:
    if verdict.outcome is not Decided.refused:
        await said.grant(session, request, verdict.facts, by=by, now=now)
    await record(
        session,
        request.case_id,
        "request.decided",
        by=by,
        side=request.side,
        request_id=str(request.id),
        request=request.number,
        kind=request.kind,
        outcome=verdict.outcome,
        notice_id=str(order.notice_id),
    )
