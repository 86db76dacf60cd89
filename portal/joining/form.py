"""The forms of who comes with a letter: code and date of birth, then an account; and the hearing check."""

from typing import Any

from wtforms import EmailField, Form, StringField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Optional,
    ValidationError,
)

from notices.address import NotAnAddress, one_address
from portal.joining.spelling import Misspelled, Purpose, read_code
from portal.people.form import NewAccountForm
from portal.web.fields import DayField
from portal.web.language import N_


class DoorForm(Form):
    """The code, and one thing beside it that the letter does not say."""

    code = StringField(N_("Code from your letter"), [DataRequired(N_("Enter the code"))])
    born = DayField(N_("Date of birth"), [Optional()])
    uci = StringField(N_("Or the UCI number"), [Optional()])

    def validate_code(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """A slip of the pen is told before anybody is asked."""
        _spelled(field.data, Purpose.join)

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms has no stubs
        """One of the two beside the code."""
        valid = super().validate(extra_validators)
        if not self.born.errors and not (self.born.data or (self.uci.data or "").strip()):
            self.born.errors = [N_("Enter the date of birth or the UCI number")]
            return False
        return valid

    @property
    def spelled(self) -> str:
        """The code as it was drawn; only of a valid form."""
        return read_code(str(self.code.data), Purpose.join)


class AccountForm(NewAccountForm):
    """How to sign in from now on."""

    email = EmailField(
        N_("E-mail address"),
        [InputRequired(N_("Enter your e-mail address"))],
        filters=[lambda text: (text or "").strip().lower()],
    )

    def validate_email(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """One plain address: mail goes there."""
        try:
            one_address(field.data)
        except NotAnAddress:
            raise ValidationError(
                N_("Enter one e-mail address, such as name@example.org")
            ) from None


class CheckForm(Form):
    """A file number as people type it, and the code for the hearing check."""

    number = StringField(N_("File number"), [DataRequired(N_("Enter the file number"))])
    code = StringField(N_("Code for the hearing check"), [DataRequired(N_("Enter the code"))])

    def validate_code(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """A slip of the pen is told before anybody is asked, whatever the number."""
        _spelled(field.data, Purpose.check)

    @property
    def spelled(self) -> str:
        """The code as it was drawn; only of a valid form."""
        return read_code(str(self.code.data), Purpose.check)


def _spelled(typed: str, purpose: Purpose) -> None:
    try:
        read_code(typed, purpose)
    except Misspelled as wrong:
        raise ValidationError(wrong.text) from None
