"""Issuing a notice to a case: paper into the store first, then everything in one transaction."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from notices.document import Letterhead, letter
from notices.facts import Both, Kind, Language, Moment
from notices.issuing import By, Paper, issue, number_of
from notices.lettering import ask_letters
from notices.model import Notice
from portal.audit import Actor, record
from portal.gate import hold_everybody
from portal.models import Case
from portal.registry.recipients import Reached, fingerprint, recipients, who_receives
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
    # The hearing that the notice is about, if it is about one.
    hearing_id: UUID | None = None


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
        sign_in=f"{settings.public_url}/sign-in",
    )
    return letter(facts, cast("Language", case.language), head=head)


def keep_letter(store: ObjectStore, pdf: bytes) -> Paper:
    """Put the paper into the store. Blocks: use a thread, outside any transaction."""
    key = new_key()
    put(store, key, pdf)
    return Paper(key=key, sha256=hashlib.sha256(pdf).hexdigest(), size=len(pdf))


async def issue_notice(
    session: AsyncSession,
    order: Order,
    *,
    case: Case,
    paper: Paper,
    by: Actor,
    now: datetime,
    recall_for: timedelta,
) -> Notice:
    """Issue to whom authority names at this moment; raises PeopleChanged, DifferentNotice.

    It leaves `recall_for` after `now`: until then it can be recalled, and nobody but the registry
    sees it. Sent again, it gives the notice that is there; then `paper` is not its paper.
    """
    await hold_everybody(session, [case.id])
    before = await session.get(Notice, order.notice_id)
    reached = await who_receives(session, case, now=now)
    if before is None and fingerprint(reached) != order.seen:
        raise PeopleChanged
    return await issue_to(
        session, order, reached, case=case, paper=paper, by=by, now=now, recall_for=recall_for
    )


async def issue_to(
    session: AsyncSession,
    order: Order,
    reached: Sequence[Reached],
    *,
    case: Case,
    paper: Paper,
    by: Actor,
    now: datetime,
    recall_for: timedelta,
    side: str | None = None,
) -> Notice:
    """Issue to these people, whom authority named in this transaction, everybody being held.

    `side`: whose alone it is; the other reads nothing of it in the history either.
    """
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
        leaves_at=now + recall_for if recall_for else None,
        hearing_id=order.hearing_id,
    )
    await ask_letters(session, notice.id, recipients(reached), by=By(by.id, by.name), now=now)
    if notice.pdf_key == paper.key:
        told = {"side": side} if side else {}
        await _record(session, notice, by=by, people=len(recipients(reached)), **told)
    return notice


async def _record(
    session: AsyncSession, notice: Notice, *, by: Actor, people: int, **told: str
) -> None:
    """The entry; readers are told of it when the notice leaves, by the policy of entries."""
    facts = {"notice_id": str(notice.id), "number": notice.number, "kind": notice.kind}
    facts |= told
    await record(session, notice.case_id, "notice.issued", by=by, **facts, people=people)
