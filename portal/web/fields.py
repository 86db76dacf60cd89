"""Form fields that WTForms lacks: a day in three boxes, a time as people write it, ticks."""

import re
from datetime import date, time
from typing import Any
from uuid import UUID

from wtforms import Field, SelectMultipleField
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from portal.web.language import N_

_PARTS = ("day", "month", "year")
_CLOCK = re.compile(r"(\d{1,2})\s*[:hH.]\s*(\d{2})?")


def paragraphs(text: str | None) -> str:
    """What was typed in a large field, without the space around it; a filter for WTForms."""
    return (text or "").replace("\r\n", "\n").strip()


FormData = Any  # a mapping with `getlist`; WTForms keeps its own name for that private
Filters = Any


class DayField(Field):
    """A calendar day typed as day, month and year; `data` is a date, or None when left empty.

    The boxes are named `<name>-day`, `<name>-month`, `<name>-year`. What was typed is kept in
    `parts`, so that a mistake is shown back as it was made.
    """

    NOT_A_DAY = N_("Enter a real date, such as 3 12 2026")
    INCOMPLETE = N_("Enter the day, the month and the year")

    data: date | None
    parts: dict[str, str]

    def process(
        self,
        formdata: FormData,
        data: object = unset_value,
        extra_filters: Filters = None,
    ) -> None:
        """Read the three boxes, which WTForms would not find under the field's own name."""
        super().process(None, data, extra_filters)
        self.parts = _written(self.data)
        names = {part: f"{self.name}-{part}" for part in _PARTS}
        if formdata is not None and any(name in formdata for name in names.values()):
            self.parts = {part: _typed(formdata, name) for part, name in names.items()}
            self.raw_data = [value for value in self.parts.values() if value]
            self.data = _day(self.parts)

    def pre_validate(self, form: object) -> None:
        """Refuse what was typed and is no day; an empty field is left to the validators."""
        typed = [value for value in self.parts.values() if value]
        if typed and self.data is None:
            incomplete = len(typed) < len(_PARTS)
            raise StopValidation(self.INCOMPLETE if incomplete else self.NOT_A_DAY)


class ClockField(Field):
    """A time of day by the 24-hour clock, as "14:30", "9 h 30" or "9 h"; `data` is a time."""

    NOT_A_TIME = N_("Enter a time by the 24-hour clock, such as 14:30")

    data: time | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; empty is None and left to the validators."""
        self.data = None
        typed = valuelist[0].strip() if valuelist else ""
        if not typed:
            return
        found = _CLOCK.fullmatch(typed)
        if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
            raise ValueError(self.NOT_A_TIME)
        self.data = time(int(found[1]), int(found[2] or 0))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%H:%M") if self.data else ""


class CheckboxesField(SelectMultipleField):
    """Several choices, each a box to tick; drawn by `field()` as a group with a legend."""


def _typed(formdata: FormData, name: str) -> str:
    values: list[str] = formdata.getlist(name)
    return values[0].strip() if values else ""


def _day(parts: dict[str, str]) -> date | None:
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except ValueError:
        return None


def _written(day: date | None) -> dict[str, str]:
    if day is None:
        return dict.fromkeys(_PARTS, "")
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}


def as_id(text: object) -> UUID | None:
    """What was sent as an id, if it is one."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
