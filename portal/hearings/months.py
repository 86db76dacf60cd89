"""A month of my hearings, day by day, and which of them cannot both be attended."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from portal.hearings.clashing import clashes
from portal.models import Answer, Delegation, Party, Person
from portal.models.standing import visible_authority
from storage.bundle import Bundle

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Choice:
    """What of all my hearings is shown; nothing chosen means all."""

    division: str = ""
    # Part of a case's title or of a file number.
    case: str = ""
    # Somebody to whom I lend: the hearings of the cases on which that person acts for me.
    delegate_id: UUID | None = None


@dataclass(frozen=True)
class Month:
    """The weeks of a month, from Sunday on, and what there is on each day."""

    first: date
    rows: Sequence[Any]
    # Hearings that overlap with another of mine.
    clashes: frozenset[UUID]
    delegates: Sequence[Any]

    @property
    def marked(self) -> bool:
        """Whether any hearing that is shown overlaps."""
        return any(row.id in self.clashes for row in self.rows)

    @property
    def weeks(self) -> list[list[date]]:
        """Whole weeks, the days before and after the month included."""
        start = self.first - self.first.isoweekday() % 7 * DAY
        end = following(self.first)
        weeks: list[list[date]] = []
        while start < end:
            weeks.append([start + number * DAY for number in range(7)])
            start += 7 * DAY
        return weeks

    @property
    def days(self) -> Mapping[date, list[Any]]:
        """The hearings of each day, on the clock of the place, soonest first."""
        by_day = groupby(self.rows, key=lambda row: row.local_start.date())
        return {day: list(rows) for day, rows in by_day}


async def read_month(
    session: AsyncSession, me: UUID, first: date, *, choice: Choice, divisions: Sequence[str] = ()
) -> Month:
    """The month that begins on `first`; an officer's (who has `divisions`), the divisions'.

    What overlaps is found among all that is mine, chosen or not, and over the month's edges.
    """
    begins, ends = (datetime.combine(day, time()) for day in (first, following(first)))
    page = _page(choice, divisions) if divisions or choice != Choice() else _EVERYTHING
    found = await page.read(session, me=me, begins=begins - DAY, ends=ends + DAY)
    rows = [row for row in found.rows if row.chosen and begins <= row.local_start < ends]
    overlapping = frozenset[UUID]() if divisions else clashes(found.rows)
    return Month(first, rows, overlapping, found.delegates)


def following(first: date) -> date:
    """The first day of the next month."""
    return (first.replace(day=28) + 4 * DAY).replace(day=1)


def preceding(first: date) -> date:
    """The first day of the month before."""
    return (first - DAY).replace(day=1)


_ME = sa.bindparam("me", type_=sa.Uuid)
_WALL, _MOMENT = sa.TIMESTAMP(timezone=False), sa.TIMESTAMP(timezone=True)
# By a function of the database: the policies of two tables would ask three times which cases are mine.
_HELD = sa.func.portal_hearings(
    sa.bindparam("begins", type_=_WALL), sa.bindparam("ends", type_=_WALL)
).table_valued(
    sa.column("id", sa.Uuid),
    sa.column("case_id", sa.Uuid),
    sa.column("local_start", _WALL),
    "zone",
    sa.column("starts_at", _MOMENT),
    sa.column("minutes", sa.Integer),
    sa.column("cancelled_at", _MOMENT),
    sa.column("moved_from", _MOMENT),
    "moved_from_zone",
    sa.column("untold", JSONB),
    *("title", "division"),
    sa.column("sitting_id", sa.Uuid),
    name="held",
)


def _page(choice: Choice, divisions: Sequence[str] = ()) -> Bundle:
    chosen = sa.and_(sa.true(), *_conditions(choice))
    rows = sa.select(_HELD, chosen.label("chosen")).order_by(_HELD.c.local_start, _HELD.c.id)
    if divisions:
        rows = rows.where(_HELD.c.division.in_(divisions))
    return Bundle(rows=rows, delegates=_my_delegates())


def _conditions(choice: Choice) -> Iterator[sa.ColumnElement[bool]]:
    if choice.division:
        yield _HELD.c.division == choice.division
    if choice.case:
        numbered = sa.exists().where(
            Party.case_id == _HELD.c.case_id,
            Party.file_number.icontains(choice.case, autoescape=True),
        )
        yield sa.or_(_HELD.c.title.icontains(choice.case, autoescape=True), numbered)
    if choice.delegate_id:
        a = visible_authority
        lent = sa.select(a.c.case_id).where(
            a.c.person_id == choice.delegate_id, a.c.principal_id == _ME, a.c.right == "see"
        )
        yield _HELD.c.case_id.in_(lent)


def _my_delegates() -> sa.Select[*tuple[Any, ...]]:
    """Those to whom I lend at this moment."""
    # Named one by one: whom I know is a question that is dear to ask of everybody.
    name = sa.select(Person.name).where(Person.id == Answer.person_id).scalar_subquery()
    return (
        sa.select(Answer.person_id.label("id"), name.label("name"))
        .join(Delegation, Delegation.id == Answer.delegation_id)
        .where(Delegation.grantor_id == _ME, Delegation.ended_at.is_(None))
        .where(Answer.accepted_at.is_not(None), Answer.ended_at.is_(None))
        .where(Delegation.starts_at <= sa.func.now(), Delegation.ends_at > sa.func.now())
        .distinct()
        .order_by("name")
    )


# Made once: what most people look at.
_EVERYTHING = _page(Choice())
