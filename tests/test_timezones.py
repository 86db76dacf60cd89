"""Hearing times follow the pinned time zone data, whatever the machine has."""

import os
import zoneinfo
from datetime import UTC, datetime

import pytest

from portal.timezones import TimeZonesOutdated, pin_timezones, refuse_outdated

IN_DECEMBER = datetime(2026, 12, 3, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("America/Vancouver", 11),
        ("America/Edmonton", 12),
        ("America/Yellowknife", 12),
        ("America/Winnipeg", 13),
        ("America/Toronto", 13),
    ],
)
def test_the_changes_of_2026_are_known(zone: str, hour: int) -> None:
    """Four jurisdictions stopped changing their clocks in 2026; older data is an hour wrong."""
    pin_timezones()

    assert IN_DECEMBER.astimezone(zoneinfo.ZoneInfo(zone)).hour == hour


def test_the_operating_systems_data_is_never_read() -> None:
    """Debian's data is older than the pinned one, and zoneinfo would prefer it."""
    pin_timezones()

    assert zoneinfo.TZPATH == ()
    assert "PYTHONTZPATH" not in os.environ


def test_old_data_stops_the_portal_and_says_how_to_mend_it() -> None:
    """Better no portal than a hearing shown an hour wrong."""
    with pytest.raises(TimeZonesOutdated, match=r"2025b.*2026e or later.*requirements\.lock"):
        refuse_outdated("2025b")
    with pytest.raises(TimeZonesOutdated):
        refuse_outdated("2026d")
    refuse_outdated("2026e")
    refuse_outdated("2027a")
