"""Times of the demonstration: so many days from today, on the clock of an office."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.rules import rules


def wall(now: datetime, office: str, days: int, clock: str) -> datetime:
    """The wall-clock time in an office, so many days from now: "9:00", without its zone."""
    hours, minutes = map(int, clock.split(":"))
    today = now.astimezone(ZoneInfo(rules.offices[office].zone)).date()
    return datetime.combine(today + timedelta(days=days), time(hours, minutes))


def local(now: datetime, office: str, days: int, clock: str) -> datetime:
    """The instant of that wall-clock time."""
    zone = ZoneInfo(rules.offices[office].zone)
    return wall(now, office, days, clock).replace(tzinfo=zone).astimezone(UTC)


def working_day(moment: datetime) -> datetime:
    """The same time on the next day that is not a Saturday or Sunday: nobody sits then."""
    return moment + timedelta(days=max(0, 7 - moment.weekday()) if moment.weekday() > 4 else 0)
