"""What one row of the rules data holds, a class for each table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Words = Mapping[str, str]  # {"en": …, "fr": …}


@dataclass(frozen=True)
class Division:
    """One division of the tribunal."""

    code: str
    name: Words
    short: Words
    party: Words
    public: bool
    # The letter of exhibit numbers by side: {"person": …, "minister": …}.
    exhibits: Mapping[str, str]
    # What a hearing here is about, as notices say it.
    hearing: Words
    # How long before a hearing its notice must arrive; no rule: none.
    notice_days: int = 0
    notice_rule: Words | None = None
    # The rule that names who is served, and whether it adds the designated representative.
    service_rule: Words | None = None
    representative_served: bool = False
    # Whether the Minister is always a party here, or comes only by a notice of intervention.
    minister_always: bool = False
    # The rule that moves a limit off a day on which the offices are closed, if one does.
    closed_rule: Words | None = None
    # The rule that asks how and when the other party was given a copy, if one does.
    proof_of_service: Words | None = None


@dataclass(frozen=True)
class Office:
    """One registry office; its clock judges what came in time."""

    code: str
    name: Words
    zone: str
    # Where letters come back to, as it stands on the envelope; the name of the tribunal above it.
    address: tuple[str, ...]
    # What its file numbers begin with.
    letter: str


@dataclass(frozen=True)
class Zone:
    """What people call a time zone."""

    code: str
    name: Words
    short: Words


@dataclass(frozen=True)
class DocumentType:
    """What a document can be; no divisions named means all."""

    code: str
    name: Words
    divisions: tuple[str, ...] = ()
    # Its place in the appellant's record; 0: none.
    record: int = 0
    # Whether the record is to hold it, of how many pages at most (0: any), and what is said of it.
    needed: bool = False
    pages: int = 0
    plain: Words | None = None
    # Filed, it perfects an appeal.
    perfects: bool = False


@dataclass(frozen=True)
class Means:
    """How a copy can be given to the other party."""

    code: str
    name: Words


@dataclass(frozen=True)
class Limit:
    """A limit counted from the local date of an event; a change of law is a further row.

    `days` and `unit`: calendar or working days, after the event or (negative) before it.
    """

    code: str
    division: str
    days: int
    in_force: date
    name: Words
    plain: Words
    rule: Words
    event: str = "hearing"
    unit: Literal["calendar", "working"] = "calendar"
    # Whether every case with such an event shows it; the others belong to one request each.
    listed: bool = False


@dataclass(frozen=True)
class Holiday:
    """A day on which registry offices are closed, as holidays.toml says; no offices named means all."""

    code: str
    name: Words
    date: str = ""
    easter: int | None = None
    month: int = 0
    weekday: int = 0
    nth: int = 0
    before: str = ""
    since: int = 0
    offices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """When what was sent to a party counts as received: so many days after it was sent."""

    code: str
    division: str
    by: Literal["letter", "portal"]
    days: int
    in_force: date
    rule: Words
    # To an address outside Canada.
    abroad: bool = False
    # A day on which the tribunal is closed is moved to the next on which it is open.
    working: bool = False


@dataclass(frozen=True)
class ReviewReason:
    """Why the registry does not take a document as it is; no divisions named means all."""

    code: str
    name: Words
    # What the filer reads: what is wrong, and how to mend it.
    what: Words
    mend: Words
    divisions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Procedure:
    """How one kind of request goes in one division: the rule, its limit, what must be said."""

    rule: Words
    # The code of the limit that judges it.
    limit: str | None = None
    # How many other dates must be given, and within how many working days after the hearing's.
    dates: int = 0
    within: int = 0
    # Codes of limits that can be put off, and whose last day the person was told.
    limits: tuple[str, ...] = ()


@dataclass(frozen=True)
class RequestType:
    """What can be asked of the registry, and how it goes in the divisions that take it."""

    code: str
    name: Words
    procedures: Mapping[str, Procedure]


@dataclass(frozen=True)
class Undertaking:
    """What a delegate promises, as one version of it says."""

    version: str
    in_force: date
    why: Words
    promises: tuple[Words, ...]


@dataclass(frozen=True)
class Joining:
    """How long a posted code works, and what a right one opens for how long."""

    code_days: int
    minutes: int
    look_minutes: int
    wrong: int
