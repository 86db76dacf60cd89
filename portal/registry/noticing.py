"""Issuing a notice to a case: paper into the store first, then everything in one transaction."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from notices.document import Letterhead, letter
from notices.facts import Both, Kind, Language, Moment
from notices.issuing import By, Paper, issue, number_of
from notices.model import Notice
from portal.audit import Actor, record
from portal.gate import hold_everybody
from portal.models import Case
from portal.registry.recipients import fingerprint, recipients, who_receives
from portal.rules import rules
from portal.settings import Settings
from storage.objects import ObjectStore, new_key, put


class PeopleChanged(Exception):
    """Who would receive the notice is no longer who the officer was shown."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What an officer decided on the preview: this notice, to the people shown."""

    notice_id: UUID
    facts: Kind
    seen: str


def write_letter(
    facts: Kind, case: Case, *, notice_id: UUID, settings: Settings, now: datetime
) -> bytes:
    """The notice on paper, language of the proceedings first. Work for a processor: use a thread."""
    office = rules.offices[case.office]
    head = Letterhead(
        tribunal=Both(settings.tribunal_en, settings.tribunal_fr),
        office=Both(office.name["en"], office.name["fr"]),
        number=number_of(notice_id),
        issued=Moment(now, office.zone),
    )
    return letter(facts, cast("Language", case.language), head=head)


def keep_letter(store: ObjectStore, pdf: bytes) -> Paper:
    """Put the paper into the store. Blocks: use a thread, outside any transaction."""
    key = new_key()
    put(store, key, pdf)
    return Paper(key=key, sha256=hashlib.sha256(pdf).hexdigest(), size=len(pdf))


async def issue_notice(
    session: AsyncSession, order: Order, *, case: Case, paper: Paper, by: Actor, now: datetime
) -> Notice:
    """Issue to whom authority names at this moment; raises PeopleChanged, DifferentNotice.

    Sent again, it gives the notice that is there; then `paper` is not its paper.
    """
    await hold_everybody(session, [case.id])
    before = await session.get(Notice, order.notice_id)
    reached = await who_receives(session, case, now=now)
    if before is None and fingerprint(reached) != order.seen:
        raise PeopleChanged
    notice = await issue(
        session,
        notice_id=order.notice_id,
        case_id=case.id,
        facts=order.facts,
        language=cast("Language", case.language),
        recipients=recipients(reached),
        issued_by=By(by.id, by.name),
        now=now,
        paper=paper,
    )
    if notice.pdf_key == paper.key:
        await record(
            session,
            case.id,
            "notice.issued",
            by=by,
            notice_id=str(notice.id),
            number=notice.number,
            kind=notice.kind,
            people=len(recipients(reached)),
        )
    return notice
