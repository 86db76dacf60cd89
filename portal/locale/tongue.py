"""Languages beyond English and French: one file each, with what no person has checked marked so."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from babel import Locale

from portal.locale.misfits import wrong_manners, wrong_strings

FOLDER = Path(__file__).parent / "tongues"
SOURCE = "source"
CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class TongueMisfit(Exception):
    """A language file makes no sense, or claims what it cannot: one sentence for each fault."""


@dataclass(frozen=True)
class Phrase:
    """One text; `by` and `on` say who compared it with the English, and when, if anybody did."""

    text: str
    by: str = ""
    on: date | None = None

    @property
    def reviewed(self) -> bool:
        """Whether a person has checked it."""
        return self.on is not None


@dataclass(frozen=True)
class Tongue:
    """One language: how it is called and written, how it says a day, and its texts."""

    code: str
    name: str
    direction: Literal["ltr", "rtl"]
    weekdays: Sequence[str]
    months: Sequence[str]
    pattern: str
    phrases: Mapping[str, Phrase]

    def day(self, day: date) -> str:
        """A Gregorian date with its weekday; digits as on the official page, to compare them."""
        return self.pattern.format(
            weekday=self.weekday(day.isoweekday()),
            day=day.day,
            month=self.months[day.month - 1],
            year=day.year,
        )

    def weekday(self, number: int) -> str:
        """What the day is called; 1 is Monday."""
        return self.weekdays[number - 1]

    @property
    def reviewed(self) -> Literal["none", "some", "all"]:
        """How much of it a person has checked."""
        checked = [phrase.reviewed for phrase in self.phrases.values()]
        return "all" if all(checked) else "some" if any(checked) else "none"


def read(folder: Path, source: Mapping[str, str]) -> dict[str, Tongue]:
    """Every language of a folder, by its code; raises TongueMisfit with all that is wrong."""
    files = sorted(file for file in folder.glob("*.toml") if file.stem != SOURCE)
    tables = {file.name: _table(file) for file in files}
    wrong = [
        f"{name}: {sentence}"
        for name, table in tables.items()
        for sentence in chain(
            _wrong_code(name.removesuffix(".toml")),
            wrong_manners(table),
            wrong_strings(table, source),
        )
    ]
    if wrong:
        raise TongueMisfit("\n".join(wrong))
    return {tongue.code: tongue for tongue in (_tongue(name, tables[name]) for name in tables)}


def read_source(file: Path) -> dict[str, str]:
    """The English that every language says, by the names of its texts."""
    return _table(file)


def _table(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TongueMisfit(f"{file.name} is not TOML: {error}") from error


def _wrong_code(code: str) -> list[str]:
    if not CODE.fullmatch(code):
        return [f"a file is named by its language, like es.toml; {code!r} is none"]
    if code in {"en", "fr"}:
        return ["English and French are the official languages; their texts are elsewhere"]
    return []


def _tongue(name: str, table: Mapping[str, Any]) -> Tongue:
    locale = Locale.parse(table["locale"], sep="-")
    days, months = locale.days["format"]["wide"], locale.months["format"]["wide"]
    return Tongue(
        code=name.removesuffix(".toml"),
        name=table["name"],
        direction=table["direction"],
        weekdays=table.get("weekdays") or [days[number] for number in range(7)],
        months=table.get("months") or [months[number] for number in range(1, 13)],
        pattern=table["date"],
        phrases={
            key: Phrase(row["text"], row.get("by", ""), row.get("on"))
            for key, row in table["strings"].items()
        },
    )


ENGLISH = read_source(FOLDER / f"{SOURCE}.toml")
TONGUES = read(FOLDER, ENGLISH)
