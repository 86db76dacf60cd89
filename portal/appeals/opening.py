"""Opening an appeal: one transaction from the gate to the receipt, once for each claimant and decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from portal.appeals.counting import judge, local_day, notice_due
from portal.appeals.grounds import Ground, Received
from portal.audit import Actor, record
from portal.delegations.answering import note_use
from portal.documents.filing import new_receipt
from portal.models import Appeal, Role
from portal.registry.opening import NewParty, title_for
from portal.rules import rules
from storage.jobs import defer


class AppealedAlready(Exception):
    """Another notice of appeal for one of these claimants was first."""


class FormUsed(Exception):
    """This form has filed another notice of appeal already."""


@dataclass(frozen=True, kw_only=True)
class NoticeOfAppeal:
    """What the appellant says; its id comes with the form and becomes the appeal's."""

    id: UUID
    # The claimants who appeal, by their place in the claim.
    claimants: Sequence[UUID]
    received: Received
    language: str
    # Of interpretation; empty where none is needed.
    spoken: str
    # Whether counsel who files it acts in the appeal (RAD Rules, r. 18).
    counsel: bool
    contact_confirmed: bool
    late_reasons: str | None = None


async def file_notice(
    session: AsyncSession, new: NoticeOfAppeal, ground: Ground, *, by: Actor, now: datetime
) -> None:
    """File it and open the appeal. The same form sent twice finds what it opened the first time.

    Raises AppealedAlready, or FormUsed, with nothing written.
    """
    if not await _open(session, new, ground, now=now):
        await _require_same(session, new, ground, by=by)
        return
    await _record(session, new, ground, by=by)
    await note_use(
        session, ground.chain.delegation_id, by=ground.opened.authority.person_id, now=now
    )
    await defer(session, "acknowledge_appeal", appeal=str(new.id))


async def _open(
    session: AsyncSession, new: NoticeOfAppeal, ground: Ground, *, now: datetime
) -> bool:
    """The rows of it, under a receipt number that nobody has; False where an appeal was first."""
    case, chain = ground.opened.case, ground.chain
    today = local_day(now, case.office)
    while True:
        opening = sa.func.portal_open_appeal(
            new.id,
            case.id,
            chain.principal_id,
            sa.cast(chain.delegation_id, sa.Uuid),
            sa.cast(list(new.claimants), ARRAY(sa.Uuid)),
            stem(case.office, today),
            _title(new, ground, today=today),
            new.language,
            new.spoken,
            new.counsel and chain.role == Role.counsel,
            sa.cast(_facts(new, case.office, now=now), JSONB),
        )
        try:
            async with session.begin_nested():
                return bool(await session.scalar(sa.select(opening)))
        except IntegrityError as taken:
            if "appeal_receipt_unique" not in str(taken.orig):
                raise


def _facts(new: NoticeOfAppeal, office: str, *, now: datetime) -> dict[str, Any]:
    due = notice_due(new.received.on, office=office)
    return {
        "reasons_received_on": new.received.on.isoformat(),
        "received_how": new.received.how,
        "receipt": f"A{new_receipt()[1:]}",
        "judged": judge(due, now),
        "late_reasons": new.late_reasons,
        "contact_confirmed": new.contact_confirmed,
        "filed_on": local_day(now, office).isoformat(),
    }


def stem(office: str, day: date) -> str:
    """What file numbers of an office and a year begin with: TC6 is Toronto, 2026 (domain.md §4)."""
    decade = chr(ord("A") + (day.year - 2000) // 10)
    return f"{rules.offices[office].letter}{decade}{day.year % 10}"


def _title(new: NoticeOfAppeal, ground: Ground, *, today: date) -> str:
    parties = [
        NewParty(name=one.name, file_number=one.file_number, born_on=one.born_on)
        for one in ground.parties
        if one.id in new.claimants
    ]
    return title_for(parties, language=new.language, today=today)


async def _record(session: AsyncSession, new: NoticeOfAppeal, ground: Ground, *, by: Actor) -> None:
    """The entries: on the claim for the claimant's side alone; on the appeal, who goes on in it."""
    appeal = await session.get_one(Appeal, new.id)
    told = {"side": "person", "appeal_id": str(new.id)}
    await record(session, ground.opened.id, "appeal.filed", by=by, **told)
    await record(
        session,
        new.id,
        "appeal.opened",
        by=by,
        receipt=appeal.receipt,
        late=appeal.judged["late"],
        received_on=new.received.on.isoformat(),
        received_how=new.received.how,
    )
    for one in await session.execute(_CARRIED, {"key": new.id}):
        facts = {"name": one.name, "role": one.role, "how": one.how}
        await record(session, new.id, "standing.carried", by=by, **facts)


_CARRIED = sa.text("select name, role, how from portal_carried(:key)")


async def _require_same(
    session: AsyncSession, new: NoticeOfAppeal, ground: Ground, *, by: Actor
) -> None:
    found = await session.get(Appeal, new.id)
    if found is None:
        raise AppealedAlready
    if (found.claim_case_id, found.filed_by) != (ground.opened.id, by.id):
        raise FormUsed
