"""What became of each row, in words: for the page, and as CSV that no spreadsheet runs."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from notices.issuing import number_of
from portal.delegations.acts.exporting import harmless
from portal.models import BatchRow, RowState
from portal.registry.batches.problems import SENTENCES
from portal.registry.batches.stating import labels
from portal.web.language import N_, say

STATES: Mapping[str, str] = {
    RowState.problem: N_("to correct"),
    RowState.ready: N_("not issued yet"),
    RowState.issued: N_("issued"),
    RowState.failed: N_("failed"),
    RowState.left_out: N_("left out"),
    RowState.stopped: N_("stopped"),
    RowState.recalled: N_("recalled"),
}
CHANGED: Mapping[str, str] = {
    "people": N_("other people than at the check"),
    "facts": N_("other facts than at the check"),
}
COLUMNS = (
    N_("Line"),
    N_("In the list"),
    N_("File number"),
    N_("State"),
    N_("Notice number"),
    N_("People"),
    N_("By mail"),
    N_("Letters"),
    N_("Changed since the check"),
    N_("Problem"),
)


def sentence(kind: str, row: Any, language: str) -> str:  # noqa: ANN401 - a row, whole or in part
    """What is wrong with a row and what to do, or nothing."""
    if row.problem is None:
        return ""
    about = dict(row.about)
    if "input" in about:
        about["label"] = labels(kind, language).get(about["input"], about["input"])
    if "reason" in about:
        about["reason"] = say(language, about["reason"])
    return say(language, SENTENCES[row.problem], **about)


def changes(row: Any, language: str) -> str:  # noqa: ANN401 - as above
    """What is not as it was at the check."""
    return ", ".join(say(language, CHANGED[one]) for one in row.changed)


def to_csv(kind: str, rows: Sequence[BatchRow], language: str) -> bytes:
    """RFC 4180 in UTF-8 with its mark, which spreadsheets need; work for a thread."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(harmless(say(language, head)) for head in COLUMNS)
    for row in rows:
        writer.writerow(harmless(cell) for cell in _cells(kind, row, language))
    return written.getvalue().encode("utf-8-sig")


def _cells(kind: str, row: BatchRow, language: str) -> Sequence[str]:
    counts = (row.people, row.mails, row.letters)
    return (
        str(row.line),
        row.written,
        row.file_number or "",
        say(language, STATES[row.state]),
        number_of(row.notice_id) if row.notice_id else "",
        *map(str, counts),
        changes(row, language),
        sentence(kind, row, language),
    )
