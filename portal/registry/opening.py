"""Opening a case: one or several joined claims, each with its own file number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record
from portal.models import Case, Party
from portal.web.language import N_, say, translations

# Titles write numbers out, as court files do; who counts further counts in figures.
NUMBERS = (
    N_("two"),
    N_("three"),
    N_("four"),
    N_("five"),
    N_("six"),
    N_("seven"),
    N_("eight"),
    N_("nine"),
)


class NumbersTaken(Exception):
    """These file numbers belong to somebody already; nothing was opened."""

    def __init__(self, numbers: Sequence[str]) -> None:
        """`numbers`: those that are taken."""
        super().__init__(", ".join(numbers))
        self.numbers = numbers


class FormUsed(Exception):
    """This form has opened another case already."""


@dataclass(frozen=True, kw_only=True)
class NewParty:
    """One joined claim, as the registry writes it down."""

    name: str
    file_number: str
    uci: str | None = None
    born_on: date | None = None
    interpretation: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """A case to be opened; its id comes with the form."""

    id: UUID
    division: str
    office: str
    language: str
    title: str
    parties: Sequence[NewParty]


async def open_new_case(session: AsyncSession, new: NewCase, *, by: Actor, now: datetime) -> None:
    """Open it. The same form sent twice finds what it opened the first time.

    Raises NumbersTaken or FormUsed, with rows written: the caller rolls back to before.
    """
    facts: dict[str, Any] = {
        "division": new.division,
        "office": new.office,
        "language": new.language,
        "title": new.title,
    }
    opened = await session.scalar(
        insert(Case)
        .values(id=new.id, opened_at=now, opened_by=by.id, **facts)
        .on_conflict_do_nothing(index_elements=[Case.id])
        .returning(Case.id)
    )
    if opened is None:
        await _require_same(session, new, facts)
        return
    await record(session, new.id, "case.opened", by=by, title=new.title)
    await _add_parties(session, new)
    for party in new.parties:
        await record(
            session, new.id, "party.added", by=by, name=party.name, file_number=party.file_number
        )


async def _add_parties(session: AsyncSession, new: NewCase) -> None:
    """Write the claims; one number in another division's case stops all of them."""
    rows = [{"case_id": new.id, **vars(party)} for party in new.parties]
    adding = (
        insert(Party)
        .on_conflict_do_nothing(index_elements=[Party.file_number])
        .returning(Party.file_number)
    )
    added = set(await session.scalars(adding, rows))
    taken = [party.file_number for party in new.parties if party.file_number not in added]
    if taken:
        raise NumbersTaken(taken)


async def _require_same(session: AsyncSession, new: NewCase, facts: Mapping[str, Any]) -> None:
    found = await session.get(Case, new.id)
    if found is None or any(getattr(found, name) != value for name, value in facts.items()):
        raise FormUsed
    kept = await session.scalars(sa.select(Party.file_number).where(Party.case_id == new.id))
    if set(kept) != {party.file_number for party in new.parties}:
        raise FormUsed


async def numbers_in_use(session: AsyncSession, numbers: Sequence[str]) -> dict[str, Any]:
    """Which of these file numbers are in a case that this officer can see (`id`, `title`)."""
    rows = await session.execute(
        sa.select(Party.file_number, Case.id, Case.title)
        .join(Case, Case.id == Party.case_id)
        .where(Party.file_number.in_(numbers))
    )
    return {row.file_number: row for row in rows}


def title_for(parties: Sequence[NewParty], *, language: str, today: date) -> str:
    """The style of cause in the language of the proceedings: "Noor, F. and two children"."""
    first, *others = parties
    name = short_name(first.name)
    if not others:
        return name
    children = all(party.born_on and under_age(party.born_on, today) for party in others)
    if len(others) == 1:
        one = N_("%(name)s and one child") if children else N_("%(name)s and one other person")
        return say(language, one, name=name)
    many = (
        N_("%(name)s and %(number)s children")
        if children
        else N_("%(name)s and %(number)s other people")
    )
    return say(language, many, name=name, number=_in_words(len(others), language))


def short_name(name: str) -> str:
    """A name as titles have it: "Farida Noor" and "Noor, Farida" are both "Noor, F."."""
    family, comma, given = name.partition(",")
    if not comma:
        given, _, family = name.strip().rpartition(" ")
    given = given.strip()
    return f"{family.strip()}, {given[0]}." if given else family.strip()


def under_age(born_on: date, today: date) -> bool:
    """Whether somebody born that day has not turned 18 yet."""
    return coming_of_age(born_on) > today


def coming_of_age(born_on: date) -> date:
    """The 18th birthday; of somebody born on 29 February, 1 March."""
    try:
        return born_on.replace(year=born_on.year + 18)
    except ValueError:
        return date(born_on.year + 18, 3, 1)


def _in_words(number: int, language: str) -> str:
    if 2 <= number < 2 + len(NUMBERS):
        return translations(language).gettext(NUMBERS[number - 2])
    return str(number)
