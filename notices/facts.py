"""What a notice can state: the values its facts are made of, and their form in the database."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, ClassVar, Literal, Self, cast, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, Language] = ("en", "fr")


class WrongFacts(ValueError):
    """Facts that do not fit their kind of notice."""


@dataclass(frozen=True)
class Both:
    """The same thing said in both languages."""

    en: str
    fr: str


@dataclass(frozen=True)
class Moment:
    """An instant and the zone in which people are told it."""

    at: datetime
    zone: str

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise WrongFacts("a moment needs an aware time")
        ZoneInfo(self.zone)

    @property
    def local(self) -> datetime:
        """The same instant on the clocks of its zone."""
        return self.at.astimezone(ZoneInfo(self.zone))


class Served(StrEnum):
    """Whom a kind of notice is for; the portal knows who they are in a case."""

    PARTIES = "parties"  # counsel of record or else the person, and the representative
    OTHERS = "others"  # the same people, without the one who caused the notice
    FILER = "filer"  # who filed, and the person they filed for


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of notice; the fields are its facts, the class says how it is served."""

    code: ClassVar[str]
    title: ClassVar[Both]
    served: ClassVar[Served] = Served.PARTIES
    wants_acknowledgement: ClassVar[bool] = False
    citations: ClassVar[Mapping[str, Both]] = {}

    file_number: str
    division: str

    @property
    def law(self) -> Both | None:
        """The rule that this notice follows in its division."""
        return self.citations.get(self.division)

    @property
    def reply_by(self) -> date | None:
        """The day by which an answer is wanted, if one is."""
        return None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read facts back; anything missing, unknown or of another type is refused."""
        wanted = fields(cls)
        needed = {field.name for field in wanted if field.default is MISSING}
        if not needed <= stored.keys() <= {field.name for field in wanted}:
            raise WrongFacts(f"{cls.code}: fields {sorted(stored)}")
        hints = get_type_hints(cls)
        facts: dict[str, Any] = {n: _read(hints[n], value) for n, value in stored.items()}
        return cls(**facts)

    def to_json(self) -> dict[str, Any]:
        """The facts as the database keeps them."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def _plain(value: object) -> object:
    """Write one fact as JSON."""
    match value:
        case Moment():
            return {"at": value.at.isoformat(), "zone": value.zone}
        case Both():
            return {"en": value.en, "fr": value.fr}
        case date():
            return value.isoformat()
        case tuple():
            return list(cast("tuple[object, ...]", value))
        case _:
            return value


READERS: Mapping[object, Callable[[Any], object]] = {
    Moment: lambda stored: Moment(datetime.fromisoformat(stored["at"]), stored["zone"]),
    Both: lambda stored: Both(stored["en"], stored["fr"]),
    date: date.fromisoformat,
}


def _read(hint: Any, value: Any) -> object:  # noqa: ANN401 - JSON, and its declared type
    """Read one fact, by the type its field declares."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return None if value is None else _read(inner[0], value)
    if origin is tuple:
        return tuple(_read(inner[0], item) for item in value)
    if hint in READERS:
        return READERS[hint](value)
    if type(value) is hint or (origin is Literal and value in inner):
        return value
    raise WrongFacts(f"{value!r} is no {hint}")
