"""Receipts in words and on paper: what came in, when, by whom, for whom, and whether in time."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from notices.document import FiledFile, Letterhead, receipt
from notices.facts import Both, Moment
from portal.documents.reading import Bundle
from portal.parts import Parts
from portal.rules import Limit, rules
from portal.web.formatting import Formatting
from portal.web.language import N_, say


def in_words(judged: Mapping[str, Any] | None, f: Formatting) -> str:
    """Whether a filing was in time, and for what."""
    if judged is None:
        return say(f.language, N_("No limit applied."))
    answered = _limit(judged["code"])
    late = N_("Late: %(what)s was due %(day)s.")
    in_time = N_("In time: %(what)s, due %(day)s.")
    day = f.weekday(date.fromisoformat(judged["due"]))
    said = say(f.language, late if judged["late"] else in_time, what=f.data(answered.name), day=day)
    missed = [f.data(_limit(code).name) for code in judged.get("missed", ())]
    if missed and not judged["late"]:
        passed = say(
            f.language, N_("The limit for this had passed: %(what)s."), what=", ".join(missed)
        )
        return f"{said} {passed}"
    return said


def typeset_receipt(filed: Bundle, portal: Parts, f: Formatting) -> bytes:
    """The receipt as an accessible PDF; work for a thread, outside any transaction."""
    submission, case = filed.submission, filed.opened.case
    office = rules.offices[case.office]
    tribunal = Both(portal.settings.tribunal_en, portal.settings.tribunal_fr)
    division = rules.divisions[case.division].name
    where = {
        language: f"{division[language]}, {office.name[language]}" for language in ("en", "fr")
    }
    names = {"filer": submission.filer_name, "principal": submission.principal_name}
    both = say(f.language, N_("%(filer)s for %(principal)s"), **names)
    filer = both if submission.delegation_id else submission.filer_name
    rows = [
        (N_("Received"), f.moment(submission.filed_at, filed.zone)),
        (N_("Filed by"), filer),
        (N_("In the name of"), submission.principal_name),
        (N_("Limit"), in_words(submission.judged, f)),
    ]
    if filed.preparer:
        rows.insert(2, (N_("Prepared by"), filed.preparer))
    return receipt(
        "fr" if f.language == "fr" else "en",
        head=Letterhead(
            tribunal=tribunal,
            office=Both(**where),
            number=submission.receipt,
            issued=Moment(submission.filed_at, filed.zone),
        ),
        file_number=", ".join(filed.file_numbers),
        rows=[(say(f.language, label), text) for label, text in rows],
        files=[_line(document, f) for document in filed.documents],
    )


def _line(document: Any, f: Formatting) -> FiledFile:  # noqa: ANN401 - a row
    pages = str(document.pages) if document.pages else "–"
    return FiledFile(
        name=document.name, size=f.size(document.size), pages=pages, sha256=document.sha256
    )


def _limit(code: str) -> Limit:
    return next(limit for limit in rules.limits if limit.code == code)
