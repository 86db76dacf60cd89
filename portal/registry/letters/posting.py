"""What staff did with printed letters: posted on a day, come back on another."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.letters import Letter, Mailing
from notices.model import Notice, Service
from portal.audit import Actor, record, record_each
from portal.rules.receipts import deemed_receipt


class NotPosted(Exception):
    """A letter that was never posted cannot have come back."""


async def mark_posted(
    session: AsyncSession,
    mailing: Mailing,
    *,
    on: date,
    kept_back: Collection[UUID],
    by: Actor,
    now: datetime,
) -> int:
    """All letters of the mailing that are not marked yet went to the post on this day; how many.

    `kept_back`: the ids of letters that did not go. Each gets the day on which a rule of its
    division deems it received, where one does, and its case an entry.
    """
    rows = await _not_posted(session, mailing.id, kept_back)
    changes: list[dict[str, Any]] = []
    for row in rows:
        deemed = deemed_receipt(
            division=mailing.division,
            office=mailing.office,
            by="letter",
            sent_on=on,
            abroad=row.abroad,
        )
        changes.append(
            {
                "id": row.id,
                "posted_on": on,
                "posted_at": now,
                "posted_by": by.id,
                "posted_by_name": by.name,
                "deemed_on": deemed.on if deemed else None,
                "deemed_rule": deemed.rule.code if deemed else None,
            }
        )
    if changes:
        await session.execute(sa.update(Letter), changes)
    await _tell(session, rows, changes, by=by)
    return len(changes)


async def _not_posted(
    session: AsyncSession, mailing_id: UUID, kept_back: Collection[UUID]
) -> Sequence[Any]:
    """The letters, held: said by two officers at once, it is said once."""
    rows = await session.execute(
        sa.select(
            Letter.id,
            Letter.case_id,
            Letter.number.label("letter"),
            Notice.id.label("notice_id"),
            Notice.number,
            sa.func.portal_posted_abroad(Letter.id).label("abroad"),
        )
        .join(Service, Service.id == Letter.service_id)
        .join(Notice, Notice.id == Service.notice_id)
        .where(Letter.mailing_id == mailing_id, Letter.posted_on.is_(None))
        .where(Letter.id.not_in(kept_back))
        .order_by(Letter.place)
        .with_for_update(of=Letter)
    )
    return rows.all()


async def _tell(
    session: AsyncSession,
    rows: Sequence[Any],
    changes: Sequence[dict[str, Any]],
    *,
    by: Actor,
) -> None:
    """An entry for every letter; those of one case come after each other."""
    by_case: dict[UUID, list[dict[str, Any]]] = {}
    for row, change in zip(rows, changes, strict=True):
        facts = {
            "notice_id": str(row.notice_id),
            "number": row.number,
            "letter": row.letter,
            "posted_on": change["posted_on"].isoformat(),
        }
        if change["deemed_on"]:
            facts["deemed_on"] = change["deemed_on"].isoformat()
        by_case.setdefault(row.case_id, []).append(facts)
    layers: Iterable[tuple[Any, ...]] = zip_longest(*by_case.values())
    for layer in layers:
        told = dict(zip(by_case, layer, strict=True))
        facts = {case: said for case, said in told.items() if said is not None}
        await record_each(session, "letter.posted", by=by, facts=facts)


async def mark_returned(
    session: AsyncSession, letter: Letter, *, on: date, by: Actor, now: datetime
) -> bool:
    """The post brought it back on this day; whether that was said now for the first time."""
    if letter.posted_on is None:
        raise NotPosted
    marked = await session.scalar(
        sa.update(Letter)
        .where(Letter.id == letter.id, Letter.returned_on.is_(None))
        .values(returned_on=on, returned_at=now, returned_by=by.id, returned_by_name=by.name)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    if marked is None:
        return False
    notice = (
        await session.execute(
            sa.select(Notice.id, Notice.number)
            .join(Service, Service.notice_id == Notice.id)
            .where(Service.id == letter.service_id)
        )
    ).one()
    facts = {"notice_id": str(notice.id), "number": notice.number, "letter": letter.number}
    await record(
        session, letter.case_id, "letter.returned", by=by, returned_on=on.isoformat(), **facts
    )
    return True
