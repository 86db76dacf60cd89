"""Working days: on which days a registry office is closed, and how they are counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter

from portal.rules import Holiday, Words, rules

DAY = timedelta(days=1)
SATURDAY, SUNDAY = 6, 7
REST: Mapping[int, Words] = {
    SATURDAY: {"en": "Saturday", "fr": "samedi"},
    SUNDAY: {"en": "Sunday", "fr": "dimanche"},
}


@dataclass(frozen=True)
class Office:
    """One registry office's days."""

    code: str

    def closed(self, day: date) -> Words | None:
        """What closes it on this day: a holiday, Saturday or Sunday; None on a working day."""
        return _holidays(self.code, day.year).get(day) or REST.get(day.isoweekday())

    def working(self, day: date, days: int) -> date:
        """The working day so many working days after (or before) this day, which is not counted."""
        step = DAY if days > 0 else -DAY
        left = abs(days)
        while left:
            day += step
            left -= self.closed(day) is None
        return day

    def open_from(self, day: date) -> date:
        """This day, or the next working day if the office is closed on it."""
        while self.closed(day):
            day += DAY
        return day


@cache
def _holidays(office: str, year: int) -> Mapping[date, Words]:
    """The year's holidays, each on the day on which it is kept."""
    kept: dict[date, Words] = {}
    ours = (one for one in rules.holidays if not one.offices or office in one.offices)
    for day, holiday in sorted((_falls(one, year), one.code) for one in ours if one.since <= year):
        while day.isoweekday() in REST or day in kept:
            day += DAY  # noqa: PLW2901 - the day on which it is kept
        kept[day] = rules.holiday(holiday).name
    return kept


def _falls(holiday: Holiday, year: int) -> date:
    """The day that the rule names, whatever day of the week it is."""
    if holiday.easter is not None:
        return easter(year) + holiday.easter * DAY
    if holiday.before:
        last = date(year, *_month_and_day(holiday.before)) - DAY
        return last - (last.isoweekday() - holiday.weekday) % 7 * DAY
    if holiday.nth:
        first = date(year, holiday.month, 1)
        return first + ((holiday.weekday - first.isoweekday()) % 7 + 7 * (holiday.nth - 1)) * DAY
    return date(year, *_month_and_day(holiday.date))


def _month_and_day(written: str) -> tuple[int, int]:
    month, day = written.split("-")
    return int(month), int(day)
