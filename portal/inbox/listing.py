"""The list of notices that were placed in my own inbox, the unopened ones first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.kinds import facts_from_json
from notices.model import Notice, Service
from portal.models import Case

MOST = 50


@dataclass(frozen=True)
class Received:
    """One notice as the list shows it."""

    service_id: UUID
    subject: str
    number: str
    file_number: str
    # Nothing where it says that I am counsel no more: of the case I see nothing else.
    case_id: UUID | None
    case_title: str | None
    # Whose notices these are, where somebody lent me the right to receive them too.
    principal_name: str | None
    placed_at: datetime
    opened_at: datetime | None
    acknowledged_at: datetime | None
    recalled_at: datetime | None
    wants_acknowledgement: bool
    # The language of the proceedings, in which it counts; every notice is said in both.
    language: str
    # The day by which it wants an answer, if it wants one.
    reply_by: date | None

    @property
    def waiting(self) -> bool:
        """Whether it still asks something of me: to be opened, or to be acknowledged."""
        done = self.acknowledged_at if self.wants_acknowledgement else self.opened_at
        return self.recalled_at is None and done is None


async def list_received(
    session: AsyncSession, me: UUID, *, language: str, page: int = 1
) -> tuple[Sequence[Received], bool]:
    """One page of my inbox, and whether there is more. A case that I may no longer read is gone."""
    select = (
        sa.select(
            Service.id.label("service_id"),
            (Notice.subject_fr if language == "fr" else Notice.subject_en).label("subject"),
            Notice.number,
            Notice.kind,
            Notice.facts,
            Notice.language,
            Notice.recalled_at,
            Case.id.label("case_id"),
            Case.title.label("case_title"),
            Service.principal_name,
            Service.placed_at,
            Service.opened_at,
            Service.acknowledged_at,
        )
        .join(Notice, Notice.id == Service.notice_id)
        .outerjoin(Case, Case.id == Service.case_id)
        .where(Service.person_id == me)
        .order_by(
            sa.and_(Service.opened_at.is_(None), Notice.recalled_at.is_(None)).desc(),
            Service.placed_at.desc(),
            Service.id,
        )
        .limit(MOST + 1)
        .offset((page - 1) * MOST)
    )
    rows = (await session.execute(select)).mappings().all()
    return [_received(row) for row in rows[:MOST]], len(rows) > MOST


def _received(row: sa.RowMapping) -> Received:
    columns = dict(row)
    stated = facts_from_json(columns.pop("kind"), columns.pop("facts"))
    return Received(
        **columns,
        file_number=stated.file_number,
        wants_acknowledgement=stated.wants_acknowledgement,
        reply_by=stated.reply_by,
    )
