"""The forms that fix, move and cancel a hearing."""

from datetime import datetime
from typing import Any

from wtforms import Form, HiddenField, IntegerField, RadioField, SelectField, StringField, URLField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from notices.facts import Both
from portal.hearings.scheduling import Arrangement
from portal.models import Hearing
from portal.registry.notices.form import BOTH
from portal.web.fields import ClockField, DayField
from portal.web.language import N_

WANTED = DataRequired(N_("Say why it is cancelled, in both languages: people read it"))
TOO_LONG = Length(max=500, message=N_("Use at most 500 characters"))

KIND_WORDS = {
    "hearing": N_("Hearing"),
    "conference": N_("Conference"),
    "detention_review": N_("Detention review"),
    "admissibility_hearing": N_("Admissibility hearing"),
}
# What only one division holds.
ONLY_IN = {"detention_review": "id", "admissibility_hearing": "id"}
MODE_WORDS = {
    "video": N_("By video"),
    "in_person": N_("In person"),
    "telephone": N_("By telephone"),
}
# What the form asks besides day, time and kind.
ARRANGED = (
    "zone", "minutes", "mode", "place", "link", "dial_in", "interpreter", "interpreter_name", "member",
)  # fmt: skip


def _tidy(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None


class ActForm(Form):
    """What each act upon a hearing carries, and why people are told that it happens."""

    # Of the hearing that is fixed, or of this one change; and what the officer was looking at.
    id = HiddenField()
    sequence = HiddenField()
    why_en = StringField(N_("Why, in English"), [Optional(), TOO_LONG], filters=[_tidy])
    why_fr = StringField(N_("Why, in French"), [Optional(), TOO_LONG], filters=[_tidy])

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms has no stubs
        """Also that the reason is said in both languages, or in neither."""
        valid = super().validate(extra_validators)
        if not valid or bool(self.why_en.data) == bool(self.why_fr.data):
            return valid
        lacking = self.why_fr if self.why_en.data else self.why_en
        lacking.errors = [BOTH]
        return False

    @property
    def seen(self) -> int | None:
        """The sequence of the hearing that the officer was looking at."""
        written = str(self.sequence.data)
        return int(written) if written.isdecimal() and len(written) < 6 else None

    @property
    def reason(self) -> Both | None:
        """The reason as the notice says it."""
        english, french = self.why_en.data, self.why_fr.data
        return Both(english, french) if english and french else None


class HearingForm(ActForm):
    """When by the clock of the place, where, how, and with whom."""

    kind = RadioField(N_("What is held"), [InputRequired(N_("Choose what is held"))], choices=[])
    day = DayField(N_("Day"), [InputRequired(N_("Enter the day"))])
    at = ClockField(N_("Time"), [InputRequired(N_("Enter the time"))])
    zone = SelectField(N_("On the clock of"), choices=[])
    minutes = IntegerField(
        N_("How long, in minutes"),
        [
            InputRequired(N_("Enter how long it lasts")),
            NumberRange(5, 600, message=N_("Enter a number of minutes between 5 and 600")),
        ],
    )
    mode = RadioField(
        N_("How it is held"), [InputRequired(N_("Choose how it is held"))], choices=[]
    )
    # Not `Optional`, which would end the checks of an empty field: a place may be wanted.
    place = StringField(N_("Room and address"), [TOO_LONG], filters=[_tidy])
    link = URLField(
        N_("Link for joining by video"),
        [
            Optional(),
            TOO_LONG,
            Regexp(r"https://\S+$", message=N_("Enter a link that begins with https://")),
        ],
        filters=[_tidy],
    )
    dial_in = StringField(
        N_("Telephone number for joining"), [Optional(), TOO_LONG], filters=[_tidy]
    )
    interpreter = StringField(
        N_("Language of the interpreter"), [Optional(), TOO_LONG], filters=[_tidy]
    )
    interpreter_name = StringField(
        N_("Name of the interpreter"), [Optional(), TOO_LONG], filters=[_tidy]
    )
    member = StringField(N_("Member who decides"), [Optional(), TOO_LONG], filters=[_tidy])

    def validate_place(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """Who must come somewhere is told where."""
        if self.mode.data == "in_person" and not field.data:
            raise ValidationError(N_("Enter the room and the address: people must find it"))

    def arrangement(self) -> Arrangement:
        """What the verbs of scheduling take."""
        local_start = datetime.combine(self.day.data, self.at.data)  # pyright: ignore[reportArgumentType]
        return Arrangement(local_start=local_start, **{name: self[name].data for name in ARRANGED})


class CancellationForm(ActForm):
    """Why a hearing is called off: people are told, and the history keeps it."""

    why_en = StringField(N_("Why, in English"), [WANTED, TOO_LONG], filters=[_tidy])
    why_fr = StringField(N_("Why, in French"), [WANTED, TOO_LONG], filters=[_tidy])


def as_it_is(hearing: Hearing) -> dict[str, Any]:
    """A hearing as the form shows it, to be changed."""
    return {name: getattr(hearing, name) for name in ("kind", *ARRANGED)} | {
        "day": hearing.local_start.date(),
        "at": hearing.local_start.time(),
        "sequence": hearing.sequence,
    }
