"""The first moment that is too late, in fourteen zones, where clocks change and where they stopped."""

import re
from datetime import UTC, date, datetime

import pytest

from portal.rules.deadlines import Deadline, limit_in_force

LINE = re.compile(r"^\s*(\w+) (\S+) → (\S+)  \S", re.MULTILINE)
WORKED = """
    Midnight after the last day, at the office, is that many hours later in UTC. British Columbia
    stays on UTC−7, Alberta and the Northwest Territories on UTC−6, Manitoba on UTC−5 from 2026 on.

    St_Johns 2026-03-07 → 2026-03-08T03:30  UTC−3:30, the night before the clocks go forward
    St_Johns 2026-03-08 → 2026-03-09T02:30  UTC−2:30, a day of 23 hours
    St_Johns 2026-11-01 → 2026-11-02T03:30  UTC−3:30, a day of 25 hours
    St_Johns 2026-12-31 → 2027-01-01T03:30  UTC−3:30, the year's last day
    Halifax 2026-03-07 → 2026-03-08T04:00  UTC−4, the night before the clocks go forward
    Halifax 2026-03-08 → 2026-03-09T03:00  UTC−3, a day of 23 hours
    Halifax 2026-11-01 → 2026-11-02T04:00  UTC−4, a day of 25 hours
    Halifax 2026-12-31 → 2027-01-01T04:00  UTC−4, the year's last day
    Moncton 2026-03-07 → 2026-03-08T04:00  UTC−4, the night before the clocks go forward
    Moncton 2026-03-08 → 2026-03-09T03:00  UTC−3, a day of 23 hours
    Moncton 2026-11-01 → 2026-11-02T04:00  UTC−4, a day of 25 hours
    Moncton 2026-12-31 → 2027-01-01T04:00  UTC−4, the year's last day
    Goose_Bay 2026-03-07 → 2026-03-08T04:00  UTC−4, the night before the clocks go forward
    Goose_Bay 2026-03-08 → 2026-03-09T03:00  UTC−3, a day of 23 hours
    Goose_Bay 2026-11-01 → 2026-11-02T04:00  UTC−4, a day of 25 hours
    Goose_Bay 2026-12-31 → 2027-01-01T04:00  UTC−4, the year's last day
    Toronto 2026-03-07 → 2026-03-08T05:00  UTC−5, the night before the clocks go forward
    Toronto 2026-03-08 → 2026-03-09T04:00  UTC−4, a day of 23 hours
    Toronto 2026-11-01 → 2026-11-02T05:00  UTC−5, a day of 25 hours
    Toronto 2026-12-31 → 2027-01-01T05:00  UTC−5, the year's last day
    Montreal 2026-03-07 → 2026-03-08T05:00  UTC−5, the night before the clocks go forward
    Montreal 2026-03-08 → 2026-03-09T04:00  UTC−4, a day of 23 hours
    Montreal 2026-11-01 → 2026-11-02T05:00  UTC−5, a day of 25 hours
    Montreal 2026-12-31 → 2027-01-01T05:00  UTC−5, the year's last day
    Iqaluit 2026-03-07 → 2026-03-08T05:00  UTC−5, the night before the clocks go forward
    Iqaluit 2026-03-08 → 2026-03-09T04:00  UTC−4, a day of 23 hours
    Iqaluit 2026-11-01 → 2026-11-02T05:00  UTC−5, a day of 25 hours
    Iqaluit 2026-12-31 → 2027-01-01T05:00  UTC−5, the year's last day
    Atikokan 2026-03-07 → 2026-03-08T05:00  UTC−5, no change of clocks
    Atikokan 2026-03-08 → 2026-03-09T05:00  UTC−5, a day of 24 hours
    Atikokan 2026-11-01 → 2026-11-02T05:00  UTC−5, a day of 24 hours
    Atikokan 2026-12-31 → 2027-01-01T05:00  UTC−5, the year's last day
    Winnipeg 2026-03-07 → 2026-03-08T06:00  UTC−6, the night before the clocks go forward
    Winnipeg 2026-03-08 → 2026-03-09T05:00  UTC−5, a day of 23 hours
    Winnipeg 2026-11-01 → 2026-11-02T05:00  UTC−5, a day of 24 hours
    Winnipeg 2026-12-31 → 2027-01-01T05:00  UTC−5, the year's last day
    Regina 2026-03-07 → 2026-03-08T06:00  UTC−6, no change of clocks
    Regina 2026-03-08 → 2026-03-09T06:00  UTC−6, a day of 24 hours
    Regina 2026-11-01 → 2026-11-02T06:00  UTC−6, a day of 24 hours
    Regina 2026-12-31 → 2027-01-01T06:00  UTC−6, the year's last day
    Edmonton 2026-03-07 → 2026-03-08T07:00  UTC−7, the night before the clocks go forward
    Edmonton 2026-03-08 → 2026-03-09T06:00  UTC−6, a day of 23 hours
    Edmonton 2026-11-01 → 2026-11-02T06:00  UTC−6, a day of 24 hours
    Edmonton 2026-12-31 → 2027-01-01T06:00  UTC−6, the year's last day
    Yellowknife 2026-03-07 → 2026-03-08T07:00  UTC−7, the night before the clocks go forward
    Yellowknife 2026-03-08 → 2026-03-09T06:00  UTC−6, a day of 23 hours
    Yellowknife 2026-11-01 → 2026-11-02T06:00  UTC−6, a day of 24 hours
    Yellowknife 2026-12-31 → 2027-01-01T06:00  UTC−6, the year's last day
    Whitehorse 2026-03-07 → 2026-03-08T07:00  UTC−7, no change of clocks
    Whitehorse 2026-03-08 → 2026-03-09T07:00  UTC−7, a day of 24 hours
    Whitehorse 2026-11-01 → 2026-11-02T07:00  UTC−7, a day of 24 hours
    Whitehorse 2026-12-31 → 2027-01-01T07:00  UTC−7, the year's last day
    Vancouver 2026-03-07 → 2026-03-08T08:00  UTC−8, the night before the clocks go forward
    Vancouver 2026-03-08 → 2026-03-09T07:00  UTC−7, a day of 23 hours
    Vancouver 2026-11-01 → 2026-11-02T07:00  UTC−7, a day of 24 hours
    Vancouver 2026-12-31 → 2027-01-01T07:00  UTC−7, the year's last day
"""


def ends(zone: str, due: str) -> str:
    """The first moment after this day in this zone, in UTC."""
    day = date.fromisoformat(due)
    limit = limit_in_force("rpd_disclosure", day)
    found = Deadline(limit, day, day, f"America/{zone}", day)
    return found.instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(("zone", "due", "instant"), LINE.findall(WORKED))
def test_a_day_ends_on_its_own_clock(zone: str, due: str, instant: str) -> None:
    """RPD Rules, r. 41: received by the end of the day; each worked in WORKED above."""
    assert ends(zone, due) == instant
    assert datetime.fromisoformat(instant) > datetime.fromisoformat(due)
