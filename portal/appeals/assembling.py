"""Assembling: what belongs in an appellant's record, what is there, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.rules import DocumentType, rules

WHOLE = "appellants_record"


@dataclass(frozen=True)
class Part:
    """One part of the record, with the documents that are it."""

    kind: DocumentType
    documents: Sequence[Any]

    @property
    def pages(self) -> int:
        """Its pages, as far as they are counted."""
        return sum(one.pages or 0 for one in self.documents)

    @property
    def missing(self) -> bool:
        """Whether the rule wants it and it is not there."""
        return self.kind.needed and not self.documents

    @property
    def too_long(self) -> bool:
        """Whether it has more pages than the rule allows; that stops nobody."""
        return 0 < self.kind.pages < self.pages


@dataclass(frozen=True)
class Record:
    """The parts in the order of RAD Rules, r. 3(3)."""

    parts: Sequence[Part]
    # Files that are the whole record in one.
    whole: Sequence[Any]
    in_order: bool

    @property
    def missing(self) -> list[Part]:
        """The parts that are wanted and not there; a file that is the whole record has them all."""
        return [] if self.whole else [part for part in self.parts if part.missing]


def assembled(documents: Sequence[Any], *, division: str = "rad") -> Record:
    """These documents as a record; what was withdrawn or replaced does not count."""
    minister = rules.divisions[division].exhibits["minister"]
    ours = [one for one in documents if _counts(one, minister)]
    kinds = rules.record_of(division)
    places = {kind.code: kind.record for kind in kinds}
    order = [places[one.type] for one in ours if one.type in places]
    return Record(
        [Part(kind, [one for one in ours if one.type == kind.code]) for kind in kinds],
        [one for one in ours if one.type == WHOLE],
        order == sorted(order),
    )


def _counts(document: Any, minister: str) -> bool:  # noqa: ANN401 - a row of either kind
    gone = document.withdrawn_at or document.replaced_at
    return not gone and not (document.exhibit or "").startswith(f"{minister}-")
