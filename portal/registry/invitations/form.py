"""The form that prints an invitation: in which language, and what is asked for beside the code."""

from datetime import date
from typing import Any

from wtforms import Form, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import AnyOf, Optional, ValidationError

from portal.joining.spelling import digits
from portal.models import Party
from portal.web.fields import DayField
from portal.web.language import LANGUAGES, N_


class InvitationForm(Form):
    """Language of the letter; date of birth and UCI as the file has them, to add or correct."""

    id = HiddenField()
    language = RadioField(
        N_("Language that comes first in the letter"),
        [AnyOf(LANGUAGES, N_("Choose English or French"))],
        choices=[],
        validate_choice=False,
    )
    whose = SelectField(N_("Whose date of birth and UCI"), choices=[], validate_choice=False)
    born = DayField(N_("Date of birth"), [Optional()])
    uci = StringField(
        N_("UCI number"), [Optional()], filters=[lambda text: " ".join((text or "").split())]
    )

    # Set by the route.
    today: date
    # For somebody who stands for several; and whether anything is known of one of these.
    several = False
    known = False

    @property
    def editable(self) -> bool:
        """Whether date of birth and UCI are asked for here: not where it is not clear whose."""
        return not self.known

    def validate_born(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """A day of the past, when somebody who lives can have been born."""
        if not date(1900, 1, 1) <= field.data <= self.today:
            raise ValidationError(N_("Enter a date of birth in the past"))

    def validate_uci(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """Eight or ten digits (domain.md §4), however they are set apart."""
        if len(digits(field.data)) not in (8, 10):
            raise ValidationError(N_("A UCI has 8 or 10 digits. Check it"))

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms has no stubs
        """Without one of the two nobody could use the code."""
        valid = super().validate(extra_validators)
        if valid and not (self.known or self.born.data or self.uci.data):
            self.born.errors = [
                N_("Enter the date of birth or the UCI. The portal asks for one of them")
            ]
            return False
        return valid

    def party(self, parties: list[Party]) -> Party:
        """Whose facts these are: of the one there is, or as chosen."""
        return next((one for one in parties if str(one.id) == self.whose.data), parties[0])
