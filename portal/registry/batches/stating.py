"""What the notices of a batch say: some facts alike for all, the others from each case or its row."""

from collections.abc import Collection, Mapping
from dataclasses import MISSING, field, fields, make_dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import LANGUAGES, Kind
from portal.models import Case, Hearing
from portal.registry.batches.gathering import fold
from portal.registry.batches.problems import Problem
from portal.registry.notices.form import OFFERED, FactsForm, as_typed, facts_of, form_of
from portal.registry.notices.known import known_facts

# What a hearing says of itself, for the kinds that speak of one.
OF_THE_HEARING = frozenset(
    {"hearing", "starts", "was", "mode", "place", "interpreter", "documents_due"}
)


def facts_alike(code: str) -> list[str]:
    """The facts of this kind that an officer gives once, for all cases."""
    asked = OFFERED[code].inputs()
    given = OF_THE_HEARING if "hearing" in asked else frozenset[str]()
    return [name for name in asked if name not in given]


@cache
def part_of(code: str, names: tuple[str, ...], optional: frozenset[str]) -> type[Kind]:
    """A kind with only these of its facts; those that are `optional` may be left out."""
    kind = OFFERED[code]
    marks, plain = kind.inputs(), dict(facts_of(kind))
    needed = needed_facts(code) - optional
    made = [
        (name, Annotated[plain[name], marks[name]])
        if name in needed
        else (name, Annotated[plain[name] | None, marks[name]], field(default=None))
        for name in names
    ]
    stated = {"code": code, "title": kind.title, "order": kind.order}
    return make_dataclass(
        f"PartOf{kind.__name__}",
        made,
        bases=(Kind,),
        namespace=stated,
        frozen=True,
        kw_only=True,
    )


@cache
def needed_facts(code: str) -> frozenset[str]:
    """The facts without which no notice of this kind is made."""
    kind = OFFERED[code]
    return frozenset(one.name for one in fields(kind) if one.default is MISSING) & set(
        kind.inputs()
    )


def alike_form(code: str, columns: Collection[str]) -> type[FactsForm]:
    """The form of what all notices say alike; what a column of the list gives may stay empty."""
    covered = frozenset(name for name, _ in _touched(code, columns))
    return form_of(part_of(code, tuple(facts_alike(code)), covered))


def read_alike(code: str, stored: Mapping[str, Any]) -> dict[str, Any]:
    """What the batch keeps of these facts, as values; what was left empty is left out."""
    names = tuple(facts_alike(code))
    kind = part_of(code, names, frozenset(names))
    facts = kind.from_json({"file_number": "", "division": ""} | dict(stored))
    values = {name: getattr(facts, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def alike_typed(code: str, stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """The same as the fields of a form hold them."""
    return as_typed(read_alike(code, stored)) if stored else {}


def to_keep(facts: Kind) -> dict[str, Any]:
    """The same as the database keeps it."""
    stored = facts.to_json()
    return {name: value for name, value in stored.items() if name in facts.inputs()}


@cache
def column_names(code: str) -> Mapping[str, str]:
    """By what names, folded, a column may be called that fills an input of this kind."""
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for key, label in labels(code, language).items():
            names.setdefault(fold(key), key)
            names.setdefault(fold(label), key)
    return names


@cache
def labels(code: str, language: str) -> Mapping[str, str]:
    """What each input of this kind is called."""
    form = form_of(OFFERED[code])()
    form.offer(language=language, zones=[])
    return {item.name: str(item.label.text) for item in form if item.name != "id"}


async def hearings_meant(
    session: AsyncSession, code: str, cases: Collection[UUID], *, now: datetime
) -> dict[UUID, Hearing]:
    """The hearing of each case that a notice speaks of: the next, or the last one cancelled."""
    if "hearing" not in OFFERED[code].inputs():
        return {}
    first = distinct_on(Hearing.case_id)
    select = sa.select(Hearing).where(Hearing.case_id.in_(cases)).ext(first)
    if code == "hearing_cancelled":
        gone = select.where(Hearing.cancelled_at.is_not(None))
        found = gone.order_by(Hearing.case_id, Hearing.cancelled_at.desc())
    else:
        coming = select.where(Hearing.cancelled_at.is_(None), Hearing.starts_at > now)
        found = coming.order_by(Hearing.case_id, Hearing.starts_at)
    return {one.case_id: one for one in await session.scalars(found)}


def state(
    code: str,
    case: Case,
    hearing: Hearing | None,
    given: Mapping[str, Any],
    *,
    file_number: str,
    now: datetime,
) -> Kind:
    """The facts of one case's notice; `given` by an officer or a row counts before the case's own.

    Raises Problem where one is missing.
    """
    kind = OFFERED[code]
    asked = kind.inputs()
    if "hearing" in asked and hearing is None:
        raise Problem("not_cancelled" if code == "hearing_cancelled" else "no_hearing")
    known = known_facts(code, case, hearing, now=now)
    facts = {name: value for name, value in known.items() if name in asked} | dict(given)
    if code == "hearing_moved" and "was" not in facts:
        raise Problem("not_moved")
    lacking = [name for name in asked if name in needed_facts(code) and facts.get(name) is None]
    if lacking:
        raise Problem("lacking", {"input": lacking[0]})
    return kind(file_number=file_number, division=case.division, **facts)


def _touched(code: str, columns: Collection[str]) -> list[tuple[str, Any]]:
    """The facts that these inputs belong to."""
    kind = OFFERED[code]
    return [
        (name, hint)
        for name, hint in facts_of(kind)
        if any(one == name or one.startswith(f"{name}_") for one in columns)
    ]
