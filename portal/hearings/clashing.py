"""Which of my hearings cannot both be attended."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID


def clashes(rows: Iterable[Any]) -> frozenset[UUID]:
    """Those that overlap with another; cases that are heard together are one hearing."""
    found: set[UUID] = set()
    going_on: list[Any] = []
    for row in sorted(rows, key=lambda row: row.starts_at):
        if row.cancelled_at:
            continue
        going_on = [one for one in going_on if _ends(one) > row.starts_at]
        others = [one.id for one in going_on if one.sitting_id != row.sitting_id]
        found |= {row.id, *others} if others else set()
        going_on.append(row)
    return frozenset(found)


def _ends(row: Any) -> datetime:  # noqa: ANN401 - a row
    return row.starts_at + timedelta(minutes=row.minutes)
