"""Matching: which case a retainer means, asked when an officer looks, never when it comes."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Case, Party, Retainer
from portal.registry.incoming import MOST, Bound, total


@dataclass(frozen=True)
class Match:
    """A case with the number that counsel gave, and whether the name or birthday agrees too."""

    case: Case
    party: Party
    agrees: bool


def retainers_waiting(divisions: Bound) -> sa.Select[*tuple[Any, ...]]:
    """Who says to be counsel and waits for an answer, the oldest first; with the case, if one agrees."""
    columns: list[Any] = [
        Retainer.id,
        Retainer.asked_at,
        Retainer.asked_by_name,
        Retainer.file_number,
        Case.id.label("case_id"),
        Case.title,
        total(),
    ]
    return (
        sa.select(*columns)
        .outerjoin(Party, sa.and_(Party.file_number == Retainer.file_number, _agrees()))
        .outerjoin(Case, sa.and_(Case.id == Party.case_id, Case.division == Retainer.division))
        # Written out, not bound: only so does the partial index serve a prepared statement.
        .where(sa.text("retainer.outcome is null"), Retainer.division.in_(divisions))
        .order_by(Retainer.asked_at)
        .limit(MOST)
    )


async def find_match(session: AsyncSession, retainer: Retainer, number: str) -> Match | None:
    """The case of its division with this file number."""
    agrees = sa.func.coalesce(_agrees(), sa.false()).label("agrees")
    row = (
        await session.execute(
            sa.select(Case, Party, agrees)
            .select_from(Party)
            .join(Case, Case.id == Party.case_id)
            .join(Retainer, Retainer.id == retainer.id)
            .where(Party.file_number == number, Case.division == retainer.division)
        )
    ).one_or_none()
    return Match(row.Case, row.Party, row.agrees) if row else None


def _agrees() -> sa.ColumnElement[bool]:
    """Whether the party's name holds the family name that was typed, or the birthday is the same."""
    folded = sa.func.portal_folded
    named = sa.func.strpos(folded(Party.name), folded(Retainer.family_name)) > 0
    return sa.or_(
        sa.and_(Retainer.family_name.is_not(None), named), Party.born_on == Retainer.born_on
    )
