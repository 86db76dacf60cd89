"""Reading vectors out of a test's docstring, where each stands beside its working."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from portal.rules.deadlines import limit_from

DAY = r"(\d{4}-\d\d-\d\d)"
LINE = re.compile(rf"^\s*(\w+) {DAY} → {DAY}(?: or {DAY})?  \S", re.MULTILINE)


@dataclass(frozen=True)
class Vector:
    """One limit: counted from an event at an office, what is the last day."""

    code: str
    office: str
    event_on: date
    due: date
    # The later day that the Division might take instead.
    perhaps: date | None

    def hold(self) -> None:
        """Compare with what the rules' data gives."""
        found = limit_from(self.code, self.event_on, office=self.office)
        later = found.next_open if found.doubtful else None
        assert (found.due, later) == (self.due, self.perhaps)


Test = Callable[[Vector], None]
# All that stand in docstrings, once their modules are read.
every: list[Vector] = []


def vectors(code: str, docstring: str) -> list[Vector]:
    """Those of one docstring."""
    read = date.fromisoformat
    return [
        Vector(code, office, read(event), read(due), read(perhaps) if perhaps else None)
        for office, event, due, perhaps in LINE.findall(docstring)
    ]


def worked(code: str) -> Callable[[Test], Test]:
    """Run the test once for each vector in its docstring."""

    def over(test: Test) -> Test:
        found = vectors(code, test.__doc__ or "")
        every.extend(found)
        names = [f"{one.office} {one.event_on}" for one in found]
        return pytest.mark.parametrize("vector", found, ids=names)(test)

    return over
