"""Asking: one transaction from the gate to the receipt; late is marked, never refused."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_if_new
from sqlalchemy.ext.asyncio import AsyncSession

from notices.issuing import number_of
from portal.audit import Actor, record
from portal.delegations.answering import note_use
from portal.models import Request
from portal.requests.kind import RequestKind
from portal.requests.scene import Scene
from portal.rules.deadlines import Deadline
from storage.jobs import defer


class AskedOtherwise(Exception):
    """This form has sent another request already."""


async def ask(
    session: AsyncSession,
    scene: Scene,
    wanted: RequestKind,
    *,
    request_id: UUID,
    name: str,
    late_reasons: str | None = None,
    submission_id: UUID | None = None,
) -> Request:
    """Send it, in the name of the scene's principal, whose right is held; sent twice, it is one.

    Raises AskedOtherwise. `name`: of the person who asks.
    """
    row = _row(scene, wanted, request_id=request_id, name=name)
    row |= {"late_reasons": late_reasons or None, "submission_id": submission_id}
    adding = insert_if_new(Request).values(row)
    once = adding.on_conflict_do_nothing(index_elements=[Request.id]).returning(Request)
    asked = await session.scalar(once)
    if asked is None:
        return await _asked_before(session, row, wanted)
    by = Actor(asked.asked_by, name, scene.chain)
    if wanted.at_once:
        await wanted.grant(session, asked, {}, by=by, now=scene.now)
    await _record(session, "request.made", asked, by=by)
    await note_use(session, asked.delegation_id, by=asked.asked_by, now=scene.now)
    # Papers that come with it have a mail of their own: two would say the same.
    if submission_id is None:
        await defer(session, "mail_request", request=str(request_id))
    return asked


def _row(scene: Scene, wanted: RequestKind, *, request_id: UUID, name: str) -> dict[str, Any]:
    """What is asked, by whom and for whom, as it stands this day."""
    chain = scene.chain
    return {
        "id": request_id,
        "case_id": scene.opened.id,
        "kind": wanted.code,
        "number": number_of(request_id, "Q"),
        "facts": wanted.to_json(),
        "side": chain.side,
        "principal_id": chain.principal_id,
        "principal_name": chain.principal_name,
        "delegation_id": chain.delegation_id,
        "asked_by": scene.opened.authority.person_id,
        "asker_name": name,
        "judged": _judged(wanted.limit(scene), scene),
        "recorded_at": scene.now if wanted.at_once else None,
    }


def _judged(limit: Deadline | None, scene: Scene) -> dict[str, Any] | None:
    if limit is None:
        return None
    return {
        "code": limit.limit.code,
        "due": limit.due.isoformat(),
        "late": limit.passed(scene.now),
        "from": limit.event_on.isoformat(),
    }


async def _asked_before(session: AsyncSession, row: dict[str, Any], wanted: RequestKind) -> Request:
    """What this form sent already, if it is the same."""
    found = await session.get(Request, row["id"])
    same = ("case_id", "kind", "facts", "principal_id")
    if found is None or any(getattr(found, name) != row[name] for name in same):
        raise AskedOtherwise
    if not await wanted.repeats(session, found):
        raise AskedOtherwise
    return found


class Over(Exception):
    """It was decided or taken back meanwhile."""


async def take_back(session: AsyncSession, request: Request, *, by: Actor) -> None:
    """Withdraw it, while nobody has decided; `by` holds the right to ask in its principal's name.

    Said twice, it is done once; raises Over.
    """
    if request.withdrawn_at is not None:
        return
    taken = await session.scalar(
        sa.update(Request)
        .where(Request.id == request.id, Request.withdrawn_at.is_(None))
        .where(Request.decided_at.is_(None), Request.recorded_at.is_(None))
        .values(withdrawn_at=sa.func.now(), withdrawn_by=by.id, withdrawn_by_name=by.name)
        .returning(Request.id)
    )
    if taken is None:
        raise Over
    await _record(session, "request.withdrawn", request, by=by)


async def _record(session: AsyncSession, act: str, request: Request, *, by: Actor) -> None:
    """The entry: what kind of thing, for its side and the registry; nothing of what it says."""
    facts = {"request_id": str(request.id), "kind": request.kind, "request": request.number}
    await record(session, request.case_id, act, by=by, side=request.side, **facts)
