"""Facts that no mail may ever show, and the search for them in a mail, however it is encoded."""

import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from types import UnionType
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints
from urllib.parse import unquote

from babel import Locale

from notices.facts import LANGUAGES, Both, Kind, Moment
from notices.kinds import KINDS
from notices.saying import say
from portal.registry.notices.known import OTHER_SITTINGS
from portal.rules import rules

NAME = "Zoraïde Quenneville-Xu"
FILE_NUMBER = "QK9-73519"
DAY = date(1987, 3, 29)
MOMENT = Moment(datetime(1987, 3, 29, 13, 47, tzinfo=UTC), "America/Winnipeg")


def facts_of(kind: type[Kind], *, choice: int = 0) -> Kind:
    """A notice of this kind, each of its facts a canary; `choice` tells one value of a Literal."""
    hints = get_type_hints(kind)
    stated: dict[str, Any] = {
        field.name: _canary(field.name, hints[field.name], choice) for field in fields(kind)
    }
    return kind(**stated | {"file_number": FILE_NUMBER, "division": "rpd"})


def _canary(name: str, hint: Any, choice: int) -> object:  # noqa: ANN401 - a type
    word = "Zqx" + name.replace("_", "").capitalize()
    if get_origin(hint) is UnionType:
        return _canary(name, get_args(hint)[0], choice)
    if get_origin(hint) is tuple:
        return (f"{word}Un", f"{word}Deux")
    if get_origin(hint) is Literal:
        codes = get_args(hint)
        return codes[choice % len(codes)]
    known: dict[object, object] = {
        Both: Both(f"{word}En", f"{word}Fr"),
        Moment: MOMENT,
        date: DAY,
        str: f"{NAME} {word}",
    }
    return known[hint]


def canaries(facts: Kind) -> Iterator[str]:
    """Every way in which a mail could tell one of these facts."""
    for value in facts.to_json().values():
        yield from _texts(value)
    for value in vars(facts).values():
        if isinstance(value, date | Moment):
            yield from (str(say(value, language)) for language in LANGUAGES)
    yield from (DAY.isoformat(), "1987", "13:47", "7:47", "Winnipeg")


def _texts(value: object) -> Iterator[str]:
    """The strings in a JSON value that are worth looking for: short ones are codes."""
    match value:
        case str() if len(value) > 4:
            yield value
        case list():
            for one in cast("list[object]", value):
                yield from _texts(one)
        case dict():
            for one in cast("dict[str, object]", value).values():
                yield from _texts(one)
        case _:
            return


def _territories() -> Iterator[str]:
    for language in LANGUAGES:
        names = cast("dict[str, str]", Locale(language).territories)
        yield from (name for code, name in names.items() if len(code) == 2)


def _tribunal() -> Iterator[str]:
    """What the rules call divisions, sittings and offices, and what notices are called."""
    for division in rules.divisions.values():
        for words in (division.name, division.hearing, division.party):
            yield from words.values()
    for office in rules.offices.values():
        yield from office.name.values()
    for both in (*OTHER_SITTINGS.values(), *(kind.title for kind in KINDS.values())):
        yield from (both.en, both.fr)


COMMON = frozenset(one.casefold() for one in (*_territories(), *_tribunal()))
# Words of ordinary language that tell about a case all the same.
TELLING = re.compile(
    r"\b(?:hearing|audience|conf[eé]rence|d[eé]tention|refugee|réfugié|asylum|asile|claim|claimant|"
    r"demandeur|appeal|appel|immigration|admissibility|enquête|court|vid[eé]o|deadline|délai|"
    r"d[eé]cision|counsel|conseil|lawyer|avocat|abandonment|désistement|interpreter|interprète|"
    r"Toronto|Montr[eé]al|Ottawa|Calgary|Vancouver)\b",
    re.IGNORECASE,
)
# Codes of divisions, and numbers of notices and receipts by their form.
FORMS = re.compile(
    r"\b(?:RPD|RAD|IAD|SPR|SAR|SAI|SI)\b|\b[NR]-[0-9A-Z]{4}-[0-9A-Z]{2,4}\b|\b[TMV][A-C]\d-\d{5}\b"
)


def leaks(raw: bytes, private: Iterable[str] = ()) -> set[str]:
    """What the mail tells of a case: these canaries, and words that would tell in any mail."""
    said = list(_readings(raw))
    found = {one for text in said for form in (FORMS, TELLING) for one in form.findall(text)}
    folded = [text.casefold() for text in said]
    found |= {one for one in private if any(one.casefold() in text for text in folded)}
    return found | {
        one
        for one in COMMON
        if any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", t) for t in folded)
    }


def _readings(raw: bytes) -> Iterator[str]:
    """The whole mail, as bytes and decoded: every value of a header, every part, every escape."""
    message = message_from_bytes(raw, policy=default)
    values = [str(value) for _, value in message.items()]
    parts = [
        cast("bytes", part.get_payload(decode=True)).decode()
        for part in message.walk()
        if not part.is_multipart()
    ]
    _, _, body = raw.partition(b"\r\n\r\n")
    plain = [quopri.decodestring(body).decode("utf-8", "replace"), body.decode("latin-1")]
    for text in (*values, *parts, *plain):
        yield text
        yield unquote(text)
