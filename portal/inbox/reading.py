"""Reading one notice: whose copy it is, what it says, and recording that it was opened."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Language
from notices.issuing import By, acknowledge, open_notice
from notices.kinds import KINDS, facts_from_json
from notices.model import Notice, Service
from notices.wording import Wording
from portal.audit import Actor, record
from portal.delegations.answering import note_use
from portal.gate import Chain, OpenCase, Right, Unknown, open_case
from portal.ladder import Step, climb
from portal.tracing import attempts_of, letters_of
from portal.web.sessions import Me
from storage.bundle import Bundle


class NotYours(Exception):
    """The notice was placed in somebody else's inbox: only that person can acknowledge it."""


@dataclass(frozen=True)
class Copy:
    """A notice in one person's inbox, as a reader who may read it sees it."""

    me: UUID
    opened: OpenCase
    service: Service
    notice: Notice

    @property
    def mine(self) -> bool:
        """Whether it was placed in the reader's own inbox."""
        return self.service.person_id == self.me

    @property
    def wants_acknowledgement(self) -> bool:
        """Whether this kind of notice asks to be acknowledged; a recalled one asks nothing."""
        kind = KINDS[self.notice.kind]
        return kind.wants_acknowledgement and self.notice.recalled_at is None

    @property
    def reply_by(self) -> date | None:
        """The day by which it wants an answer; a recalled one wants none."""
        if self.notice.recalled_at:
            return None
        return facts_from_json(self.notice.kind, self.notice.facts).reply_by

    @property
    def chain(self) -> Chain:
        """Through whom I read it: a delegate's copy through whom it came by, whatever became of the loan.

        Raises AmbiguousPrincipal where that person lends nothing any more, and several others do.
        """
        through, authority = self.service.principal_id, self.opened.authority
        still = any(
            one.principal_id == through and Right.read in one.rights for one in authority.chains
        )
        return authority.chain_for(Right.read, principal=through if still else None)

    def wording(self, language: Language) -> Wording:
        """What was said when it was issued."""
        return self.notice.wording(language)


async def find_copy(session: AsyncSession, me: Me, service_id: UUID, *, act: bool = False) -> Copy:
    """The notice, if I may read it; Unknown to strangers, Lacking to who only sees the case.

    What gives the addressee the right to read is held where something may be recorded: an
    opening, or (`act`) more than that.
    """
    row = (
        await session.execute(
            sa.select(Service, Notice)
            .join(Notice, Notice.id == Service.notice_id)
            .where(Service.id == service_id)
        )
    ).one_or_none()
    case_id = row.Service.case_id if row else await _case_seen(session, service_id)
    service: Service | None = row.Service if row else None
    lock = service is not None and service.person_id == me.id and (act or not service.opened_at)
    opened = await open_case(session, me.id, case_id, right=Right.read, lock=lock)
    if row is None:
        raise Unknown
    return Copy(me.id, opened, row.Service, row.Notice)


async def evidence_of(session: AsyncSession, copy: Copy, *, now: datetime) -> list[Step]:
    """What is recorded of this copy: every step so far, and those to come."""
    found = await _EVIDENCE.read(session, service=copy.service.id)
    return climb(copy.notice, copy.service, found.attempts, found.letters, now=now)


_SERVICE = sa.bindparam("service", type_=sa.Uuid)
_EVIDENCE = Bundle(
    attempts=attempts_of(Service.id == _SERVICE), letters=letters_of(Service.id == _SERVICE)
)


async def _case_seen(session: AsyncSession, service_id: UUID) -> UUID:
    """The case of a notice that row-level security hides, if I may at least see that case."""
    case_id: UUID | None = await session.scalar(
        sa.select(sa.func.portal_case_of_service(service_id))
    )
    if case_id is None:
        raise Unknown
    return case_id


async def read_copy(
    session: AsyncSession, me: Me, service_id: UUID, *, now: datetime
) -> tuple[Copy, bool]:
    """The notice, and whether this was its opening: the first time its addressee reads it.

    Somebody else on the case reads the same words, and nothing is recorded of it.
    """
    copy = await find_copy(session, me, service_id)
    if not copy.mine or copy.service.opened_at is not None:
        return copy, False
    first = await open_notice(session, service_id, by=By(me.id, me.name), now=now)
    if first:
        await _record(session, copy, "notice.opened", me, now=now)
    elif await _recalled_meanwhile(session, service_id):
        raise Unknown
    await session.refresh(copy.service)
    return copy, first


async def _recalled_meanwhile(session: AsyncSession, service_id: UUID) -> bool:
    """Whether the registry took it back at this very moment: the reader may not see it any more."""
    still = await session.scalar(sa.select(Service.id).where(Service.id == service_id))
    return still is None


async def acknowledge_copy(
    session: AsyncSession, me: Me, service_id: UUID, *, now: datetime
) -> bool:
    """Record that the addressee acknowledged it, once; whether this was that moment."""
    copy = await find_copy(session, me, service_id, act=True)
    if not copy.mine:
        raise NotYours
    if not copy.wants_acknowledgement:
        return False
    first = await acknowledge(session, service_id, by=By(me.id, me.name), now=now)
    if first:
        await _record(session, copy, "notice.acknowledged", me, now=now)
    return first


async def _record(session: AsyncSession, copy: Copy, act: str, me: Me, *, now: datetime) -> None:
    notice = copy.notice
    chain = copy.chain
    await note_use(session, chain.delegation_id, by=me.id, now=now)
    by = Actor(me.id, me.name, chain)
    await record(
        session, copy.opened.id, act, by=by, notice_id=str(notice.id), number=notice.number
    )
