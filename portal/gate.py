"""The one "may I?": a case is reached only through here, and so is every list of cases."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Acting, Case, Person, Right
from portal.models.standing import visible_authority

Row = TypeVar("Row")

__all__ = [
    "AmbiguousPrincipal",
    "Authority",
    "Chain",
    "Lacking",
    "OpenCase",
    "Right",
    "Unknown",
    "find",
    "hidden",
    "hold_everybody",
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

    def __init__(
        self, chains: tuple["Chain", ...], *, right: Right, case_id: UUID | None = None
    ) -> None:
        """`chains`: what there is to choose from, each with the right that is needed."""
        super().__init__("for whom?")
        self.chains = chains
        self.right = right
        self.case_id = case_id


@dataclass(frozen=True)
class Chain:
    """How rights on a case come to me: by my own standing, or lent by a principal until a day."""

    principal_id: UUID
    principal_name: str
    delegation_id: UUID | None
    until: datetime | None
    rights: frozenset[Right]
    # The principal's place in the case, and since when this chain holds.
    role: str = ""
    since: datetime | None = None
    standing_since: datetime | None = None

    @property
    def lent(self) -> bool:
        """Whether somebody lent this."""
        return self.delegation_id is not None

    @property
    def side(self) -> str:
        """On which side it stands: an entry that names it is told there and to the registry."""
        return {"ministers_counsel": "minister", "registry": "registry"}.get(self.role, "person")


@dataclass(frozen=True)
class Authority:
    """Everything I may do on one case, and through which chains."""

    person_id: UUID
    chains: tuple[Chain, ...]
    # For whom I chose to act here, where several lent me the case.
    chosen: UUID | None = None
    case_id: UUID | None = None

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
            able = tuple(chain for chain in able if chain.principal_id == self.chosen) or able
        if len({chain.principal_id for chain in able}) > 1:
            raise AmbiguousPrincipal(able, right=right, case_id=self.case_id)
        if not able:
            raise Lacking(right, ())
        return able[0]

    def must_choose(self, right: Right) -> bool:
        """Whether an act that needs this right must first be said to be for whom."""
        try:
            self.chain_for(right)
        except (AmbiguousPrincipal, Lacking) as error:
            return isinstance(error, AmbiguousPrincipal)
        return False

    @property
    def principals(self) -> tuple[Chain, ...]:
        """Those I may act for, each with all that they lend me here; nobody where I stand myself."""
        if any(not chain.lent for chain in self.chains):
            return ()
        named = sorted(self.chains, key=lambda chain: chain.principal_name)
        ids = dict.fromkeys(chain.principal_id for chain in named)
        return tuple(_together([c for c in named if c.principal_id == one]) for one in ids)

    @property
    def acting_for(self) -> Chain | None:
        """The principal for whom I am here; None where I have standing, or must still choose."""
        able = self.principals
        chosen = [chain for chain in able if chain.principal_id == self.chosen]
        return chosen[0] if chosen else able[0] if len(able) == 1 else None

    def acting_on(self, principal: UUID | None) -> Chain | None:
        """The same before a thing that is this principal's already, such as a draft or a copy."""
        lent = [one for one in self.chains if one.lent and one.principal_id == principal]
        return _together(lent) if lent else self.acting_for

    def spans(self, principal: UUID) -> list[tuple[datetime, frozenset[Right]]]:
        """Until when this principal lends me which rights here, what lasts longest first."""
        ends: dict[Right, datetime] = {}
        for one in self.chains:
            if one.lent and one.until and one.principal_id == principal:
                ends |= {r: max(one.until, ends.get(r, one.until)) for r in one.rights}
        untils = sorted(set(ends.values()), reverse=True)
        return [(until, frozenset(r for r in ends if ends[r] == until)) for until in untils]


def _together(chains: list[Chain]) -> Chain:
    """All loans of one principal as one: every right, until the last of them ends."""
    last = max(chains, key=lambda chain: (chain.until is None, chain.until))
    return replace(last, rights=frozenset[Right]().union(*(chain.rights for chain in chains)))


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
        """The principal for whom I am here, if it is for somebody."""
        return self.authority.acting_for


async def open_case(
    session: AsyncSession, me: UUID, case_id: UUID, *, right: Right, lock: bool = False
) -> OpenCase:
    """The case, if I hold this right on it now; Unknown to strangers, Lacking to those known.

    `lock` holds the rows that give the right until the transaction ends, so that nothing can end
    between the question and the act (failures.md, threat 4).
    """
    if lock:
        await session.execute(sa.select(sa.func.portal_hold(case_id)))
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
            row.role,
            row.since,
            row.standing_since,
        )
        for row in rows
    )
    chosen = next((row.principal_id for row in rows if row.chosen), None)
    opened = OpenCase(rows[0].Case, Authority(me, chains, chosen, case_id))
    if not opened.may(right):
        raise Lacking(right, await _lenders(session, case_id, right))
    return opened


def _chains_on(case_id: UUID, me: UUID) -> sa.Select[*tuple[Any, ...]]:
    """The case with every chain that gives me something on it, my own standing first."""
    a = visible_authority
    mine = sa.and_(
        Acting.person_id == me,
        Acting.case_id == case_id,
        Acting.principal_id == a.c.principal_id,
        # Who lends me the case anew, after the loan I chose had ended, is chosen anew.
        Acting.chosen_at >= a.c.since,
    )
    return (
        sa.select(
            Case,
            a.c.principal_id,
            a.c.delegation_id,
            sa.func.array_agg(sa.distinct(a.c.right)).label("rights"),
            sa.func.min(a.c.until).label("until"),
            sa.func.min(a.c.role).label("role"),
            sa.func.min(a.c.since).label("since"),
            a.c.principal_name,
            sa.func.min(a.c.standing_since).label("standing_since"),
            sa.func.bool_or(Acting.person_id.is_not(None)).label("chosen"),
        )
        .join(a, a.c.case_id == Case.id)
        .outerjoin(Acting, mine)
        .where(Case.id == case_id, a.c.person_id == me)
        .group_by(Case.id, a.c.principal_id, a.c.principal_name, a.c.delegation_id)
        .order_by(a.c.delegation_id.nulls_first())
    )


async def find(session: AsyncSession, kind: type[Row], key: UUID) -> Row:
    """The row, if row-level security shows it; else Unknown."""
    found = await session.get(kind, key)
    if found is None:
        raise Unknown
    return found


async def hidden(session: AsyncSession, me: UUID, wanted: UUID) -> Unknown:
    """What to raise where row-level security shows no such document or submission.

    Raises Lacking itself, to who sees the case it was filed in and may not read there.
    """
    case_id: UUID | None = await session.scalar(sa.select(sa.func.portal_case_of_filed(wanted)))
    if case_id is not None:
        await open_case(session, me, case_id, right=Right.read)
    return Unknown()


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


async def hold_everybody(session: AsyncSession, cases: Collection[UUID]) -> None:
    """Until the transaction ends nobody loses access to these cases; ask after it who has some.

    All of them at once, before any entry: whoever ends a loan holds it, and then the chains.
    """
    asked = sa.cast(list(cases), ARRAY(sa.Uuid))
    await session.execute(sa.select(sa.func.portal_hold_everybody(asked)))
