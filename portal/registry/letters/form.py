"""Forms about letters: the day they were posted, the day one came back, the legal date of receipt."""

from datetime import date
from typing import Any

from wtforms import Form, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.web.fields import CheckboxesField, DayField, paragraphs
from portal.web.language import N_

FUTURE = N_("This day is still to come: enter today or an earlier day")


class PostedForm(Form):
    """When the letters of a mailing went to the post, and which did not."""

    on = DayField(N_("Posted on"), [DataRequired(N_("Enter the day on which they were posted"))])
    kept_back = CheckboxesField(N_("Which were not posted?"), choices=[])

    # Set by the route, on the office's clock.
    printed_on: date
    today: date

    def validate_on(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """Neither before it was printed nor still to come."""
        if field.data > self.today:
            raise ValidationError(FUTURE)
        if field.data < self.printed_on:
            raise ValidationError(N_("They were printed later than this: enter the day of posting"))


class ReturnedForm(Form):
    """When the post brought a letter back."""

    on = DayField(N_("Came back on"), [DataRequired(N_("Enter the day on which it came back"))])

    posted_on: date
    today: date

    def validate_on(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """Neither before it was posted nor still to come."""
        if field.data > self.today:
            raise ValidationError(FUTURE)
        if field.data < self.posted_on:
            raise ValidationError(N_("It was posted later than this: enter the day it came back"))


class ReceivedForm(Form):
    """From which day the law takes a notice for received, and why."""

    on = DayField(N_("Received on"), [DataRequired(N_("Enter the day"))])
    why = TextAreaField(
        N_("Why"),
        [
            DataRequired(N_("Say why: the rule, or what happened")),
            Length(max=500, message=N_("Use at most 500 characters")),
        ],
        filters=[paragraphs],
    )

    issued_on: date

    def validate_on(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """Nobody received it before it was issued."""
        if field.data < self.issued_on:
            raise ValidationError(N_("The notice was issued later than this: check the day"))
