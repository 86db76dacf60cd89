"""What a notice can state: the values its facts are made of, and their form in the database."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
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

    def said(self, language: str) -> str:
        """In this language."""
        return self.fr if language == "fr" else self.en


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


@dataclass(frozen=True)
class Asked:
    """How a form asks an officer for a fact; written beside the fact, as `Annotated[date, Asked(…)]`.

    `label` names the fact; of a moment it asks for the day, and `clock` for the time. `choices`
    says each value of a Literal, by its code. A `long` text has paragraphs.
    """

    label: Both
    hint: Both | None = None
    clock: Both | None = None
    choices: Mapping[str, Both] = field(default_factory=dict[str, Both], hash=False)
    long: bool = False


class Served(StrEnum):
    """Whom a kind of notice is for; the portal knows who they are in a case."""

    PARTIES = "parties"  # counsel of record or else the person, and the representative
    OTHERS = "others"  # the same people, without the one who caused the notice
    FILER = "filer"  # who filed, and the person they filed for


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Fields that a database keeps as JSON, each by the type it declares."""

    # What they are facts of.
    code: ClassVar[str]

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


@dataclass(frozen=True, kw_only=True)
class Kind(Facts):
    """One kind of notice; the fields are its facts, the class says how it is served."""

    # `code` is the name of its folder in notices/kinds.
    title: ClassVar[Both]
    # Where it stands in a list of kinds: lowest first, and by code among equals.
    order: ClassVar[int]
    served: ClassVar[Served] = Served.PARTIES
    wants_acknowledgement: ClassVar[bool] = False
    # Days in the inbox, unopened, after which its reader is reminded, and after which the
    # registry's desk is told.
    remind_after: ClassVar[int] = 3
    unopened_after: ClassVar[int] = 7
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
    def inputs(cls) -> Mapping[str, Asked]:
        """The facts that a form asks an officer for, by name, in the order of the fields."""
        hints = get_type_hints(cls, include_extras=True)
        marked = {f.name: getattr(hints[f.name], "__metadata__", ()) for f in fields(cls)}
        return {
            name: mark
            for name, marks in marked.items()
            for mark in marks
            if isinstance(mark, Asked)
        }


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
            return [_plain(one) for one in cast("tuple[object, ...]", value)]
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
