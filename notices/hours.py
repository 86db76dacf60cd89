"""When a mail that can wait may leave: by the clock on the reader's own wall."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# A telephone that lights up at night wakes a family and shows whoever holds it that the tribunal
# wrote. Both are constants: an operator has no reason to move them, a reader has one not to.
WAKING = time(8)
RESTING = time(21)


def awake(at: datetime, zone: str) -> datetime:
    """The soonest moment from `at` on that is not in the reader's quiet hours, 21:00 to 08:00."""
    local = at.astimezone(ZoneInfo(zone))
    if WAKING <= local.time() < RESTING:
        return at
    day = local.date() if local.time() < WAKING else local.date() + timedelta(days=1)
    return _morning(day, zone)


def next_morning(at: datetime, zone: str) -> tuple[datetime, date]:
    """The next 08:00 after `at` where the reader is, and which day of theirs it begins."""
    day = at.astimezone(ZoneInfo(zone)).date()
    if _morning(day, zone) <= at:
        day += timedelta(days=1)
    return _morning(day, zone), day


def _morning(day: date, zone: str) -> datetime:
    """08:00 of that day; of a day whose 08:00 the clocks leap over, the moment they leap to."""
    return datetime.combine(day, WAKING, ZoneInfo(zone)).astimezone(UTC)
