"""Reading a notice of appeal back: for who sees the appeal, and for who filed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.appeals.counting import notice_due, record_due
from portal.gate import Unknown
from portal.models import Appeal, Case
from portal.models.standing import visible_authority
from portal.rules import rules
from portal.rules.deadlines import Deadline


@dataclass(frozen=True)
class Filed:
    """A notice of appeal as its receipt tells it."""

    appeal: Appeal
    numbers: Sequence[str]
    # The claim, where the reader sees it; and whether the appeal's case is the reader's to see.
    claim: Case | None
    visible: bool
    office: str

    @property
    def zone(self) -> str:
        """The clock of the registry office."""
        return rules.offices[self.office].zone

    @property
    def due(self) -> Deadline:
        """Until when the notice was in time."""
        return notice_due(self.appeal.reasons_received_on, office=self.office)

    @property
    def record_due(self) -> Deadline:
        """Until when the appellant's record is."""
        return record_due(self.appeal.reasons_received_on, office=self.office)


async def find_filed(session: AsyncSession, me: UUID, appeal_id: UUID) -> Filed | None:
    """The notice of appeal, if I filed it or see the appeal; None to everybody else.

    The registry of the claim knows that there is one, and not what it says.
    """
    appeal = await session.get(Appeal, appeal_id)
    if appeal is None:
        return None
    a = visible_authority
    mine = sa.exists().where(a.c.case_id == appeal_id, a.c.person_id == me)
    visible = bool(await session.scalar(sa.select(mine)))
    if not visible and appeal.filed_by != me:
        return None
    numbers = await session.scalar(sa.select(sa.func.portal_appeal_numbers(appeal_id)))
    claim = await session.get(Case, appeal.claim_case_id)
    own = await session.get(Case, appeal_id)
    office = (own or claim or _nowhere()).office
    return Filed(appeal, numbers or (), claim, visible, office)


async def read_filed(session: AsyncSession, me: UUID, appeal_id: UUID) -> Filed:
    """The same; raises Unknown."""
    found = await find_filed(session, me, appeal_id)
    if found is None:
        raise Unknown
    return found


def _nowhere() -> Case:
    raise Unknown
