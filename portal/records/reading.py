"""What of a case somebody may take along now, asked in one question of the database."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.gate import OpenCase, Right, open_case
from portal.models import Document, DocumentState, Entry, Party, Submission
from portal.models.review import ReviewOutcome
from portal.rules import rules
from storage.bundle import Bundle


@dataclass(frozen=True)
class Holdings:
    """The documents in the order of exhibits, and those that are not among them."""

    opened: OpenCase
    file_numbers: Sequence[str]
    documents: Sequence[Any]
    # Filed, and not readable: still being checked, or not accepted.
    left_out: Sequence[Any]
    # The last act on the case: its number and hash stand for all acts before it.
    entries: int
    chain: bytes

    @property
    def standing(self) -> "Holdings":
        """Those of them that the case now consists of; the others are counted as left out."""
        stand = [one for one in self.documents if stands(one)]
        gone = [one for one in self.documents if not stands(one)]
        return replace(self, documents=stand, left_out=[*self.left_out, *gone])

    @property
    def case_id(self) -> UUID:
        """The case."""
        return self.opened.id

    @property
    def number(self) -> str:
        """The first of its file numbers."""
        return self.file_numbers[0] if self.file_numbers else str(self.case_id)

    @property
    def size(self) -> int:
        """All documents together, in bytes."""
        return sum(one.size for one in self.documents)

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the registry office."""
        return ZoneInfo(rules.offices[self.opened.case.office].zone)

    @property
    def newest(self) -> datetime:
        """When the last of the documents was received: the copy is of this moment, whenever made."""
        received = [one.filed_at for one in self.documents]
        return max(received, default=self.opened.case.opened_at)

    def local(self, moment: datetime) -> datetime:
        """This moment on the registry office's clock, without its zone, as a ZIP keeps times."""
        return moment.astimezone(self.zone).replace(tzinfo=None, microsecond=0)


def stands(document: Any) -> bool:  # noqa: ANN401 - a row
    """Whether it is part of the case: not taken back, replaced, or refused by the registry."""
    gone = document.withdrawn_at or document.replaced_at
    return not gone and document.review != ReviewOutcome.refused


async def read_holdings(
    session: AsyncSession, me: UUID, case_id: UUID, *, right: Right = Right.read, lock: bool = False
) -> Holdings:
    """What I may take of this case; row-level security leaves out what I may not read."""
    opened = await open_case(session, me, case_id, right=right, lock=lock)
    found = await _ALL.read(session, case=case_id)
    last = found.last[0] if found.last else None
    clean = [one for one in found.documents if one.state == DocumentState.clean]
    clean.sort(key=_in_order)
    return Holdings(
        opened=opened,
        file_numbers=[party.file_number for party in found.parties],
        documents=clean,
        left_out=[one for one in found.documents if one.state != DocumentState.clean],
        entries=last.number if last else 0,
        chain=last.hash if last else b"",
    )


def _in_order(document: Any) -> tuple[str, int]:  # noqa: ANN401 - a row
    """By exhibit number; what was filed before there were such numbers comes first, as it came."""
    letter, _, number = (document.exhibit or "").partition("-")
    return letter, int(number or 0)


_CASE = sa.bindparam("case", type_=sa.Uuid)
_ALL = Bundle(
    documents=sa.select(
        Document.id,
        Document.exhibit,
        Document.name,
        Document.title,
        Document.type,
        Document.language,
        Document.pages,
        Document.size,
        Document.sha256,
        Document.media_type,
        Document.object_key,
        Document.state,
        Document.review,
        Document.replaced_at,
        Document.withdrawn_at,
        Document.sealed_at,
        Submission.receipt,
        Submission.filed_at,
        Submission.filer_name,
        Submission.principal_name,
    )
    .join(Submission, Submission.id == Document.submission_id)
    .where(Document.case_id == _CASE, Submission.filed_at.is_not(None))
    .where(Document.removed_at.is_(None))
    .order_by(Submission.filed_at, Submission.receipt, Document.position, Document.kept_at),
    parties=sa.select(Party.file_number).where(Party.case_id == _CASE).order_by(Party.file_number),
    last=sa.select(Entry.number, Entry.hash)
    .where(Entry.case_id == _CASE)
    .order_by(Entry.number.desc())
    .limit(1),
)
