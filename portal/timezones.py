"""The time zones every date is computed with: the pinned tzdata, never the operating system's."""

import zoneinfo

import tzdata

# 2026e is the first release that holds all the 2026 changes of Canada: permanent UTC-7 in British
# Columbia, UTC-6 in Alberta and the Northwest Territories, UTC-5 in Manitoba.
NEEDED = "2026e"


class TimeZonesOutdated(Exception):
    """The time zone data is older than the law; hearings would be shown an hour wrong."""


def pin_timezones() -> None:
    """Make zoneinfo read the pinned data only; refuse to go on when it is too old."""
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()
    refuse_outdated(tzdata.IANA_VERSION)


def refuse_outdated(version: str) -> None:
    """Raise with the sentence that says how to mend it, unless this release is new enough."""
    if version < NEEDED:
        raise TimeZonesOutdated(
            f"The time zone data is release {version}; hearings in Canada need {NEEDED} or later. "
            "Install what requirements.lock names: .venv/bin/uv pip install --require-hashes "
            "-r requirements.lock"
        )
