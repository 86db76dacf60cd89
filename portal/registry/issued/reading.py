"""Everything the registry's page of one issued notice shows, in one question to the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Language
from notices.model import Notice, Service
from notices.wording import Wording, fixed_wording
from portal.cases.looking import looks
from portal.gate import OpenCase, Right, Unknown, open_case
from portal.ladder import Step, climb
from portal.registry.recipients import COUNSEL, DELEGATE, MINISTER, REPRESENTATIVE
from portal.tracing import attempts_of, letters_of
from portal.web.language import N_
from storage.bundle import Bundle

# Notices that the portal writes by itself keep the place in the case for a reason.
REASONS: Mapping[str, str] = MappingProxyType({
    "counsel_of_record": COUNSEL,
    "ministers_counsel": MINISTER,
    "party": N_("Party to the case"),
    "designated_representative": REPRESENTATIVE,
    "delegate": DELEGATE,
})  # fmt: skip


@dataclass(frozen=True)
class Served:
    """One person, or one party, and how far the notice came with them."""

    row: Any
    steps: Sequence[Step]

    @property
    def why(self) -> str:
        """Why they were served, in words to be translated."""
        return REASONS.get(self.row.why, self.row.why)


@dataclass(frozen=True)
class Issued:
    """One issued notice, with everybody it was served on as far as the reader may know."""

    opened: OpenCase
    notice: Any
    services: Sequence[Served]
    looked: Sequence[Any]

    def wording(self, language: Language) -> Wording:
        """What was said when it was issued."""
        subject = self.notice.subject_fr if language == "fr" else self.notice.subject_en
        parts = self.notice.parts_fr if language == "fr" else self.notice.parts_en
        return fixed_wording(language, subject, parts)

    def recallable(self, now: datetime) -> bool:
        """Whether it can still be taken back."""
        return self.notice.recalled_at is None and now < self.notice.leaves_at


async def read_issued(
    session: AsyncSession, me: UUID, notice_id: UUID, *, now: datetime, right: Right
) -> Issued:
    """The notice, for somebody who holds this right on its case; Unknown, Lacking."""
    case_id = await session.scalar(sa.select(Notice.case_id).where(Notice.id == notice_id))
    if case_id is None:
        raise Unknown
    opened = await open_case(session, me, case_id, right=right)
    found = await _PAGE.read(session, notice=notice_id, me=me, case=case_id)
    if not found.notices:
        raise Unknown
    notice = found.notices[0]
    mails, letters = _by_service(found.attempts), _by_service(found.letters)
    services = [
        Served(one, climb(notice, one, mails.get(one.id, ()), letters.get(one.id, ()), now=now))
        for one in found.services
    ]
    return Issued(opened, notice, services, found.looked)


def _by_service(rows: Sequence[Any]) -> Mapping[UUID, list[Any]]:
    groups: dict[UUID, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.service_id, []).append(row)
    return groups


_ME, _CASE = sa.bindparam("me", type_=sa.Uuid), sa.bindparam("case", type_=sa.Uuid)
_ID = sa.bindparam("notice", type_=sa.Uuid)
# Nobody but a courier reads where a mail went.
_SHOWN = [column for column in sa.inspect(Service).columns if column.key != "address"]
_PAGE = Bundle(
    notices=sa.select(*sa.inspect(Notice).columns).where(Notice.id == _ID),
    services=sa.select(*_SHOWN)
    .where(Service.notice_id == _ID)
    .order_by(Service.capacity.desc(), Service.person_name, Service.id),
    attempts=attempts_of(Service.notice_id == _ID),
    letters=letters_of(Service.notice_id == _ID),
    looked=looks(_ME, _CASE),
)
