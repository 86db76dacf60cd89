"""Warning: what a filer should know before pressing *File*. Nothing of it stops anybody."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from portal.appeals.assembling import assembled
from portal.appeals.perfecting import perfects
from portal.documents.declaring import late, served_is_asked
from portal.documents.describing import untranslated
from portal.documents.reading import Package
from portal.web.language import N_
from portal.web.visit import Visit

PROOF = "proof_of_service"


@dataclass(frozen=True)
class Caution:
    """One thing to think about: a sentence with its facts, and where it can be mended."""

    text: str
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    href: str = ""
    link: str = ""


def cautions(visit: Visit, draft: Package) -> list[Caution]:
    """Everything to think about before this draft is filed, the gravest first."""
    return [
        *_lateness(visit, draft),
        *_record(visit, draft),
        *_files(visit, draft),
        *_service(draft),
        *_cases(draft),
    ]


def _lateness(visit: Visit, draft: Package) -> Iterator[Caution]:
    if late(draft, visit) and not draft.submission.late_reasons:
        yield Caution(
            N_(
                "A limit has passed and you give no reasons. The tribunal decides whether it uses what came late."
            ),
            href=f"/submissions/{draft.id}#late_reasons",
            link=N_("Say why it comes late"),
        )


def _record(visit: Visit, draft: Package) -> Iterator[Caution]:
    """Of an appeal that is not perfected: what the record lacks, and what is too long or misplaced."""
    if not draft.pending:
        return
    record, here = assembled(draft.documents), f"/submissions/{draft.id}"
    if not perfects(draft.documents, side=draft.submission.side):
        yield Caution(
            N_(
                "Nothing here is the appellant’s record or its memorandum: filing this does not perfect the appeal."
            ),
            href=f"{here}#record",
            link=N_("See what belongs in the record"),
        )
        return
    for part in record.missing:
        yield Caution(
            N_("The appellant’s record is to hold this, and it is not here: %(what)s."),
            {"what": visit.formatting.data(part.kind.name)},
            f"{here}#record",
            N_("See what belongs in the record"),
        )
    for part in record.parts:
        if part.too_long:
            yield Caution(
                N_("%(what)s: %(pages)s pages, where the rule allows %(most)s."),
                {
                    "what": visit.formatting.data(part.kind.name),
                    "pages": part.pages,
                    "most": part.kind.pages,
                },
                f"{here}#record",
                N_("See what belongs in the record"),
            )
    if not record.in_order:
        yield Caution(
            N_("The parts of the record are not in the order that the rule fixes."),
            href=f"{here}#record",
            link=N_("See the order"),
        )


def _files(visit: Visit, draft: Package) -> Iterator[Caution]:
    """Of each file: a translation that is missing, and the same bytes on file or in it twice."""
    first: dict[str, Any] = {}
    for one in draft.documents:
        if untranslated(one):
            yield Caution(
                N_(
                    "%(name)s is neither in English nor in French, and its translation or the translator’s declaration is not complete. The tribunal may not use it."
                ),
                {"name": one.name},
                f"/documents/{one.id}/translation?then=check",
                N_("Add the translator’s declaration"),
            )
        for twin in [twin for twin in draft.twins if twin.of == one.id][:1]:
            moment = visit.formatting.moment(twin.filed_at, draft.zone)
            yield Caution(
                N_(
                    "%(name)s is on file already, to the last byte: received %(moment)s, receipt %(receipt)s."
                ),
                {"name": one.name, "moment": moment, "receipt": twin.receipt},
                f"/documents/{twin.id}",
                N_("See the document on file"),
            )
        if one.sha256 in first:
            yield Caution(
                N_("%(name)s and %(other)s are the same file, to the last byte."),
                {"name": one.name, "other": first[one.sha256].name},
                f"/submissions/{draft.id}#file-{one.id}",
                N_("Remove one of them"),
            )
        first.setdefault(one.sha256, one)


def _service(draft: Package) -> Iterator[Caution]:
    """The rules want to know how and when the other party was given a copy."""
    said = draft.submission
    told = said.served_to and said.served_how and said.served_on
    if served_is_asked(draft) and not told and all(one.type != PROOF for one in draft.documents):
        yield Caution(
            N_("You do not say how and when the other party was given a copy."),
            href=f"/submissions/{draft.id}#served_to",
            link=N_("Say how and when"),
        )


def _cases(draft: Package) -> Iterator[Caution]:
    if len(draft.chosen) < len(draft.submission.also_for):
        yield Caution(
            N_(
                "A joined case that was chosen is not open to you any more, so nothing is filed there."
            ),
            href=f"/submissions/{draft.id}#also_for",
            link=N_("See which cases it is for"),
        )
