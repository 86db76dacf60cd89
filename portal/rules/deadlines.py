"""What is due when: limits counted from a hearing or another event, judged on the office's clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.rules import Limit, Words, rules
from portal.rules.holidays import Office


@dataclass(frozen=True)
class Deadline:
    """One limit of one case: due by the end of `due` where the office is."""

    limit: Limit
    # The day that the number of days leads to, and the day to keep to.
    reckoned: date
    due: date
    zone: str
    event_on: date
    # What closes the office on the reckoned day, and its next working day, which may count instead.
    closed: Words | None = None
    next_open: date | None = None

    @property
    def hearing_on(self) -> date:
        """The local date of the hearing it is counted from."""
        return self.event_on

    @property
    def moved(self) -> bool:
        """Whether the rules move it to the next working day."""
        return self.due != self.reckoned

    @property
    def doubtful(self) -> bool:
        """Whether it might be moved, and nobody has decided so: the earlier day is the safe one."""
        return self.next_open is not None and not self.moved

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


def reckon(limit: Limit, event_on: date, *, office: str) -> Deadline:
    """Count one limit from the local date of its event.

    After an event, a last day on which the office is closed gives way to the next working day
    (RPD Rules, r. 41(3); RAD Rules, r. 35(3); IAD Rules, r. 41). Whether those rules shorten the
    time before a hearing is for the Division to say (domain.md §2.1): both days are shown, and the
    earlier is the one to keep to.
    """
    days, zone = Office(office), rules.offices[office].zone
    if limit.unit == "working":
        day = days.working(event_on, limit.days)
        return Deadline(limit, day, day, zone, event_on)
    day = event_on + timedelta(days=limit.days)
    closed = days.closed(day)
    if closed is None or rules.divisions[limit.division].closed_rule is None:
        return Deadline(limit, day, day, zone, event_on)
    opens = days.open_from(day)
    due = opens if limit.days > 0 else day
    return Deadline(limit, day, due, zone, event_on, closed, opens)


def limit_in_force(code: str, on: date) -> Limit:
    """The limit of this name as it stood on the day of the event; raises KeyError before the first."""
    rows = [one for one in rules.limits if one.code == code and one.in_force <= on]
    if not rows:
        raise KeyError(code)
    return max(rows, key=lambda one: one.in_force)


def limit_from(code: str, event_on: date, *, office: str) -> Deadline:
    """The limit of this name, counted from an event on this local date."""
    return reckon(limit_in_force(code, event_on), event_on, office=office)


def deadlines(*, division: str, office: str, hearings: Iterable[date]) -> list[Deadline]:
    """Every listed limit that these hearings (their local dates) set, soonest first."""
    found = [
        reckon(limit, day, office=office)
        for day in hearings
        for limit in limits_on(division, "hearing", day)
        if limit.listed
    ]
    return sorted(found, key=lambda deadline: (deadline.due, deadline.limit.code))


def limits_on(division: str, event: str, on: date) -> list[Limit]:
    """A division's limits that count from such an event, as they stood on its day."""
    codes = dict.fromkeys(
        one.code
        for one in rules.limits
        if (one.division, one.event) == (division, event) and one.in_force <= on
    )
    return [limit_in_force(code, on) for code in codes]


def answered(limits: Sequence[Deadline], now: datetime) -> Deadline | None:
    """The limit that papers filed now answer: the next that is open, else the last of a hearing."""
    limits = before_hearings(limits, now)
    upcoming = (limit for limit in limits if not limit.passed(now))
    return next(upcoming, limits[-1] if limits else None)


def before_hearings(limits: Sequence[Deadline], now: datetime) -> list[Deadline]:
    """Those of hearings that are still to come, today's included; what counts from a past day stays."""
    return [
        one
        for one in limits
        if one.limit.days > 0 or one.hearing_on >= now.astimezone(ZoneInfo(one.zone)).date()
    ]
