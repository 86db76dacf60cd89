"""Form fields that WTForms lacks: a day asked for in three boxes, and one-or-more ticks."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from wtforms import Field, SelectMultipleField
from wtforms.validators import StopValidation

from portal.web.language import N_

_PARTS = ("day", "month", "year")


class DayField(Field):
    """A calendar day typed as day, month and year; `data` is a date, or None when left empty.

    The boxes are named `<name>-day`, `<name>-month`, `<name>-year`. What was typed is kept in
    `parts`, so that a mistake is shown back as it was made.
    """

    NOT_A_DAY = N_("Enter a real date, such as 3 12 2026")
    INCOMPLETE = N_("Enter the day, the month and the year")

    data: date | None

    def __init__(self, label: str = "", validators: Sequence[Any] | None = None, **options: Any):
        super().__init__(label, validators, **options)
        self.parts: dict[str, str] = dict.fromkeys(_PARTS, "")

    def process(
        self, formdata: Any, data: Any = None, extra_filters: Sequence[Any] | None = None
    ) -> None:
        """Read the three boxes, which WTForms would not find under the field's own name."""
        super().process(None, data, extra_filters)
        if isinstance(self.data, date):
            self._show(self.data)
        if formdata is not None and any(f"{self.name}-{part}" in formdata for part in _PARTS):
            self.parts = {part: _typed(formdata, f"{self.name}-{part}") for part in _PARTS}
            self.raw_data = [value for value in self.parts.values() if value]
            self.data = self._day()

    def pre_validate(self, form: Any) -> None:
        """Refuse what was typed and is no day; an empty field is left to the validators."""
        typed = [value for value in self.parts.values() if value]
        if typed and self.data is None:
            incomplete = len(typed) < len(_PARTS)
            raise StopValidation(self.INCOMPLETE if incomplete else self.NOT_A_DAY)

    def _day(self) -> date | None:
        try:
            return date(*(int(self.parts[part]) for part in reversed(_PARTS)))
        except ValueError:
            return None

    def _show(self, day: date) -> None:
        self.parts = {"day": str(day.day), "month": str(day.month), "year": str(day.year)}


class CheckboxesField(SelectMultipleField):
    """Several choices, each a box to tick; drawn by `field()` as a group with a legend."""


def _typed(formdata: Any, name: str) -> str:
    values = cast(list[str], formdata.getlist(name))
    return values[0].strip() if values else ""
