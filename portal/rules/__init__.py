"""The tribunal's rules as data, and the small reader of them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

Words = Mapping[str, str]  # {"en": …, "fr": …}


class RulesMisfit(Exception):
    """The rules data contradicts itself; nothing starts on it."""


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
    # The rule that asks how and when the other party was given a copy, if one does.
    proof_of_service: Words | None = None


@dataclass(frozen=True)
class Office:
    """One registry office; its clock judges what came in time."""

    code: str
    name: Words
    zone: str


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


@dataclass(frozen=True)
class Means:
    """How a copy can be given to the other party."""

    code: str
    name: Words


@dataclass(frozen=True)
class Limit:
    """A limit counted in calendar days from the local date of a hearing (negative: before)."""

    code: str
    division: str
    days: int
    in_force: date
    name: Words
    plain: Words
    rule: Words


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
class Undertaking:
    """What a delegate promises, as one version of it says."""

    version: str
    in_force: date
    why: Words
    promises: tuple[Words, ...]


@dataclass(frozen=True)
class Rules:
    """One tribunal's rules."""

    divisions: Mapping[str, Division]
    offices: Mapping[str, Office]
    zones: Mapping[str, Zone]
    document_types: Mapping[str, DocumentType]
    means: Mapping[str, Means]
    limits: tuple[Limit, ...]
    review_reasons: Mapping[str, ReviewReason]
    # The oldest first.
    undertakings: tuple[Undertaking, ...]

    def undertaking(self, version: str | None = None) -> Undertaking:
        """The undertaking that is given now, or the version that somebody gave."""
        known = {one.version: one for one in self.undertakings}
        return known.get(version or "", self.undertakings[-1])

    def zone(self, code: str) -> Zone:
        """What this zone is called; one without words of ours goes by its own name."""
        return self.zones.get(code) or Zone(code, *({"en": code, "fr": code},) * 2)

    def types_for(self, division: str) -> list[DocumentType]:
        """The document types that this division takes."""
        return [
            kind
            for kind in self.document_types.values()
            if not kind.divisions or division in kind.divisions
        ]

    def reasons_for(self, division: str) -> list[ReviewReason]:
        """Why this division's registry can ask for a correction, or refuse."""
        return [
            reason
            for reason in self.review_reasons.values()
            if not reason.divisions or division in reason.divisions
        ]


def read(folder: Path) -> Rules:
    """Read a folder of rules; raises RulesMisfit where one row names another that is not there."""
    tables = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in folder.glob("*.toml")}
    offices: dict[str, Any] = tables["offices"]
    found = Rules(
        divisions={code: Division(code, **row) for code, row in tables["divisions"].items()},
        offices={code: Office(code, **row) for code, row in offices["office"].items()},
        zones={code: Zone(code, **row) for code, row in offices["zone"].items()},
        document_types={
            code: DocumentType(code, row["name"], tuple(row.get("divisions", ())))
            for code, row in tables["document_types"].items()
        },
        means={code: Means(code, **row) for code, row in tables["means"].items()},
        review_reasons={
            code: ReviewReason(code, **row | {"divisions": tuple(row.get("divisions", ()))})
            for code, row in tables["review_reasons"].items()
        },
        limits=tuple(Limit(**row) for row in tables["deadlines"]["deadline"]),
        undertakings=tuple(
            Undertaking(**row | {"promises": tuple(row["promises"])})
            for row in tables["undertakings"]["undertaking"]
        ),
    )
    named = {limit.division for limit in found.limits}
    named.update(code for kind in found.document_types.values() for code in kind.divisions)
    named.update(code for one in found.review_reasons.values() for code in one.divisions)
    if strangers := named - set(found.divisions):
        raise RulesMisfit(f"the rules name divisions that do not exist: {sorted(strangers)}")
    if strange := {office.zone for office in found.offices.values()} - set(found.zones):
        raise RulesMisfit(f"offices lie in time zones without a name: {sorted(strange)}")
    return found


rules = read(Path(__file__).parent)
