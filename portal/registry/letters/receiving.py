"""The legal date of receipt: what was logged and deemed, and the day that the registry sets."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.letters import Letter
from notices.model import Notice, Service
from portal.audit import Actor, record
from portal.gate import OpenCase, Right, Unknown, open_case
from portal.rules import Receipt, rules
from portal.rules.receipts import deemed_receipt


@dataclass(frozen=True)
class Receiving:
    """One notice served on one person or party, and all that says when it was received."""

    opened: OpenCase
    service: Service
    notice: Notice
    # The first is number 1.
    letters: list[Letter]

    @property
    def zone(self) -> str:
        """The clock of the office, by which days are counted."""
        return rules.offices[self.opened.case.office].zone

    @property
    def deemed(self) -> tuple[date, Receipt] | None:
        """The first day that a rule says: of a letter that did not come back, or of the inbox."""
        days = [
            (one.deemed_on, rule)
            for one in self.letters
            if one.deemed_on and one.returned_on is None
            if (rule := rules.receipt_rule(one.deemed_rule))
        ]
        if self.service.person_id is not None:
            placed_on = self.service.placed_at.astimezone(ZoneInfo(self.zone)).date()
            case = self.opened.case
            shown = deemed_receipt(
                division=case.division, office=case.office, by="portal", sent_on=placed_on
            )
            days += [(shown.on, shown.rule)] if shown else []
        return min(days, key=lambda day: day[0], default=None)


async def find_receiving(
    session: AsyncSession, me: UUID, service_id: UUID, *, lock: bool = False
) -> Receiving:
    """For an officer of the case's division; Unknown to everybody else."""
    row = (
        await session.execute(
            sa.select(Service, Notice)
            .join(Notice, Notice.id == Service.notice_id)
            .where(Service.id == service_id)
        )
    ).one_or_none()
    if row is None:
        raise Unknown
    opened = await open_case(session, me, row.Service.case_id, right=Right.administer, lock=lock)
    letters = await session.scalars(
        sa.select(Letter).where(Letter.service_id == service_id).order_by(Letter.number)
    )
    return Receiving(opened, row.Service, row.Notice, list(letters))


async def set_received_on(
    session: AsyncSession, service: Service, *, on: date, why: str, by: Actor, now: datetime
) -> bool:
    """The registry says from which day the law takes it for received; whether that is new.

    Each setting leaves an entry with its reason, so that a date changed is never a date lost.
    """
    await session.refresh(service, with_for_update=True)
    if (service.legal_on, service.legal_why) == (on, why):
        return False
    before = service.legal_on
    service.legal_on, service.legal_why = on, why
    service.legal_set_at, service.legal_set_by, service.legal_set_by_name = now, by.id, by.name
    number = await session.scalar(sa.select(Notice.number).where(Notice.id == service.notice_id))
    facts = {"notice_id": str(service.notice_id), "number": number, "why": why}
    if before:
        facts["before"] = before.isoformat()
    await record(session, service.case_id, "notice.received_on", by=by, on=on.isoformat(), **facts)
    return True
