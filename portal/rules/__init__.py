"""The tribunal's rules as data, and the small reader of them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.rules.rows import (
    Division,
    DocumentType,
    Holiday,
    Joining,
    Limit,
    Means,
    Office,
    Procedure,
    Receipt,
    RequestType,
    ReviewReason,
    Undertaking,
    Words,
    Zone,
)

__all__ = [
    "Division",
    "DocumentType",
    "Holiday",
    "Joining",
    "Limit",
    "Means",
    "Office",
    "Procedure",
    "Receipt",
    "RequestType",
    "ReviewReason",
    "Rules",
    "RulesMisfit",
    "Undertaking",
    "Words",
    "Zone",
    "rules",
]


class RulesMisfit(Exception):
    """The rules data contradicts itself; nothing starts on it."""


@dataclass(frozen=True)
class Rules:
    """One tribunal's rules."""

    divisions: Mapping[str, Division]
    offices: Mapping[str, Office]
    zones: Mapping[str, Zone]
    document_types: Mapping[str, DocumentType]
    means: Mapping[str, Means]
    limits: tuple[Limit, ...]
    receipts: tuple[Receipt, ...]
    # What limits are counted from: "the hearing on {day}".
    events: Mapping[str, Words]
    holidays: tuple[Holiday, ...]
    review_reasons: Mapping[str, ReviewReason]
    request_types: Mapping[str, RequestType]
    joining: Joining
    # The oldest first.
    undertakings: tuple[Undertaking, ...]

    def undertaking(self, version: str | None = None) -> Undertaking:
        """The undertaking that is given now, or the version that somebody gave."""
        known = {one.version: one for one in self.undertakings}
        return known.get(version or "", self.undertakings[-1])

    def receipt_rule(self, code: str | None) -> Receipt | None:
        """The row that a letter was judged by, in force still or not."""
        return next((row for row in self.receipts if row.code == code), None)

    def holiday(self, code: str) -> Holiday:
        """The holiday of this name."""
        return next(one for one in self.holidays if one.code == code)

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

    def record_of(self, division: str) -> list[DocumentType]:
        """What an appellant's record holds here, in the order that the rule fixes."""
        parts = [kind for kind in self.types_for(division) if kind.record]
        return sorted(parts, key=lambda kind: kind.record)

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
        offices={
            code: Office(code, **row | {"address": tuple(row["address"])})
            for code, row in offices["office"].items()
        },
        zones={code: Zone(code, **row) for code, row in offices["zone"].items()},
        document_types={
            code: DocumentType(code, **row | {"divisions": tuple(row.get("divisions", ()))})
            for code, row in tables["document_types"].items()
        },
        means={code: Means(code, **row) for code, row in tables["means"].items()},
        review_reasons={
            code: ReviewReason(code, **row | {"divisions": tuple(row.get("divisions", ()))})
            for code, row in tables["review_reasons"].items()
        },
        limits=tuple(Limit(**row) for row in tables["deadlines"]["deadline"]),
        receipts=tuple(Receipt(**row) for row in tables["receipts"]["receipt"]),
        events=tables["deadlines"]["event"],
        holidays=tuple(
            Holiday(code, **row | {"offices": tuple(row.get("offices", ()))})
            for code, row in tables["holidays"].items()
        ),
        request_types={
            code: RequestType(code, row["name"], _procedures(row))
            for code, row in tables["requests"].items()
        },
        joining=Joining(**tables["joining"]),
        undertakings=tuple(
            Undertaking(**row | {"promises": tuple(row["promises"])})
            for row in tables["undertakings"]["undertaking"]
        ),
    )
    _require_sense(found)
    return found


def _procedures(row: Mapping[str, Any]) -> dict[str, Procedure]:
    """The tables of a kind of request, each named by its division."""
    return {
        key: Procedure(**value | {"limits": tuple(value.get("limits", ()))})
        for key, value in row.items()
        if key != "name"
    }


def _require_sense(found: Rules) -> None:
    """Raise RulesMisfit where one row names another that is not there."""
    named = {row.division for row in (*found.limits, *found.receipts)}
    named.update(code for kind in found.request_types.values() for code in kind.procedures)
    named.update(code for kind in found.document_types.values() for code in kind.divisions)
    named.update(code for one in found.review_reasons.values() for code in one.divisions)
    if strangers := named - set(found.divisions):
        raise RulesMisfit(f"the rules name divisions that do not exist: {sorted(strangers)}")
    if uncounted := {limit.event for limit in found.limits} - set(found.events):
        raise RulesMisfit(f"limits count from events without words: {sorted(uncounted)}")
    procedures = [one for kind in found.request_types.values() for one in kind.procedures.values()]
    judging = {code for one in procedures for code in (one.limit, *one.limits) if code}
    if unknown := judging - {limit.code for limit in found.limits}:
        raise RulesMisfit(f"requests are judged by limits that do not exist: {sorted(unknown)}")
    if strange := {office.zone for office in found.offices.values()} - set(found.zones):
        raise RulesMisfit(f"offices lie in time zones without a name: {sorted(strange)}")


rules = read(Path(__file__).parent)
