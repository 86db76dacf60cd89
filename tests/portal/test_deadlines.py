"""Limits counted from a hearing, against dates worked out by hand with a paper calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.rules import rules
from portal.rules.deadlines import Deadline, deadlines


def due(division: str, office: str, *days: str) -> list[tuple[str, str]]:
    """The limits that hearings on these days set, as (code, last day)."""
    found = deadlines(division=division, office=office, hearings=map(date.fromisoformat, days))
    return [(each.limit.code, each.due.isoformat()) for each in found]


@pytest.mark.parametrize(
    ("division", "hearing", "expected"),
    [
        # RPD Rules, r. 34: documents ten days before, the answer five days before.
        ("rpd", "2026-12-03", [("rpd_disclosure", "2026-11-23"), ("rpd_response", "2026-11-28")]),
        # Into the month before, and into the year before.
        ("rpd", "2026-12-08", [("rpd_disclosure", "2026-11-28"), ("rpd_response", "2026-12-03")]),
        ("rpd", "2027-01-04", [("rpd_disclosure", "2026-12-25"), ("rpd_response", "2026-12-30")]),
        # Over the 29th of February of a leap year, and over a February that has none.
        ("rpd", "2028-03-07", [("rpd_disclosure", "2028-02-26"), ("rpd_response", "2028-03-02")]),
        ("rpd", "2027-03-07", [("rpd_disclosure", "2027-02-25"), ("rpd_response", "2027-03-02")]),
        # Calendar days: the nights when clocks change count as one day like any other.
        ("rpd", "2027-03-19", [("rpd_disclosure", "2027-03-09"), ("rpd_response", "2027-03-14")]),
        ("rpd", "2026-11-06", [("rpd_disclosure", "2026-10-27"), ("rpd_response", "2026-11-01")]),
        # ID Rules, r. 26: five days before.
        ("id", "2026-12-03", [("id_disclosure", "2026-11-28")]),
        # IAD Rules, r. 27: thirty days before, across a month of 31 days and across February.
        ("iad", "2026-12-30", [("iad_response", "2026-11-30")]),
        ("iad", "2027-03-01", [("iad_response", "2027-01-30")]),
        # The IAD's rules of 2022 say nothing of a hearing held before they were in force.
        ("iad", "2023-01-13", []),
        ("iad", "2023-01-14", [("iad_response", "2022-12-15")]),
        # The RAD decides on paper as a rule: no limit counts from a hearing.
        ("rad", "2026-12-03", []),
    ],
)
def test_days_worked_by_hand(division: str, hearing: str, expected: list[tuple[str, str]]) -> None:
    """Each limit falls on the day that the calendar says."""
    assert due(division, "toronto", hearing) == expected


def one(office: str, hearing: str) -> Deadline:
    """The RPD's disclosure for a hearing, judged at this office."""
    found = deadlines(division="rpd", office=office, hearings=[date.fromisoformat(hearing)])
    return found[0]


@pytest.mark.parametrize(
    ("office", "hearing", "instant"),
    [
        # The day ends when it ends at the registry office: Toronto in winter and in summer.
        ("toronto", "2026-12-03", "2026-11-24T05:00:00+00:00"),
        ("toronto", "2026-07-20", "2026-07-11T04:00:00+00:00"),
        # On the day the clocks go forward (14 March) and back (1 November).
        ("toronto", "2027-03-24", "2027-03-15T04:00:00+00:00"),
        ("toronto", "2026-11-11", "2026-11-02T05:00:00+00:00"),
        # Three hours later in Vancouver while the clocks differ so; two since British Columbia
        # stays on UTC-7 the winter through (tzdata 2026e).
        ("vancouver", "2026-07-20", "2026-07-11T07:00:00+00:00"),
        ("vancouver", "2026-12-03", "2026-11-24T07:00:00+00:00"),
        # Alberta on UTC-6 the year round since 2026.
        ("calgary", "2026-12-03", "2026-11-24T06:00:00+00:00"),
    ],
)
def test_a_day_ends_on_the_offices_clock(office: str, hearing: str, instant: str) -> None:
    """The first moment that is too late is midnight at the office, in UTC by pinned zone data."""
    assert one(office, hearing).instant.astimezone(UTC).isoformat() == instant


def test_the_last_second_is_in_time() -> None:
    """23:59:59 at the office is in time; midnight is late; late is a mark and no refusal."""
    limit = one("vancouver", "2026-12-03")
    midnight = datetime(2026, 11, 24, 7, tzinfo=UTC)

    assert not limit.passed(midnight - timedelta(microseconds=1))
    assert limit.passed(midnight)


def test_eastern_midnight_does_not_judge_vancouver() -> None:
    """Received on 1 April at 22:00 in Vancouver, though it was the 2nd in Toronto (source 8)."""
    limit = one("vancouver", "2021-04-11")
    received = datetime(2021, 4, 2, 5, 0, tzinfo=UTC)

    assert limit.due == date(2021, 4, 1)
    assert not limit.passed(received)
    assert one("toronto", "2021-04-11").passed(received)


def test_several_hearings_set_several_limits_soonest_first() -> None:
    """Each hearing sets its own; the list is in the order in which people must act."""
    assert due("rpd", "toronto", "2027-01-20", "2026-12-03") == [
        ("rpd_disclosure", "2026-11-23"),
        ("rpd_response", "2026-11-28"),
        ("rpd_disclosure", "2027-01-10"),
        ("rpd_response", "2027-01-15"),
    ]


def test_no_hearing_sets_no_limit() -> None:
    """Without a hearing nothing is due."""
    assert due("rpd", "toronto") == []


def test_every_limit_says_its_rule_in_both_languages() -> None:
    """Nobody is told a day without the rule it comes from."""
    for limit in rules.limits:
        for words in (limit.name, limit.plain, limit.rule):
            assert set(words) == {"en", "fr"}
            assert all(words.values())
