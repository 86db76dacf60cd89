"""What can be wrong with a language's file, one sentence for each fault."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from babel import Locale, UnknownLocaleError

MANNERS = {"name", "direction", "locale", "date"}
OWN_NAMES = {"weekdays": 7, "months": 12}
# What HTML reads as its own, and characters that turn the direction of what follows unseen.
MARKUP = re.compile("[<>&\u200e\u200f\u202a-\u202e\u2066-\u2069]")
FACT = re.compile(r"\{(\w*)\}")
# Whose review it was, when, and the English sentence that the text was compared with.
REVIEW = {"by", "on", "of"}


def wrong_manners(table: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with how the language is called and written."""
    if lacking := sorted((MANNERS | {"strings"}) - set(table)):
        yield f"it lacks {', '.join(lacking)}"
    if unknown := sorted(set(table) - MANNERS - {"strings", *OWN_NAMES}):
        yield f"it says what nobody reads: {', '.join(unknown)}"
    if table.get("direction") not in {"ltr", "rtl"}:
        yield 'its direction must be "ltr" or "rtl"'
    if not _is_text(table.get("name")):
        yield "it must say its own name, as its readers write it"
    pattern = table.get("date", "")
    if not isinstance(pattern, str) or _facts(pattern) != ["day", "month", "weekday", "year"]:
        yield "its date must hold {weekday}, {day}, {month} and {year}, each once"
    yield from _wrong_names(table)


def _wrong_names(table: Mapping[str, Any]) -> Iterator[str]:
    for key, number in OWN_NAMES.items():
        names: Any = table.get(key, ["-"] * number)
        if not isinstance(names, list) or len(names) != number or not all(map(_is_text, names)):  # pyright: ignore[reportUnknownArgumentType]
            yield f"{key} must be {number} names, or be left out"
    try:
        Locale.parse(str(table.get("locale", "")), sep="-")
    except (UnknownLocaleError, ValueError):
        yield f"its locale {table.get('locale')!r} is not known: name the nearest one that is"


def wrong_strings(table: Mapping[str, Any], source: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with its texts, compared with the English ones."""
    strings: Any = table.get("strings", {})
    if not isinstance(strings, dict):
        yield "strings must be a table"
        return
    rows: dict[str, Any] = strings  # pyright: ignore[reportUnknownVariableType]
    if missing := sorted(set(source) - set(rows)):
        yield f"these texts are missing: {', '.join(missing)}"
    if unknown := sorted(set(rows) - set(source)):
        yield f"these texts are not in the English: {', '.join(unknown)}"
    for key in sorted(set(rows) & set(source)):
        for sentence in _wrong_row(rows[key], source[key]):
            yield f"{key}: {sentence}"


def _wrong_row(row: object, english: str) -> Iterator[str]:
    if not isinstance(row, dict):
        yield 'it must be { text = "…", review = "unreviewed" }'
        return
    said: dict[str, Any] = row  # pyright: ignore[reportUnknownVariableType]
    text: Any = said.get("text")
    if not _is_text(text):
        yield "its text is empty"
    elif MARKUP.search(text):
        yield "a text is plain: no <, > or &, and no invisible direction marks"
    elif _facts(text) != _facts(english):
        yield f"it must hold the same facts as the English, {_facts(english)}"
    yield from _wrong_review(said, english)


def _wrong_review(row: Mapping[str, Any], english: str) -> Iterator[str]:
    told = set(row) - {"text", "review"}
    if row.get("review") == "unreviewed":
        if told:
            yield f"it is unreviewed, and says besides: {', '.join(sorted(told))}"
    elif row.get("review") != "reviewed":
        yield 'its review must be "unreviewed" or "reviewed"'
    elif told != REVIEW or not _is_text(row["by"]) or type(row["on"]) is not date:
        yield "a review names who (by), the day (on) and the English compared with (of)"
    elif row["of"] != english:
        yield "the English has changed since it was reviewed: it is unreviewed again"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _facts(text: str) -> list[str]:
    return sorted(FACT.findall(text)) + ["stray brace"] * len(
        re.findall("[{}]", FACT.sub("", text))
    )
