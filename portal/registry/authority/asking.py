"""Asking who could see a case at a moment, and through which chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from portal.cases.looking import looks
from portal.gate import Chain, Right
from portal.models import Account, Party
from storage.bundle import bundle


@dataclass(frozen=True)
class Held:
    """One way in which somebody could see the case."""

    person_id: UUID
    name: str
    chain: Chain


async def find_case(
    session: AsyncSession, file_number: str, *, me: UUID
) -> tuple[UUID | None, Sequence[Any]]:
    """The case with this file number, as far as I may know of one, and my looks at it lately."""
    case = sa.select(Party.case_id).where(sa.func.upper(Party.file_number) == file_number.upper())
    looked = looks(me, case.limit(1).scalar_subquery())
    found = await bundle(session, cases=case.limit(1), looked=looked)
    return next((one.case_id for one in found.cases), None), found.looked


async def who_could(
    session: AsyncSession, case_id: UUID, *, person: str, moment: datetime
) -> Sequence[Held]:
    """Everybody who could see the case then; `person`: an e-mail address or part of a name."""
    a = sa.func.portal_authority_at(None, case_id, moment).table_valued(
        sa.column("right", sa.Text),
        sa.column("delegation_id", sa.Uuid),
        sa.column("principal_id", sa.Uuid),
        sa.column("role", sa.Text),
        sa.column("since", sa.TIMESTAMP(timezone=True)),
        sa.column("until", sa.TIMESTAMP(timezone=True)),
        sa.column("principal_name", sa.Text),
        sa.column("person_id", sa.Uuid),
        sa.column("person_name", sa.Text),
        sa.column("standing_since", sa.TIMESTAMP(timezone=True)),
    )
    same = (a.c.person_id, a.c.person_name, a.c.principal_id, a.c.principal_name)
    rows = await session.execute(
        sa.select(
            *same,
            a.c.delegation_id,
            sa.func.min(a.c.role).label("role"),
            sa.func.min(a.c.since).label("since"),
            sa.func.min(a.c.until).label("until"),
            sa.func.min(a.c.standing_since).label("standing_since"),
            sa.cast(sa.func.array_agg(sa.distinct(a.c.right)), ARRAY(sa.Text)).label("rights"),
        )
        .where(*_named(person, a.c.person_id, a.c.person_name))
        .group_by(*same, a.c.delegation_id)
        .order_by(a.c.delegation_id.is_not(None), a.c.person_name)
    )
    return [_held(row) for row in rows]


def _named(
    person: str, key: sa.ColumnElement[UUID], name: sa.ColumnElement[str]
) -> list[sa.ColumnElement[bool]]:
    if "@" in person:
        account = sa.select(Account.person_id).where(Account.email == person.lower())
        return [key.in_(account)]
    return [name.icontains(person, autoescape=True)] if person else []


def _held(row: sa.Row[*tuple[Any, ...]]) -> Held:
    chain = Chain(
        row.principal_id,
        row.principal_name,
        row.delegation_id,
        row.until,
        frozenset(map(Right, row.rights)),
        row.role,
        row.since,
        row.standing_since,
    )
    return Held(row.person_id, row.person_name, chain)
