"""Quiet hours and mornings, by the reader's own clock, on every day that the clocks change too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notices.hours import RESTING, WAKING, awake, next_morning
from portal.preferences.zones import zones

ZONES = st.sampled_from([name for name, _ in zones()])
# From 2024 to the end of 2028, in seconds since 1970.
MOMENTS = st.integers(1_704_067_200, 1_861_920_000).map(
    lambda one: datetime.fromtimestamp(one, UTC)
)
SPRING, AUTUMN = datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 11, 1, 5, tzinfo=UTC)


@given(MOMENTS, ZONES)
@example(SPRING, "America/Toronto")
@example(AUTUMN, "America/Toronto")
@example(SPRING, "America/St_Johns")
def test_nothing_leaves_in_quiet_hours_and_nothing_waits_longer(at: datetime, zone: str) -> None:
    """From the moment on, the first that the reader's clock calls day; the same, if it is day."""
    leaves = awake(at, zone)

    assert leaves >= at
    assert WAKING <= leaves.astimezone(ZoneInfo(zone)).time() < RESTING
    if leaves > at:
        for moment in (at, leaves - timedelta(minutes=1)):
            local = moment.astimezone(ZoneInfo(zone)).time()
            assert not WAKING <= local < RESTING or moment < at
        assert leaves - at <= timedelta(hours=12)


@given(MOMENTS, ZONES)
@example(SPRING, "America/Toronto")
@example(AUTUMN, "America/Toronto")
def test_the_daily_mail_leaves_at_eight(at: datetime, zone: str) -> None:
    """Once each day of the reader's: later than now, within a day, and that day's own."""
    leaves, day = next_morning(at, zone)
    local = leaves.astimezone(ZoneInfo(zone))

    assert at < leaves <= at + timedelta(hours=26)
    assert (local.time(), local.date()) == (WAKING, day)
    assert next_morning(leaves, zone)[1] > day


@pytest.mark.parametrize(
    ("night", "morning"),
    [("2026-03-08 04:30", "2026-03-08 12:00"), ("2026-11-01 02:30", "2026-11-01 13:00")],
)
def test_the_night_the_clocks_change_ends_at_eight_all_the_same(night: str, morning: str) -> None:
    """In Toronto 8:00 is 12:00 UTC from 8 March on, and 13:00 again from 1 November."""
    at, leaves = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (night, morning))

    assert awake(at, "America/Toronto") == leaves
