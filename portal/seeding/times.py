"""Times of the demonstration: so many days from today, on the clock of an office."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.rules import rules
from portal.rules.holidays import Office


def wall(now: datetime, office: str, days: int, clock: str) -> datetime:
    """The wall-clock time in an office, so many days from now: "9:00", without its zone."""
    hours, minutes = map(int, clock.split(":"))
    today = now.astimezone(ZoneInfo(rules.offices[office].zone)).date()
    return datetime.combine(today + timedelta(days=days), time(hours, minutes))


def local(now: datetime, office: str, days: int, clock: str) -> datetime:
    """The instant of that wall-clock time."""
    zone = ZoneInfo(rules.offices[office].zone)
    return wall(now, office, days, clock).replace(tzinfo=zone).astimezone(UTC)


def working_day(moment: datetime, office: str) -> datetime:
    """The same time on the next day on which the office is open: nobody sits on the others."""
    return datetime.combine(Office(office).open_from(moment.date()), moment.time())
