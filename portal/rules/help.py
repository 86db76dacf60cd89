"""Whom a person can ask for help: registry offices, free legal help, complaints, emergencies."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from portal.rules import RulesMisfit, Words, rules

PHONE = re.compile(r"(1-)?\d{3}-\d{3}-\d{4}|\d{3}")
WEB = re.compile(r"([a-z0-9-]+\.)+[a-z]{2,}(/[\w./-]*)?")
EMAIL = re.compile(r"[\w.+-]+@([a-z0-9-]+\.)+[a-z]{2,}")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Counter:
    """One registry office's telephone, and when somebody answers it (days: 1 is Monday)."""

    phone: str
    first_day: int
    last_day: int
    opens: str
    closes: str


@dataclass(frozen=True)
class LegalHelp:
    """Who helps for nothing in one place; a telephone, a web site or both."""

    place: Words
    name: Words
    phone: str = ""
    web: str = ""


@dataclass(frozen=True)
class Complaint:
    """Who answers complaints, how they are made, and within how many working days comes an answer."""

    name: Words
    phone: str
    email: str
    address: tuple[str, ...]
    working_days: int


@dataclass(frozen=True)
class Help:
    """All of it, as one tribunal says."""

    emergency: str
    registry: Mapping[str, Counter]
    legal: tuple[LegalHelp, ...]
    complaint: Complaint


def read_help(file: Path) -> Help:
    """Read the file; raises RulesMisfit, with a sentence for each line that makes no sense."""
    table: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    try:
        said = table["complaint"]
        found = Help(
            emergency=table["emergency"]["phone"],
            registry={code: Counter(**row) for code, row in table["registry"].items()},
            legal=tuple(LegalHelp(**row) for row in table["legal"]),
            complaint=Complaint(**said | {"address": tuple(said["address"])}),
        )
    except (KeyError, TypeError) as error:
        raise RulesMisfit(f"{file.name} lacks something, or holds too much: {error}") from error
    if wrong := list(chain(_wrong_phones(found), _wrong_hours(found), _wrong_words(found))):
        raise RulesMisfit("\n".join(f"{file.name}: {one}" for one in wrong))
    return found


def _wrong_phones(found: Help) -> Iterator[str]:
    phones = [found.emergency, found.complaint.phone, *(o.phone for o in found.registry.values())]
    for phone in (*phones, *(row.phone for row in found.legal if row.phone)):
        if not PHONE.fullmatch(phone):
            yield f"{phone!r} is no telephone number like 1-800-555-0100"
    for web in (row.web for row in found.legal if row.web):
        if not WEB.fullmatch(web):
            yield f"{web!r} is no web address like www.example.org"
    if not EMAIL.fullmatch(found.complaint.email):
        yield f"{found.complaint.email!r} is no e-mail address"


def _wrong_hours(found: Help) -> Iterator[str]:
    if set(found.registry) != set(rules.offices):
        yield f"it must have the offices of offices.toml, {sorted(rules.offices)}, and no others"
    for code, office in found.registry.items():
        if not 1 <= office.first_day <= office.last_day <= 7:
            yield f"the days of {code} are not numbers from 1 (Monday) to 7, in order"
        clocks = CLOCK.fullmatch(office.opens) and CLOCK.fullmatch(office.closes)
        if not clocks or office.opens >= office.closes:
            yield f"{code} does not open, then close, at times like 08:30"
    if found.complaint.working_days < 1:
        yield "a complaint is answered within one working day or more"


def _wrong_words(found: Help) -> Iterator[str]:
    named = [("the complaint", found.complaint.name)]
    named += [(row.name.get("en", "legal help"), row.name) for row in found.legal]
    named += [(row.name.get("en", "legal help"), row.place) for row in found.legal]
    for where, words in named:
        if set(words) != {"en", "fr"} or not all(words.values()):
            yield f"{where!r} must be said in English and in French"
    for row in found.legal:
        if not row.phone and not row.web:
            yield f"{row.name.get('en')!r} has neither a telephone nor a web site"


HELP = read_help(Path(__file__).with_name("help.toml"))
