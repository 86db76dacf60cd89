"""The time as people say it, on the clock of the place."""

from datetime import UTC, datetime

import pytest

from portal.web.formatting import Formatting

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("utc", "english", "french"),
    [
        ((14, 0), "9:00 in the morning", "9 h 00 le matin"),
        ((5, 5), "12:05 in the morning", "0 h 05 le matin"),
        ((17, 0), "12:00 noon", "12 h 00, midi"),
        ((17, 30), "12:30 in the afternoon", "12 h 30 l’après-midi"),
        ((18, 30), "1:30 in the afternoon", "13 h 30 l’après-midi"),
        ((23, 15), "6:15 in the evening", "18 h 15 le soir"),
    ],
)
def test_nobody_mistakes_morning_for_evening(
    utc: tuple[int, int], english: str, french: str
) -> None:
    """English with the part of the day, French with the hours of the day and the part, too."""
    moment = datetime(2026, 12, 4, *utc, tzinfo=UTC)

    said = [Formatting(one, "UTC").spoken(moment, "America/Toronto") for one in ("en", "fr")]

    assert [one.replace(NBSP, " ") for one in said] == [english, french]
