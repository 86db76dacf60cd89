"""Exporting: acts in somebody's name as CSV that no spreadsheet runs, and on paper."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from notices.document import Table, register
from notices.facts import Moment
from portal.delegations.acts.finding import ACTS
from portal.parts import Parts
from portal.web.formatting import Formatting
from portal.web.language import N_, say

MOST_LINES = 50_000
MOST_PRINTED = 1_000
# A cell that begins with one of these is a formula to some spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (N_("When"), N_("Who"), N_("In the name of"), N_("Act"), N_("Case"), N_("File number"))
EVIDENCE = N_("Evidence")


def to_csv(acts: Sequence[Any], f: Formatting) -> bytes:
    """RFC 4180 in UTF-8 with its mark, which spreadsheets need; work for a thread."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(harmless(say(f.language, head)) for head in (*COLUMNS, EVIDENCE))
    for act in acts:
        when = act.at.astimezone(ZoneInfo(f.zone)).isoformat(timespec="seconds")
        writer.writerow(harmless(cell) for cell in (when, *_cells(act, f), evidence(act, f)))
    return written.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """A cell that is text to every spreadsheet."""
    return f"'{text}" if text.startswith(FORMULA) else text


def typeset_acts(
    acts: Sequence[Any],
    told: Sequence[tuple[str, str]],
    portal: Parts,
    f: Formatting,
    now: datetime,
) -> bytes:
    """The newest of these acts as an accessible PDF; work for a thread, outside any transaction.

    `told`: what was looked for, label and words.
    """
    heads = [say(f.language, one) for one in (N_("When"), N_("Who"), N_("Act"), N_("Case"))]
    lines = [
        (
            f.moment(act.at),
            act.actor_name,
            ". ".join(filter(None, (_act(act, f), evidence(act, f)))),
            f"{act.title} {act.file_numbers or ''}".strip(),
        )
        for act in acts[:MOST_PRINTED]
    ]
    cut = N_("Only the newest %(count)s acts are printed. The CSV file holds more of them.")
    whole = N_("These are all of them.")
    text = say(f.language, cut, count=MOST_PRINTED) if len(acts) > MOST_PRINTED else None
    return register(
        "fr" if f.language == "fr" else "en",
        title=say(f.language, N_("Done in my name")),
        tribunal=portal.tribunal(f.language),
        made=Moment(now, f.zone),
        rows=[*told, (say(f.language, N_("Printed")), f.moment(now))],
        tables=[Table(say(f.language, N_("Acts")), heads, lines)],
        note=text or say(f.language, whole),
    )


def evidence(act: Any, f: Formatting) -> str:  # noqa: ANN401 - a row
    """A receipt, or the number of a notice."""
    if "receipt" in act.facts:
        return say(f.language, N_("Receipt %(number)s"), number=act.facts["receipt"])
    if "number" in act.facts:
        return say(f.language, N_("Notice %(number)s"), number=act.facts["number"])
    return ""


def _cells(act: Any, f: Formatting) -> tuple[str, ...]:  # noqa: ANN401 - a row
    return (
        act.actor_name,
        act.principal_name or "",
        _act(act, f),
        act.title,
        act.file_numbers or "",
    )


def _act(act: Any, f: Formatting) -> str:  # noqa: ANN401 - a row
    return say(f.language, ACTS[act.act]) if act.act in ACTS else act.act
