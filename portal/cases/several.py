"""Several cases of one family, or of children whom one person represents, as cards on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from portal.cases.listing import Listed

# How long before and after its end a representation is spoken of.
NEAR = timedelta(days=30)
REMEMBERED = timedelta(days=90)


@dataclass(frozen=True)
class Child:
    """One person whom a case is about: oneself, or somebody one stands for until a day."""

    name: str
    own: bool
    until: datetime | None


@dataclass(frozen=True)
class Card:
    """One case, or several that one hearing is for; and whom it is about."""

    cases: Sequence[Listed]
    people: Sequence[Child]

    @property
    def hearing(self) -> Listed | None:
        """The case whose hearing is shown: all of a card have the same."""
        return self.cases[0] if self.cases[0].hearing_at else None

    @property
    def next_due(self) -> Listed | None:
        """The case in which something must be done first."""
        due = [case for case in self.cases if case.due]
        return min(due, key=lambda case: case.due.due if case.due else None, default=None)  # pyright: ignore

    @property
    def unopened(self) -> int:
        """How many letters nobody has opened."""
        return sum(case.unopened for case in self.cases)

    def ending(self, now: datetime) -> list[Child]:
        """Those whom one represents for thirty days more, or less."""
        return [one for one in self.people if one.until and one.until <= now + NEAR]


def represented() -> sa.Select[*tuple[Any, ...]]:
    """For whom I stand in each of my cases, and which case leads those heard together."""
    mine = sa.func.portal_represented().table_valued(
        sa.column("case_id", sa.Uuid),
        sa.column("lead", sa.Uuid),
        sa.column("party_id", sa.Uuid),
        "name",
        sa.column("own", sa.Boolean),
        sa.column("until", sa.TIMESTAMP(timezone=True)),
    )
    return sa.select(mine)


def represented_before(now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Whom I represented until lately; `why` only where it ended by itself."""
    ended = sa.func.portal_represented_before(now - REMEMBERED).table_valued(
        "name", "why", sa.column("at", sa.TIMESTAMP(timezone=True))
    )
    return sa.select(ended)


def cards(listed: Sequence[Listed], people: Sequence[Any]) -> list[Card]:
    """A card for each hearing, and one for each case without; in the list's order, soonest first."""
    leads = {row.case_id: row.lead for row in people}
    groups: dict[tuple[UUID, datetime | None], list[Listed]] = {}
    for case in listed:
        together = leads.get(case.id, case.id) if case.hearing_at else case.id
        groups.setdefault((together, case.hearing_at), []).append(case)
    return [
        Card(
            cases=group,
            people=[
                Child(row.name, row.own, row.until)
                for row in people
                if row.case_id in {case.id for case in group}
            ],
        )
        for group in groups.values()
    ]
