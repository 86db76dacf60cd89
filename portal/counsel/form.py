"""The forms of a retainer: counsel's, who declares it, and the officer's, who answers."""

from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.counsel.retaining import Said, as_number
from portal.web.fields import CheckboxesField, DayField, paragraphs
from portal.web.language import N_

TOO_LONG = Length(max=200, message=N_("Use at most 200 characters"))


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())


class RetainerForm(Form):
    """Which case, who pays, and for how much of it."""

    id = HiddenField()
    division = RadioField(N_("Division"), [InputRequired(N_("Choose the Division"))], choices=[])
    file_number = StringField(
        N_("File number"),
        [
            InputRequired(N_("Enter the file number")),
            Length(max=40, message=N_("Use at most 40 characters")),
        ],
        filters=[lambda text: as_number(text or "")],
    )
    family_name = StringField(N_("Your client’s family name"), [TOO_LONG], filters=[_tidy])
    born = DayField(N_("Your client’s date of birth"), [Optional()])
    paid = RadioField(
        N_("Are you paid for this?"), [InputRequired(N_("Say whether you are paid"))], choices=[]
    )
    member_of = StringField(N_("Member of"), [TOO_LONG], filters=[_tidy])
    member_number = StringField(N_("Membership number"), [TOO_LONG], filters=[_tidy])
    signed = DayField(N_("Day on which your client signed the declaration"))
    scope = RadioField(
        N_("What do you act for?"), [InputRequired(N_("Say what you act for"))], choices=[]
    )
    limited_to = StringField(N_("Service that you act for"), [TOO_LONG], filters=[_tidy])
    declared = BooleanField(
        N_("My client has chosen me as counsel, and what I say here is true"),
        [InputRequired(N_("Declare that this is true"))],
    )

    today: date = date.max

    @property
    def said(self) -> Said:
        """What counsel says; only after it was validated."""
        paid = self.paid.data == "yes"
        return {
            "division": self.division.data,
            "file_number": self.file_number.data or "",
            "family_name": self.family_name.data or None,
            "born_on": self.born.data,
            "member_of": self.member_of.data if paid else None,
            "member_number": self.member_number.data if paid else None,
            "client_signed_on": None if paid else self.signed.data,
            "limited_to": self.limited_to.data if self.scope.data == "limited" else None,
        }

    def validate_family_name(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """One of the two is needed to find the case."""
        if not field.data and not any(self.born.parts.values()):
            raise ValidationError(N_("Enter the family name or the date of birth"))

    def validate_member_of(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """Who is paid is a member of a law society or college (IRPA, s. 91)."""
        if self.paid.data == "yes" and not field.data:
            raise ValidationError(N_("Enter the law society or college that you are a member of"))

    def validate_member_number(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """With its number."""
        if self.paid.data == "yes" and not field.data:
            raise ValidationError(N_("Enter your membership number"))

    def validate_signed(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """Who is not paid signs a declaration, and so does the client (RPD Rules, r. 5)."""
        if self.paid.data != "no":
            return
        if field.data is None:
            raise ValidationError(N_("Enter the day on which your client signed"))
        if field.data > self.today:
            raise ValidationError(N_("This day has not come yet. Both sign first."))

    def validate_limited_to(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """A limited retainer says what for, for it ends with that service."""
        if self.scope.data == "limited" and not field.data:
            raise ValidationError(N_("Say which service you act for, such as one hearing"))


class AnswerForm(Form):
    """What the registry does with it."""

    replaces = CheckboxesField(
        N_("Who is counsel of record no longer?"), choices=[], validate_choice=False
    )
    remark = TextAreaField(
        N_("Why not"),
        [
            DataRequired(N_("Say why: counsel reads it")),
            Length(max=1000, message=N_("Use at most 1,000 characters")),
        ],
        filters=[paragraphs],
    )
