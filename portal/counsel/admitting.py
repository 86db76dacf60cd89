"""Admitting: the registry finds the case of a retainer, and records counsel in it or says why not."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.counsel.announcing import announce
from portal.hearings.booking import DoubleBooked
from portal.models import Case, Person, Retainer, RetainerOutcome, Role, Standing
from portal.registry.recording import NewStanding, end_standing, record_standing
from portal.registry.sides import chains, heard_together


class AnsweredAlready(Exception):
    """Another officer was first."""


async def places_of(session: AsyncSession, retainer: Retainer, case: Case) -> Sequence[Any]:
    """Through what counsel can reach the case already, or one heard with it: the other side shows here."""
    together = await heard_together(session, [case.id])
    rows = await chains(session, together)
    return [row for row in rows if row.person_id == retainer.asked_by]


async def counsel_of(session: AsyncSession, case: Case) -> Sequence[Any]:
    """Who is counsel of record: rows of `Standing` and `name`."""
    rows = await session.execute(
        sa.select(Standing, Person.name)
        .join(Person, Person.id == Standing.person_id)
        .where(Standing.case_id == case.id, Standing.role == Role.counsel)
        .where(Standing.ended_how.is_(None))
        .where(sa.or_(Standing.ends_at.is_(None), Standing.ends_at > sa.func.now()))
        .order_by(Person.name)
    )
    return rows.all()


async def admit(
    session: AsyncSession,
    retainer: Retainer,
    case: Case,
    *,
    replaced: Collection[Standing],
    how: str,
    ending: str,
    by: Actor,
    now: datetime,
) -> list[DoubleBooked]:
    """Record counsel of record, end those replaced, tell everybody concerned; where counsel is taken.

    Raises AnsweredAlready, and StandsAlready or OppositeSides with rows written: the caller rolls
    back to before. `how`, `ending`: the reasons as they stay on the record.
    """
    await _hold(session, retainer)
    for one in replaced:
        await end_standing(session, one, how=ending, by=by, now=now)
    new = NewStanding(id=retainer.id, case_id=case.id, role=Role.counsel, began_how=how)
    clashes = await record_standing(session, new, person_id=retainer.asked_by, by=by, now=now)
    retainer.case_id = case.id
    _answer(retainer, RetainerOutcome.recorded, by=by, now=now)
    await session.flush()
    await announce(session, case, key=retainer.id, ended=replaced, since=now, by=by, now=now)
    return clashes


async def turn_away(
    session: AsyncSession, retainer: Retainer, *, remark: str, by: Actor, now: datetime
) -> None:
    """Say why counsel was not recorded; raises AnsweredAlready."""
    await _hold(session, retainer)
    retainer.remark = remark
    _answer(retainer, RetainerOutcome.refused, by=by, now=now)
    await session.flush()


async def _hold(session: AsyncSession, retainer: Retainer) -> None:
    await session.refresh(retainer, with_for_update=True)
    if retainer.outcome is not None:
        raise AnsweredAlready


def _answer(retainer: Retainer, outcome: RetainerOutcome, *, by: Actor, now: datetime) -> None:
    retainer.outcome, retainer.answered_at = outcome, now
    retainer.answered_by, retainer.answered_by_name = by.id, by.name
