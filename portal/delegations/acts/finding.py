"""Finding: what was done in somebody's name, by person, case, act and day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.cases.listing import matching, sought
from portal.gate import my_cases
from portal.models import Case, Entry, Party, Person
from portal.web.language import N_
from storage.bundle import bundle

PAGE = 50

# What delegates can do, as a filter and a table name it.
ACTS: Mapping[str, str] = {
    "submission.filed": N_("Filed documents"),
    "document.read": N_("Opened a document"),
    "document.withdrawn": N_("Withdrew a document"),
    "document.withdrawal_asked": N_("Asked to withdraw a document"),
    "case.taken": N_("Took a copy of a case"),
    "notice.opened": N_("Opened a notice"),
    "notice.acknowledged": N_("Acknowledged a notice"),
    "delegation.narrowed": N_("Narrowed access"),
    "delegation.ended": N_("Ended access"),
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for; nothing said means everything."""

    principal: UUID
    zone: str
    person: UUID | None = None
    case: str = ""
    act: str = ""
    first_day: date | None = None
    last_day: date | None = None


def done_for(principal: UUID) -> sa.Select[*tuple[Any, ...]]:
    """Acts in this person's name on cases that the reader sees, the newest first."""
    numbers = (
        sa.select(sa.func.string_agg(Party.file_number, sa.text("', ' order by file_number")))
        .where(Party.case_id == Entry.case_id)
        .correlate(Entry)
        .scalar_subquery()
    )
    return (
        sa.select(
            Entry.case_id,
            Entry.number,
            Entry.at,
            Entry.act,
            Entry.actor_id,
            Entry.actor_name,
            Entry.principal_name,
            Entry.facts,
            Case.title,
            numbers.label("file_numbers"),
        )
        .join(Case, Case.id == Entry.case_id)
        .where(Entry.principal_id == principal, Entry.case_id.in_(my_cases(principal)))
        .order_by(Entry.at.desc(), Entry.case_id, Entry.number.desc())
    )


def find(wanted: Wanted) -> sa.Select[*tuple[Any, ...]]:
    """The acts that were looked for."""
    found = done_for(wanted.principal)
    if wanted.person:
        found = found.where(Entry.actor_id == wanted.person)
    if wanted.act:
        found = found.where(Entry.act == wanted.act)
    if wanted.case:
        found = found.where(*matching(sought(wanted.case)))
    if wanted.first_day:
        found = found.where(Entry.at >= _midnight(wanted.first_day, wanted.zone))
    if wanted.last_day:
        found = found.where(Entry.at < _midnight(wanted.last_day + timedelta(days=1), wanted.zone))
    return found


@dataclass(frozen=True)
class Found:
    """One page of acts, with what there is to choose from."""

    acts: Sequence[Any]
    more: bool
    people: Sequence[Any]
    principals: Sequence[Any]


async def find_page(session: AsyncSession, wanted: Wanted, *, page: int) -> Found:
    """A page of the acts, the people who did any, and those whose acts the reader may look at."""
    principal = sa.func.portal_principals(type_=sa.Uuid()).column_valued("principal")
    everything = done_for(wanted.principal).order_by(None).subquery()
    people = (
        sa.select(
            everything.c.actor_id.label("id"), sa.func.max(everything.c.actor_name).label("name")
        )
        .group_by(everything.c.actor_id)
        .order_by(sa.text("name"))
    )
    found = await bundle(
        session,
        acts=find(wanted).offset((page - 1) * PAGE).limit(PAGE + 1),
        people=people,
        principals=sa.select(Person.id, Person.name)
        .where(Person.id.in_(sa.select(principal)))
        .order_by(Person.name),
    )
    return Found(found.acts[:PAGE], len(found.acts) > PAGE, found.people, found.principals)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
