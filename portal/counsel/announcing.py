"""Announcing a change of counsel: to everybody who receives notices, and to who was counsel."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.issuing import By, issue
from notices.kinds.counsel_changed import CounselChanged
from notices.lettering import ask_letters
from notices.model import Notice
from portal.audit import Actor, record
from portal.documents.placing import file_numbers
from portal.gate import hold_everybody
from portal.models import Account, Case, Person, Role, Standing
from portal.models.standing import authority, visible_authority
from portal.registry.recipients import FORMER, Reached, once_each, recipients, who_receives
from portal.rules import rules
from storage.jobs import defer


async def announce_soon(session: AsyncSession, ended: Standing) -> None:
    """Let the portal say it, in a moment: who ends counsel's place as client issues no notices."""
    await defer(session, "tell_counsel", standing=str(ended.id))


async def announce(
    session: AsyncSession,
    case: Case,
    *,
    key: UUID,
    ended: Collection[Standing],
    since: datetime,
    by: Actor,
    now: datetime,
) -> None:
    """Issue the notice of who is counsel now and who no longer is, with its entry.

    `key`: what it is made of; issued before, it is not issued again.
    """
    notice_id = uuid5(key, CounselChanged.code)
    if await session.get(Notice, notice_id) is not None:
        return
    await hold_everybody(session, [case.id])
    everybody = authority if by.id is None else visible_authority
    reached = await who_receives(session, case, now=now, among=everybody)
    people = recipients(once_each([*reached, *await _former(session, ended)]))
    notice = await issue(
        session,
        notice_id=notice_id,
        case_id=case.id,
        facts=await _facts(session, case, ended, since=since),
        language="fr" if case.language == "fr" else "en",
        recipients=people,
        issued_by=By(by.id, by.name),
        now=now,
    )
    await ask_letters(session, notice.id, people, by=By(by.id, by.name), now=now)
    told = {"notice_id": str(notice.id), "number": notice.number, "kind": notice.kind}
    await record(session, case.id, "notice.issued", by=by, **told, people=len(people))


async def _facts(
    session: AsyncSession, case: Case, ended: Collection[Standing], *, since: datetime
) -> CounselChanged:
    names = (
        sa.select(Person.name)
        .join(Standing, Standing.person_id == Person.id)
        .order_by(Person.name)
        .distinct()
    )
    live = names.where(
        Standing.case_id == case.id, Standing.role == Role.counsel, Standing.ended_how.is_(None)
    ).where(sa.or_(Standing.ends_at.is_(None), Standing.ends_at > sa.func.now()))
    gone = names.where(Standing.id.in_([one.id for one in ended]))
    return CounselChanged(
        file_number=await file_numbers(session, case),
        division=case.division,
        since=since.astimezone(ZoneInfo(rules.offices[case.office].zone)).date(),
        counsel=", ".join(await session.scalars(live)) or None,
        former=", ".join(await session.scalars(gone)) or None,
    )


async def _former(session: AsyncSession, ended: Collection[Standing]) -> list[Reached]:
    """Who was counsel: a mail says that something waits, and this notice is all they can open."""
    rows = await session.execute(
        sa.select(Person.id, Person.name, Person.language, Account.email, Account.mail_failed_at)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.id.in_([one.person_id for one in ended]))
    )
    return [
        Reached(
            name=row.name,
            capacity="service",
            why=FORMER,
            person_id=row.id,
            language="fr" if row.language == "fr" else "en",
            email=row.email,
            bounced_at=row.mail_failed_at,
        )
        for row in rows
    ]
