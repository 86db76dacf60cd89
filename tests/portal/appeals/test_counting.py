"""The limits of an appeal at their edges: the last minute, closed offices, clocks that change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.appeals.counting import judge, notice_due, record_due, tribunal_record_due
from portal.appeals.opening import stem
from portal.rules import rules


@pytest.mark.parametrize(
    ("office", "received", "due"),
    [
        ("toronto", date(2026, 11, 2), date(2026, 11, 17)),
        # The fifteenth day is a Saturday: the next working day (RAD Rules, r. 35(3)).
        ("toronto", date(2026, 11, 6), date(2026, 11, 23)),
        # Christmas, Boxing Day and the week-end after.
        ("toronto", date(2026, 12, 10), date(2026, 12, 29)),
    ],
)
def test_a_notice_is_due_fifteen_days_after_the_reasons(
    office: str, received: date, due: date
) -> None:
    """IRPR, s. 159.91: counted in calendar days, moved off days on which the office is closed."""
    assert notice_due(received, office=office).due == due


def test_the_record_is_due_forty_five_days_after_the_reasons() -> None:
    """By the limit in force when the reasons were received: thirty days before the practice notice."""
    assert record_due(date(2026, 11, 2), office="toronto").due == date(2026, 12, 17)
    assert record_due(date(2020, 3, 2), office="toronto").due == date(2020, 4, 1)


@pytest.mark.parametrize("office", ["toronto", "montreal", "calgary", "vancouver"])
def test_the_last_minute_is_the_offices(office: str) -> None:
    """In time until midnight where the registry office is, late from then on."""
    due = notice_due(date(2026, 11, 2), office=office)
    midnight = datetime(2026, 11, 18, tzinfo=ZoneInfo(rules.offices[office].zone))

    assert judge(due, midnight - timedelta(seconds=1))["late"] is False
    assert judge(due, midnight)["late"] is True


def test_a_night_in_which_the_clocks_change_is_counted_by_days() -> None:
    """Over 1 November 2026 the fifteenth day ends at midnight, an hour later by UTC."""
    before = notice_due(date(2026, 10, 15), office="toronto")
    over = notice_due(date(2026, 10, 26), office="toronto")

    assert before.instant.astimezone(UTC) == datetime(2026, 10, 31, 4, 0, tzinfo=UTC)
    assert over.due == date(2026, 11, 10)
    assert over.instant.astimezone(UTC) == datetime(2026, 11, 11, 5, 0, tzinfo=UTC)


def test_the_claims_record_is_due_ten_days_after_the_notice() -> None:
    """RAD Rules, r. 21; the day of the notice is that of the office, not of UTC."""
    filed = datetime(2026, 11, 3, 3, 30, tzinfo=UTC)

    assert tribunal_record_due(filed, office="toronto").due == date(2026, 11, 12)


def test_a_number_begins_with_office_decade_and_year() -> None:
    """domain.md §4: TC6 is Toronto in 2026; Ottawa's are Montréal's, Calgary's Vancouver's."""
    assert stem("toronto", date(2026, 1, 1)) == "TC6"
    assert stem("ottawa", date(2015, 5, 5)) == "MB5"
    assert stem("calgary", date(2029, 12, 31)) == "VC9"
