"""The time zones that people choose from: Canada's first, then everybody else's."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import get_timezone_location

# From east to west; one for each clock that Canada keeps.
CANADA = (
    "America/St_Johns",
    "America/Halifax",
    "America/Toronto",
    "America/Winnipeg",
    "America/Regina",
    "America/Edmonton",
    "America/Vancouver",
    "America/Whitehorse",
    "America/Iqaluit",
)
# Other names of the tz database are abbreviations, offsets, and old names of these.
REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe",
    "Indian", "Pacific",
)  # fmt: skip


@cache
def zones(language: str = "en") -> tuple[tuple[str, str], ...]:
    """Each zone's name in the database, and the city that people know it by: `Asia/Kabul`, Kaboul."""
    locale = "fr_CA" if language == "fr" else "en_CA"
    named = [(name, _city(name, locale)) for name in available_timezones() if _is_a_place(name)]
    others = sorted((one for one in named if one[0] not in CANADA), key=lambda one: one[1])
    return (*((name, _city(name, locale)) for name in CANADA), *others)


def _is_a_place(name: str) -> bool:
    return name.startswith(REGIONS) and "/" in name


def _city(name: str, locale: str) -> str:
    return get_timezone_location(ZoneInfo(name), locale=locale, return_city=True)
