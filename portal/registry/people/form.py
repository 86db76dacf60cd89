"""The forms that record a standing, suspend it and end it."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    EmailField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from notices.address import NotAnAddress, one_address
from portal.models import Role
from portal.web.fields import CheckboxesField, DayField
from portal.web.language import N_

TOO_LONG = Length(max=200, message=N_("Use at most 200 characters"))

ROLE_WORDS = {
    Role.party: N_("Party to the case"),
    Role.counsel: N_("Counsel of record"),
    Role.designated_representative: N_("Designated representative"),
    Role.ministers_counsel: N_("Minister’s counsel"),
}

ENDINGS = (
    N_("The client’s revocation was received"),
    N_("The Division permitted the withdrawal"),
    N_("The limited retainer ended"),
    N_("Counsel now acts elsewhere"),
    N_("Another person takes this place"),
    N_("It was recorded by mistake"),
)


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())


class PersonForm(Form):
    """Who, in which place, since what, until when."""

    id = HiddenField()
    email = EmailField(
        N_("E-mail address"),
        [InputRequired(N_("Enter the e-mail address")), TOO_LONG],
        filters=[lambda text: (text or "").strip().lower()],
    )
    name = StringField(N_("Full name"), [Optional(), TOO_LONG], filters=[_tidy])
    language = RadioField(N_("Language to write to this person in"), choices=[], default="en")
    role = RadioField(N_("Place in the case"), [InputRequired(N_("Choose the place"))], choices=[])
    # Not `Optional`, which would end the checks of an empty field.
    party = SelectField(N_("Whose claim is it?"), choices=[])
    how = StringField(
        N_("How it began"), [DataRequired(N_("Say how it began")), TOO_LONG], filters=[_tidy]
    )
    represents = CheckboxesField(N_("Whom does this person represent?"), validate_choice=False)
    ends = DayField(N_("Ends on, if the day is known"), [Optional()])
    lasting = BooleanField(
        N_("It does not end at 18: the person cannot appreciate the proceedings")
    )

    def validate_email(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """One plain address: mail goes there."""
        try:
            one_address(field.data)
        except NotAnAddress as error:
            raise ValidationError(
                N_("Enter one e-mail address, such as name@example.org")
            ) from error

    @property
    def represented(self) -> set[UUID]:
        """Who was ticked; what is no id is nobody."""
        ticked: set[UUID] = set()
        for value in self.represents.data or ():
            with suppress(ValueError):
                ticked.add(UUID(value))
        return ticked

    def validate_party(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """A party is somebody of the case."""
        if self.role.data == Role.party and not field.data:
            raise ValidationError(N_("Choose whose claim it is"))


class EndingForm(Form):
    """How a standing ended, in words that stay."""

    how = RadioField(N_("Why it ends"), choices=[], validate_choice=False)
    words = StringField(N_("Other reason, in your words"), [Optional(), TOO_LONG], filters=[_tidy])

    @property
    def said(self) -> str:
        """The reason: words of one's own before a ready one."""
        return self.words.data or self.how.data or ""

    def validate_how(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """One or the other."""
        if not self.said:
            raise ValidationError(N_("Choose why it ends, or say it in your words"))


class ResumingForm(Form):
    """On which cases a suspended person takes up his or her places."""

    # Anything but "all" is this case alone.
    scope = RadioField(N_("Where"), choices=[], default="one", validate_choice=False)


class SuspensionForm(ResumingForm):
    """Why counsel is suspended; for the registry only."""

    id = HiddenField()
    why = StringField(N_("Why"), [DataRequired(N_("Say why")), TOO_LONG], filters=[_tidy])
