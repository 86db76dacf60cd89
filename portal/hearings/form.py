"""What of all hearings a page shows: a day, a month, a division, a case, a delegate."""

import re
from datetime import date
from typing import Any

from wtforms import Form, SelectField, StringField

from portal.hearings.months import Choice
from portal.web.fields import DayField, as_id
from portal.web.language import N_

MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class DayForm(Form):
    """Which day an officer looks at."""

    day = DayField(N_("Day"))


class ChoiceForm(Form):
    """Which of my hearings a month shows; what is not known is not chosen."""

    division = SelectField(N_("Division"), choices=[], validate_choice=False)
    case = StringField(
        N_("Case: a name or a file number"), filters=[lambda text: (text or "")[:100]]
    )
    delegate = SelectField(N_("Only cases on which this person acts for me"), choices=[])

    def choice(self) -> Choice:
        """As the question to the database wants it."""
        delegate: Any = as_id(self.delegate.data)
        case = str(self.case.data or "").strip()
        return Choice(self.division.data or "", case, delegate)


def month_asked(written: str, *, today: date) -> date:
    """The first day of a month written "2026-12"; of this month, if it is not one."""
    found = MONTH.fullmatch(written)
    if found is None or not 2000 <= int(found[1]) <= 2100:
        return today.replace(day=1)
    return date(int(found[1]), int(found[2]), 1)
