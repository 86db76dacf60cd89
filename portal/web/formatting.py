"""Dates, times, sizes and data in the reader's language: `f` in every template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from math import floor
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent

from portal.rules import rules
from portal.web.language import translations

LOCALES = {"en": "en_CA", "fr": "fr_CA"}
CLOCK = {"en": "HH:mm", "fr": "HH 'h' mm"}


# A page of a month writes some hundred days and times, most of them not for the first time.


@lru_cache(maxsize=4096)
def _written_day(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=LOCALES[language])


@lru_cache(maxsize=4096)
def _written_time(hour: int, minute: int, language: str) -> str:
    return format_time(time(hour, minute), CLOCK[language], locale=LOCALES[language])


@dataclass(frozen=True)
class Formatting:
    """How one reader is told things; `zone` is the reader's own."""

    language: str
    zone: str

    def day(self, day: date) -> str:
        """A date without its weekday: "3 December 2026", "1er décembre 2026"."""
        return self._date(day, "d MMMM y")

    def short(self, day: date) -> str:
        """A date as tables show it: "3 Dec 2026"."""
        return self._date(day, "d MMM y")

    def weekday(self, day: date) -> str:
        """A date with its weekday: "Thursday, 3 December 2026"."""
        return self._date(day, "EEEE, d MMMM y" if self.language == "en" else "EEEE d MMMM y")

    def part(self, day: date, pattern: str) -> str:
        """One part of a date by its CLDR pattern, for the calendar leaf: "EEE" → "Thu"."""
        return _written_day(day, pattern, self.language)

    def time(self, moment: datetime, zone: str | None = None) -> str:
        """The time on a clock in that zone: "09:00", "09 h 00"."""
        there = moment.astimezone(ZoneInfo(zone or self.zone))
        return _written_time(there.hour, there.minute, self.language)

    def spoken(self, moment: datetime, zone: str) -> str:
        """The time as people say it: "9:00 in the morning", "9 h 00 le matin"."""
        there = moment.astimezone(ZoneInfo(zone))
        hour = there.hour % 12 or 12 if self.language == "en" else there.hour
        words = translations(self.language)
        if there.hour == 12 and there.minute == 0:
            return words.gettext("12:00 noon")
        if there.hour < 12:
            part = words.gettext("%(hour)s:%(minute)s in the morning")
        elif there.hour < 18:
            part = words.gettext("%(hour)s:%(minute)s in the afternoon")
        else:
            part = words.gettext("%(hour)s:%(minute)s in the evening")
        return part % {"hour": hour, "minute": f"{there.minute:02}"}

    def clock(self, written: str) -> str:
        """A time of day that the rules write as "08:30"."""
        there = time.fromisoformat(written)
        return _written_time(there.hour, there.minute, self.language)

    def local_day(self, moment: datetime, zone: str | None = None) -> date:
        """The date in that zone when it is this moment."""
        return moment.astimezone(ZoneInfo(zone or self.zone)).date()

    def moment(self, moment: datetime, zone: str | None = None) -> str:
        """A moment in words with its zone: "21 November 2026, 20:05 Toronto time"."""
        where = zone or self.zone
        return f"{self.day(self.local_day(moment, where))}, {self.time(moment, where)} " + (
            self.data(rules.zone(where).short)
        )

    def elsewhere(self, moment: datetime, zone: str) -> str:
        """The moment on the reader's own clock, if that shows another time than the zone's."""
        there, here = (moment.astimezone(ZoneInfo(one)) for one in (zone, self.zone))
        return (
            "" if there.replace(tzinfo=None) == here.replace(tzinfo=None) else self.moment(moment)
        )

    def zone_name(self, zone: str) -> str:
        """The zone in words: "Toronto time (Eastern)"."""
        return self.data(rules.zone(zone).name)

    def size(self, size: int) -> str:
        """Bytes in words people use: "1.2 MB", "1,2 Mo"."""
        byte = "B" if self.language == "en" else "o"
        for unit, scale in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
            if size >= scale:
                number = format_decimal(round(size / scale, 1), locale=LOCALES[self.language])
                return f"{number}\N{NO-BREAK SPACE}{unit}{byte}"
        return f"{size}\N{NO-BREAK SPACE}{byte}"

    def percent(self, share: float) -> str:
        """How much of a whole, never rounded up: "99 %" is not all."""
        return format_percent(floor(share * 100) / 100, locale=LOCALES[self.language])

    def until(self, day: date, today: date) -> str:
        """How far off a day is: "in 12 days", "today", "2 days ago"."""
        words = translations(self.language)
        days = (day - today).days
        if days == 0:
            return words.gettext("today")
        if days == 1:
            return words.gettext("tomorrow")
        if days < 0:
            return words.ngettext("%(count)s day ago", "%(count)s days ago", -days) % {
                "count": -days
            }
        return words.ngettext("in %(count)s day", "in %(count)s days", days) % {"count": days}

    def data(self, words: Mapping[str, str]) -> str:
        """The reader's words of a pair that comes from the rules data."""
        return words[self.language]

    def _date(self, day: date, pattern: str) -> str:
        text = _written_day(day, pattern, self.language)
        # "1er décembre": French counts the first of a month as an ordinal; CLDR's pattern does not.
        return text.replace("1 ", "1er ", 1) if self.language == "fr" and day.day == 1 else text
