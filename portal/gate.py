"""The one "may I?": a case is reached only through here, and so is every list of cases."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Case, Person, Right
from portal.models.standing import visible_authority

__all__ = [
    "AmbiguousPrincipal",
    "Authority",
    "Chain",
    "Lacking",
    "OpenCase",
    "Right",
    "Unknown",
    "my_cases",
    "open_case",
]


class Unknown(Exception):
    """To this person the thing does not exist: the same answer whether it does or not."""


class Lacking(Exception):
    """Known to the case, but without the right that was asked for."""

    def __init__(self, right: Right, lenders: tuple[str, ...]) -> None:
        """`lenders`: names of those on the case who have the right and could lend it."""
        super().__init__(right)
        self.right = right
        self.lenders = lenders


class AmbiguousPrincipal(Exception):
    """The act could be done for several people; the person must say for whom."""

    def __init__(self, chains: tuple["Chain", ...]) -> None:
        """`chains`: what there is to choose from."""
        super().__init__("for whom?")
        self.chains = chains


@dataclass(frozen=True)
class Chain:
    """How rights on a case come to me: by my own standing, or lent by a principal until a day."""

    principal_id: UUID
    principal_name: str
    delegation_id: UUID | None
    until: datetime | None
    rights: frozenset[Right]

    @property
    def lent(self) -> bool:
        """Whether somebody lent this."""
        return self.delegation_id is not None


@dataclass(frozen=True)
class Authority:
    """Everything I may do on one case, and through which chains."""

    person_id: UUID
    chains: tuple[Chain, ...]

    def may(self, right: Right) -> bool:
        """Whether any chain gives me this right."""
        return any(right in chain.rights for chain in self.chains)

    def chain_for(self, right: Right, *, principal: UUID | None = None) -> Chain:
        """The chain an act goes through: one's own standing first, else the one principal.

        Raises AmbiguousPrincipal where several could be meant and none was named: never guessed.
        """
        able = tuple(chain for chain in self.chains if right in chain.rights)
        if principal is not None:
            able = tuple(chain for chain in able if chain.principal_id == principal)
        own = [chain for chain in able if not chain.lent]
        if own:
            return own[0]
        if len({chain.principal_id for chain in able}) > 1:
            raise AmbiguousPrincipal(able)
        if not able:
            raise Lacking(right, ())
        return able[0]


@dataclass(frozen=True)
class OpenCase:
    """A case that the gate has opened, with what the person may do on it."""

    case: Case
    authority: Authority = field(repr=False)

    @property
    def id(self) -> UUID:
        """The case's id."""
        return self.case.id

    def may(self, right: Right) -> bool:
        """Whether the person may do this here."""
        return self.authority.may(right)

    @property
    def acting_for(self) -> Chain | None:
        """The principal whose loan lets me see this; None where I have standing of my own."""
        own = any(not chain.lent for chain in self.authority.chains)
        return None if own or not self.authority.chains else self.authority.chains[0]


async def open_case(
    session: AsyncSession, me: UUID, case_id: UUID, *, right: Right, lock: bool = False
) -> OpenCase:
    """The case, if I hold this right on it now; Unknown to strangers, Lacking to those known.

    `lock` holds the rows that give the right until the transaction ends, so that nothing can end
    between the question and the act (failures.md, threat 4).
    """
    rows = (await session.execute(_chains_on(case_id, me))).all()
    if not rows:
        raise Unknown
    chains = tuple(
        Chain(
            row.principal_id,
            row.principal_name or "",
            row.delegation_id,
            row.until,
            frozenset(Right(right) for right in row.rights),
        )
        for row in rows
    )
    opened = OpenCase(rows[0].Case, Authority(me, chains))
    if not opened.may(right):
        raise Lacking(right, await _lenders(session, case_id, right))
    if lock:
        await _hold(session, case_id)
    return opened


def _chains_on(case_id: UUID, me: UUID) -> sa.Select[*tuple[Any, ...]]:
    """The case with every chain that gives me something on it, my own standing first."""
    a = visible_authority
    return (
        sa.select(
            Case,
            a.c.principal_id,
            a.c.delegation_id,
            sa.func.array_agg(sa.distinct(a.c.right)).label("rights"),
            sa.func.min(a.c.until).label("until"),
            a.c.principal_name,
        )
        .join(a, a.c.case_id == Case.id)
        .where(Case.id == case_id, a.c.person_id == me)
        .group_by(Case.id, a.c.principal_id, a.c.principal_name, a.c.delegation_id)
        .order_by(a.c.delegation_id.nulls_first())
    )


def my_cases(me: UUID, right: Right = Right.see) -> sa.Select[*tuple[Any, ...]]:
    """The ids of the cases I hold this right on; every list is driven from it."""
    return sa.select(sa.column("case_id", sa.Uuid)).select_from(
        sa.func.portal_cases(sa.literal(right.value)).alias("case_id")
    )


async def _lenders(session: AsyncSession, case_id: UUID, right: Right) -> tuple[str, ...]:
    """Those with standing on the case who have the right of their own."""
    a = visible_authority
    names = await session.scalars(
        sa.select(Person.name)
        .distinct()
        .join(a, a.c.person_id == Person.id)
        .where(a.c.case_id == case_id, a.c.right == right.value, a.c.delegation_id.is_(None))
        .where(a.c.standing_id.is_not(None))
        .order_by(Person.name)
    )
    return tuple(names)


async def _hold(session: AsyncSession, case_id: UUID) -> None:
    """Share-lock the standings and delegations my authority hangs on, then look at them again."""
    held = await session.scalar(sa.select(sa.func.portal_hold(case_id)))
    if not held:
        raise Unknown
