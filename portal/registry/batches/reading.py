"""Reading what a row says of its own: cells of its list become facts of its notice."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, get_origin

from notices.facts import LANGUAGES, Moment
from portal.registry.batches.gathering import fold
from portal.registry.batches.problems import Problem
from portal.registry.batches.stating import part_of
from portal.registry.notices.form import OFFERED, FactsForm, facts_of, form_of
from portal.rules import rules
from portal.web.language import N_

DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
WRITE_A_DAY = N_("Write a day as 2026-12-03: year, month, day")
# Inputs of one fact that end in these are not facts of their own.
PARTS = ("_en", "_fr", "_day", "_at", "_zone")


class Typed(dict[str, str]):
    """Cells as a form reads them."""

    def getlist(self, name: str) -> list[str]:
        """All that was typed under this name."""
        return [self[name]] if name in self else []


def own_facts(code: str, columns: Mapping[str, str], *, zone: str) -> dict[str, Any]:
    """The facts that a row gives itself; `zone` where it names a time and no zone.

    Raises Problem, with the cell and the reason, where one cannot be read.
    """
    touched = tuple(name for name, _ in facts_of(OFFERED[code]) if _fills(name, columns))
    if not touched:
        return {}
    form = form_of(part_of(code, touched, frozenset[str]()))(
        _typed(code, touched, columns, zone=zone)
    )
    form.offer(language="en", zones=[(one, one) for one in rules.zones])
    if not form.check():
        raise _wrong(form, columns)
    facts = form.stated(file_number="", division="")
    values = {name: getattr(facts, name) for name in touched}
    return {name: value for name, value in values.items() if value is not None}


def _fills(name: str, columns: Mapping[str, str]) -> bool:
    return name in columns or any(f"{name}{part}" in columns for part in PARTS)


def _typed(code: str, touched: tuple[str, ...], columns: Mapping[str, str], *, zone: str) -> Typed:
    """The row's cells as a browser would have sent them."""
    typed = Typed(columns)
    for name, hint in facts_of(OFFERED[code]):
        if name not in touched:
            continue
        if hint is Moment:
            typed.setdefault(f"{name}_zone", zone)
            _spread_day(typed, f"{name}_day")
        elif hint is date:
            _spread_day(typed, name)
        elif get_origin(hint) is Literal and name in typed:
            typed[name] = _choice(code, name, typed[name])
    return typed


def _spread_day(typed: Typed, name: str) -> None:
    """A day written in one cell, for the three boxes of a form."""
    if name not in typed:
        return
    found = DAY.fullmatch(typed[name])
    if found is None:
        raise Problem("wrong", {"input": name, "typed": typed[name], "reason": WRITE_A_DAY})
    year, month, day = found.groups()
    typed |= {f"{name}-day": day, f"{name}-month": month, f"{name}-year": year}


def _choice(code: str, name: str, said: str) -> str:
    """The code of a choice that was written out, in either language."""
    for value, words in OFFERED[code].inputs()[name].choices.items():
        if fold(said) in {fold(getattr(words, language)) for language in LANGUAGES}:
            return value
    return said


def _wrong(form: FactsForm, columns: Mapping[str, str]) -> Problem:
    item = next(item for item in form if item.errors)
    about = {"input": item.name, "typed": columns.get(item.name, "")[:100]}
    return Problem("wrong", about | {"reason": str(item.errors[0])})
