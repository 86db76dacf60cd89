"""What is due when: every limit that a hearing sets, judged on the registry office's clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.rules import Limit, rules


@dataclass(frozen=True)
class Deadline:
    """One limit of one case: due by the end of `due` where the office is."""

    limit: Limit
    due: date
    zone: str
    hearing_on: date

    @property
    def instant(self) -> datetime:
        """The first moment that is too late: midnight after the day, on the office's clock."""
        return datetime.combine(self.due + timedelta(days=1), time(), ZoneInfo(self.zone))

    @property
    def last_minute(self) -> datetime:
        """The minute that people call the limit: 23:59 on the day, on the office's clock."""
        return self.instant - timedelta(minutes=1)

    def passed(self, now: datetime) -> bool:
        """Whether it is too late at this moment; what comes later is marked, never refused."""
        return now >= self.instant


def deadlines(*, division: str, office: str, hearings: Iterable[date]) -> list[Deadline]:
    """Every limit that these hearings (their local dates) set, soonest first."""
    zone = rules.offices[office].zone
    found = [
        Deadline(limit, day + timedelta(days=limit.days), zone, day)
        for day in hearings
        for limit in rules.limits
        if limit.division == division and limit.in_force <= day
    ]
    return sorted(found, key=lambda deadline: (deadline.due, deadline.limit.code))


def answered(limits: Sequence[Deadline], now: datetime) -> Deadline | None:
    """The limit that papers filed now answer: the next that is open, else the last of a hearing."""
    limits = before_hearings(limits, now)
    upcoming = (limit for limit in limits if not limit.passed(now))
    return next(upcoming, limits[-1] if limits else None)


def before_hearings(limits: Sequence[Deadline], now: datetime) -> list[Deadline]:
    """Those of hearings that are still to come, today's included."""
    return [one for one in limits if one.hearing_on >= now.astimezone(ZoneInfo(one.zone)).date()]
