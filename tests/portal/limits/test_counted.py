"""How many vectors there are, how many fail; and what holds for every limit on every day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from bench.figures import record
from portal.rules import Limit, rules
from portal.rules.deadlines import limit_from, limit_in_force, reckon
from portal.rules.holidays import Office
from tests.portal.limits import reading, test_days, test_zones
from tests.portal.limits.reading import Vector

DAYS = some.dates(date(2024, 9, 9), date(2040, 12, 31))
_ = test_days  # read, so that its vectors are known
OFFICES = some.sampled_from(sorted(rules.offices))
LIMITS = some.sampled_from(rules.limits)


def test_every_vector_is_right() -> None:
    """0 wrong of at least 200; the figures are those of this run."""
    days = reading.every
    zones = test_zones.LINE.findall(test_zones.WORKED)
    wrong = sum(not _holds(one) for one in days)
    wrong += sum(test_zones.ends(zone, due) != instant for zone, due, instant in zones)

    record(
        "deadline_vectors", len(days) + len(zones), limit=200, at_least=True, command="make test"
    )
    record("deadline_wrong", wrong, limit=0, command="make test")
    assert (wrong, len(days) + len(zones) >= 200) == (0, True)


def test_every_limit_has_a_vector() -> None:
    """No limit comes into the data without a day worked out by hand."""
    assert {one.code for one in rules.limits} == {one.code for one in reading.every}


def _holds(vector: Vector) -> bool:
    found = limit_from(vector.code, vector.event_on, office=vector.office)
    later = found.next_open if found.doubtful else None
    return (found.due, later) == (vector.due, vector.perhaps)


@given(LIMITS, DAYS, OFFICES)
def test_nobody_loses_a_day(limit: Limit, event_on: date, office: str) -> None:
    """After an event the last day is never earlier than counted; before one, never later."""
    found = reckon(limit, event_on, office=office)

    if limit.unit == "calendar":
        assert found.reckoned == event_on + timedelta(days=limit.days)
    if limit.days > 0:
        assert found.due >= found.reckoned > event_on
    else:
        assert found.due == found.reckoned < event_on
    assert not (found.moved and found.doubtful)


@given(some.integers(1, 20), DAYS, OFFICES)
def test_working_days_there_and_back(count: int, day: date, office: str) -> None:
    """So many working days on, and so many back from there, is where it began."""
    days = Office(office)
    start = days.open_from(day)

    assert days.working(days.working(start, count), -count) == start
    assert days.closed(days.working(start, count)) is None


def test_an_event_is_judged_by_the_row_in_force_on_its_day() -> None:
    """The practice notice gives 45 days from its first day on; the day before, the statute's 15."""
    assert limit_in_force("rpd_claim_form", date(2024, 9, 8)).days == 15
    assert limit_in_force("rpd_claim_form", date(2024, 9, 9)).days == 45


def test_a_holiday_on_a_day_of_rest_is_kept_on_the_next_working_day() -> None:
    """2027: Christmas on a Saturday, the day after it on a Sunday: Monday and Tuesday."""
    toronto = Office("toronto")

    assert [toronto.closed(date(2027, 12, day)) is None for day in (24, 27, 28, 29)] == [
        True, False, False, True,
    ]  # fmt: skip


def test_each_office_keeps_its_own_days() -> None:
    """24 June closes Montréal alone; the first Monday of August, everybody else."""
    assert [bool(Office(code).closed(date(2026, 6, 24))) for code in ("montreal", "toronto")] == [
        True, False,
    ]  # fmt: skip
    assert [bool(Office(code).closed(date(2026, 8, 3))) for code in ("montreal", "toronto")] == [
        False, True,
    ]  # fmt: skip
