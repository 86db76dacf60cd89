"""A day and a time are read as people write them, and shown back as they wrote them."""

from datetime import date, time

import pytest
from starlette.datastructures import FormData
from wtforms import Form

from portal.web.fields import ClockField, DayField


class Deadline(Form):
    """A form with a day and a time."""

    day = DayField("Day")
    hour = ClockField("Hour")


def posted(*, day: str = "", month: str = "", year: str = "", hour: str = "") -> Deadline:
    """The form after somebody typed these."""
    typed = {"day-day": day, "day-month": month, "day-year": year, "hour": hour}
    form = Deadline(FormData(typed))
    form.validate()
    return form


def test_three_boxes_make_a_day() -> None:
    """Spaces around the numbers do no harm."""
    assert posted(day=" 3", month="12", year="2026 ").day.data == date(2026, 12, 3)


def test_empty_boxes_are_no_day_and_no_mistake() -> None:
    """Whether a day is required is for the form's validators to say."""
    form = posted()

    assert form.day.data is None
    assert not form.errors


@pytest.mark.parametrize(
    ("day", "month", "year", "error"),
    [
        ("31", "2", "2027", DayField.NOT_A_DAY),
        ("three", "12", "2026", DayField.NOT_A_DAY),
        ("3", "12", "", DayField.INCOMPLETE),
    ],
)
def test_a_mistaken_day_is_refused_and_shown_as_typed(
    day: str, month: str, year: str, error: str
) -> None:
    """Nobody types the right parts twice."""
    form = posted(day=day, month=month, year=year)

    assert form.errors == {"day": [error]}
    assert form.day.parts == {"day": day, "month": month, "year": year}


def test_a_form_that_is_opened_shows_the_day_it_starts_with() -> None:
    """Changing a delegation begins from its present end."""
    form = Deadline(None, data={"day": date(2026, 1, 9), "hour": time(9)})

    assert form.day.parts == {"day": "9", "month": "1", "year": "2026"}
    assert form.hour.data == time(9)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("14:30", time(14, 30)), ("9 h 05", time(9, 5)), ("9h", time(9)), ("9.30", time(9, 30))],
)
def test_a_time_is_read_in_both_manners(typed: str, meant: time) -> None:
    """English writes 14:30, French 14 h 30."""
    assert posted(hour=typed).hour.data == meant


@pytest.mark.parametrize("typed", ["24:00", "9", "9:60", "noon", "9:30 pm"])
def test_an_unclear_time_is_refused(typed: str) -> None:
    """A hearing twelve hours off is worse than a question."""
    assert posted(hour=typed).errors == {"hour": [ClockField.NOT_A_TIME]}
