"""The figures a run has measured: kept in build/figures.json, printed falling short first.

A test or bench calls `record`; `make figures` (or `python -m bench.figures`) prints the table.
"""

import fcntl
import json
import os
import subprocess
from pathlib import Path
from typing import TypedDict

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "build" / "figures.json"


class Figure(TypedDict):
    """One measured value beside what must be reached; a limit is "at most" unless it says >=."""

    value: float
    limit: float | str
    command: str
    commit: str


def record(
    key: str, value: float, *, limit: float, command: str, at_least: bool = False, file: Path = FILE
) -> None:
    """Write one measured figure; other processes may record theirs at the same time."""
    figure = Figure(
        value=round(value, 3),
        limit=f">={limit}" if at_least else limit,
        command=command,
        commit=_commit(),
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        figures = read(file) | {key: figure}
        _write(file, json.dumps(dict(sorted(figures.items())), indent=1) + "\n")


def read(file: Path = FILE) -> dict[str, Figure]:
    """All figures recorded so far."""
    return json.loads(file.read_text()) if file.exists() else {}


def table(figures: dict[str, Figure]) -> str:
    """The figures as text, those that fall short first."""
    rows = [("", "figure", "value", "limit", "measured by", "at")]
    for key in sorted(figures, key=lambda key: (not short(figures[key]), key)):
        figure = figures[key]
        limit = figure["limit"] if isinstance(figure["limit"], str) else f"<={figure['limit']:g}"
        mark = "SHORT" if short(figure) else "ok"
        rows.append((mark, key, f"{figure['value']:g}", limit, figure["command"], figure["commit"]))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def short(figure: Figure) -> bool:
    """Whether the value misses its limit."""
    limit = figure["limit"]
    if isinstance(limit, str):
        return figure["value"] < float(limit.removeprefix(">="))
    return figure["value"] > limit


def _write(file: Path, text: str) -> None:
    """Replace the file in one step, so that a reader never sees half of it."""
    draft = file.with_suffix(f".{os.getpid()}.draft")
    draft.write_text(text)
    draft.replace(file)


def _commit() -> str:
    """The commit that was measured; a plus says that the work tree had moved on from it."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or "unknown"


if __name__ == "__main__":
    known = read()
    print(table(known) if known else f"Nothing measured yet: {FILE} is missing. Run make bench.")
