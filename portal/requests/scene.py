"""Where somebody stands who is about to ask: the case, the name to ask in, what there is to ask about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.gate import Chain, OpenCase, Right, open_case
from portal.models import Case, Hearing, Party, Role
from portal.models.standing import visible_authority
from portal.rules import rules


@dataclass(frozen=True)
class Counsel:
    """Somebody who is counsel of record, and to whom he or she lends access to this case."""

    standing_id: UUID
    person_id: UUID
    name: str
    delegates: tuple[str, ...]


@dataclass(frozen=True)
class Scene:
    """Somebody about to ask: on which case, in whose name, and what the case holds."""

    opened: OpenCase
    chain: Chain
    # Those to come, the next one first.
    hearings: Sequence[Hearing]
    parties: Sequence[Party]
    # Counsel of record, each with the delegates.
    counsel: Sequence[Counsel]
    now: datetime

    @property
    def case(self) -> Case:
        """The case."""
        return self.opened.case

    @property
    def today(self) -> date:
        """The date at the registry office, whose clock judges."""
        return self.now.astimezone(ZoneInfo(rules.offices[self.case.office].zone)).date()

    def hearing(self, hearing_id: object) -> Hearing | None:
        """The coming hearing of this id."""
        return next((one for one in self.hearings if str(one.id) == str(hearing_id)), None)


async def set_scene(
    session: AsyncSession, me: UUID, case_id: UUID, *, now: datetime, lock: bool = False
) -> Scene:
    """The case before somebody who may ask; raises AmbiguousPrincipal where it could be for several."""
    opened = await open_case(session, me, case_id, right=Right.request, lock=lock)
    chain = opened.authority.chain_for(Right.request)
    coming = (
        sa.select(Hearing)
        .where(Hearing.case_id == case_id, Hearing.cancelled_at.is_(None), Hearing.starts_at > now)
        .order_by(Hearing.starts_at)
    )
    parties = sa.select(Party).where(Party.case_id == case_id).order_by(Party.file_number)
    hearings = (await session.scalars(coming)).all()
    people = (await session.scalars(parties)).all()
    return Scene(opened, chain, hearings, people, await _counsel(session, case_id), now)


async def _counsel(session: AsyncSession, case_id: UUID) -> list[Counsel]:
    a = visible_authority
    lent = sa.func.array_agg(sa.distinct(a.c.person_name)).filter(a.c.delegation_id.is_not(None))
    rows = await session.execute(
        sa.select(a.c.standing_id, a.c.principal_id, a.c.principal_name, lent.label("delegates"))
        .where(a.c.case_id == case_id, a.c.role == Role.counsel)
        .group_by(a.c.standing_id, a.c.principal_id, a.c.principal_name)
        .order_by(a.c.principal_name)
    )
    return [
        Counsel(row.standing_id, row.principal_id, row.principal_name, tuple(row.delegates or ()))
        for row in rows
    ]
