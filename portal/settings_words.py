"""The sentences that tell an operator which setting is wrong and what to write instead."""

import difflib
from collections.abc import Collection, Iterable, Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails

PREFIX = "DOSSIER_"
MISFIT = "misfit"

WORDS = {
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "bool_parsing": "write yes or no",
    "byte_size": "write a size, such as 250 MB",
    "byte_size_unit": "write a size, such as 250 MB",
    "greater_than_equal": "the least possible is {ge}",
    "less_than_equal": "the most possible is {le}",
    "literal_error": "write {expected}",
    "string_too_short": "it must not be empty",
    "extra_forbidden": "there is no such setting",
}


def wrong_values(error: ValidationError, secrets: Collection[str]) -> Iterator[str]:
    """One sentence for each wrong value; the values of these secret variables are not repeated."""
    for wrong in error.errors(include_url=False):
        if wrong["type"] == MISFIT:
            yield from wrong["msg"].splitlines()
            continue
        place = str(wrong["loc"][0])
        name = place if place.isupper() else PREFIX + place.upper()
        shown = "its value" if name in secrets else repr(wrong["input"])
        yield f"{name}: {shown} cannot be used; {_reason(wrong)}."


def unknown_names(present: Iterable[str], known: Collection[str]) -> Iterator[str]:
    """Say which variables look like settings and are none: a typing slip must not go unseen."""
    words = [each.removeprefix(PREFIX) for each in known if each.startswith(PREFIX)]
    for name in sorted(present):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name.removeprefix(PREFIX), words, n=1)
            hint = f"did you mean {PREFIX}{near[0]}?" if near else "take it away."
            yield f"{name}: there is no such setting; {hint}"


def _reason(wrong: ErrorDetails) -> str:
    context = wrong.get("ctx", {})
    if wrong["type"] == "value_error":
        return str(context["error"])
    return WORDS.get(wrong["type"], wrong["msg"]).format_map(context)
