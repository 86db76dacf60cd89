"""The list of my cases: what is next, what is due, what is new. Driven from authority."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.selectable import LateralFromClause

from notices.model import Notice, Service
from portal.models import Case, Hearing, Party
from portal.rules.deadlines import Deadline, deadlines

MOST = 50
MOST_WORDS = 8
LONGEST_SEARCH = 100
# Digits of a UCI (domain.md §4); people type them with dashes, spaces or nothing between.
UCI_LENGTHS = (8, 10)


@dataclass(frozen=True)
class Listed:
    """One case of the list."""

    id: UUID
    title: str
    division: str
    office: str
    closed_at: datetime | None
    numbers: Sequence[str]
    hearing_at: datetime | None
    hearing_day: date | None
    hearing_zone: str | None
    due: Deadline | None
    unopened: int


async def list_cases(
    session: AsyncSession,
    me: UUID,
    *,
    now: datetime,
    divisions: Sequence[str] = (),
    search: str = "",
    page: int = 1,
) -> tuple[list[Listed], bool]:
    """One page of the cases I may see, the next hearing first; and whether there are more.

    `divisions`: a registry officer's own, who sees all of them; `search`: words of titles, names, numbers.
    """
    past, words = (page - 1) * MOST, sought(search)
    select = _of_divisions(me, divisions, words, now) if divisions else _mine(words, now, past)
    rows = (await session.execute(select.offset(past) if divisions else select)).all()
    return [_listed(row, now) for row in rows[:MOST]], len(rows) > MOST


async def count_open(
    session: AsyncSession, divisions: Sequence[str], search: str
) -> dict[str, int]:
    """How many open cases of these divisions a search finds, by division."""
    found = (Case.division.in_(divisions), Case.closed_at.is_(None), *matching(sought(search)))
    rows = await session.execute(
        sa.select(Case.division, sa.func.count().label("cases"))
        .where(*found)
        .group_by(Case.division)
        .order_by(Case.division)
    )
    return {row.division: row.cases for row in rows}


def _mine(words: Sequence[str], now: datetime, past: int) -> sa.Select[*tuple[Any, ...]]:
    """One question of the database's own: of somebody who works for ten there are 20,000 cases."""
    asked = sa.cast(words, ARRAY(sa.Text))
    moment = sa.TIMESTAMP(timezone=True)
    page = sa.func.portal_listed(now, asked, MOST + 1, past).table_valued(
        sa.column("id", sa.Uuid),
        *("title", "division", "office"),
        sa.column("closed_at", moment),
        sa.column("hearing_at", moment),
        sa.column("hearing_day", sa.Date),
        "hearing_zone",
        sa.column("numbers", ARRAY(sa.Text)),
        sa.column("unopened", sa.BigInteger),
    )
    return sa.select(page)


def _of_divisions(
    me: UUID, divisions: Sequence[str], words: Sequence[str], now: datetime
) -> sa.Select[*tuple[Any, ...]]:
    upcoming = _next_hearing(now)
    return (
        sa.select(
            Case.id,
            Case.title,
            Case.division,
            Case.office,
            Case.closed_at,
            upcoming.c.starts_at.label("hearing_at"),
            sa.cast(upcoming.c.local_start, sa.Date).label("hearing_day"),
            upcoming.c.zone.label("hearing_zone"),
            _numbers().label("numbers"),
            _unopened(me).label("unopened"),
        )
        .outerjoin(upcoming, sa.true())
        .where(Case.division.in_(divisions), *matching(words))
        .order_by(upcoming.c.starts_at.nulls_last(), Case.opened_at.desc(), Case.id)
        .limit(MOST + 1)
    )


def _next_hearing(now: datetime) -> LateralFromClause:
    return (
        sa.select(Hearing.starts_at, Hearing.local_start, Hearing.zone)
        .where(Hearing.case_id == Case.id, Hearing.cancelled_at.is_(None))
        .where(Hearing.ends_at > now)
        .order_by(Hearing.starts_at)
        .limit(1)
        .correlate(Case)
        .lateral("upcoming")
    )


def _numbers() -> sa.ScalarSelect[Any]:
    return (
        sa.select(sa.func.array_agg(sa.text("file_number order by file_number")))
        .select_from(Party)
        .where(Party.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery()
    )


def _unopened(me: UUID) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .select_from(Service)
        .join(Notice, Notice.id == Service.notice_id)
        .where(Service.case_id == Case.id, Service.person_id == me)
        .where(Service.opened_at.is_(None), Notice.recalled_at.is_(None))
        .where(Service.placed_at <= sa.func.now())
        .correlate(Case)
        .scalar_subquery()
    )


def matching(words: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    """Conditions on a case: each word in its title, or in a name or number of its people; none: all."""
    if not words:
        return []
    found = sa.select(sa.func.portal_found(sa.cast(words, ARRAY(sa.Text))))
    return [Case.id.in_(found)]


def sought(search: str) -> list[str]:
    """The words a case must hold: "TB6-03419/20" is found by its first number, a UCI as digits."""
    # An address can hold what no text of the database can.
    search = search.replace("\0", "")[:LONGEST_SEARCH]
    digits = re.sub(r"[\s-]", "", search)
    if digits.isdecimal() and len(digits) in UCI_LENGTHS:
        return [digits]
    words = (word.split("/")[0].strip(",;") for word in search.split())
    return [word for word in words if word][:MOST_WORDS]


def _listed(row: sa.Row[*tuple[Any, ...]], now: datetime) -> Listed:
    days = [row.hearing_day] if row.hearing_day else []
    due = [
        deadline
        for deadline in deadlines(division=row.division, office=row.office, hearings=days)
        if not deadline.passed(now)
    ]
    return Listed(
        id=row.id,
        title=row.title,
        division=row.division,
        office=row.office,
        closed_at=row.closed_at,
        numbers=row.numbers or (),
        hearing_at=row.hearing_at,
        hearing_day=row.hearing_day,
        hearing_zone=row.hearing_zone,
        due=due[0] if due else None,
        unopened=row.unopened,
    )
