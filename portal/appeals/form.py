"""The form of a notice of appeal: who appeals, when the reasons came, who acts, in which language."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import Form, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.appeals.counting import FIRST_DAY
from portal.appeals.grounds import Ground, Received
from portal.appeals.opening import NoticeOfAppeal
from portal.models import Role
from portal.web.fields import CheckboxesField, DayField, as_id, paragraphs
from portal.web.language import N_, NAMES
from portal.web.visit import Visit

NOT_YET = N_("This day is still to come: enter today or an earlier day")
TOO_EARLY = N_("The decision was made later than this. Check the day")
ACTS = N_("Yes: I act in the appeal, and become counsel of record in it")
ACTS_FOR = N_("Yes: %(name)s acts in the appeal, and becomes counsel of record in it")
FILES_ONLY = N_("No: only this notice is filed, and nothing more")
UP_TO_DATE = N_("Yes, they are up to date")
CHANGED = N_("No, or not sure: the registry will ask")


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())


class AppealForm(Form):
    """What a notice of appeal says; what the registry or a rule says already is not asked."""

    # Set by `appeal_form`: what day it is at the office, and when the claim was decided.
    today: date
    decided: date

    claimants = CheckboxesField(
        N_("Who appeals?"), [InputRequired(N_("Choose who appeals"))], choices=[]
    )
    received_on = DayField(
        N_("On which day did you receive the written reasons?"),
        [DataRequired(N_("Enter the day on which the written reasons were received"))],
    )
    language = RadioField(
        N_("In which language is the appeal?"),
        [InputRequired(N_("Choose the language of the appeal"))],
        choices=[],
    )
    spoken = StringField(
        N_("Language of interpretation, if one is needed"),
        [Length(max=200, message=N_("Use at most 200 characters"))],
        filters=[_tidy],
    )
    counsel = RadioField(
        N_("Is there counsel in the appeal?"),
        [InputRequired(N_("Say whether counsel acts in the appeal"))],
        choices=[],
    )
    contact = RadioField(
        N_("Are the contact details that the tribunal has up to date?"),
        [InputRequired(N_("Say whether the contact details are up to date"))],
        choices=[],
    )
    late_reasons = TextAreaField(
        N_("Why does it come late?"),
        [Length(max=2000, message=N_("Write at most 2,000 characters"))],
        filters=[paragraphs],
    )

    def validate_received_on(self, item: DayField) -> None:
        """Reasons are received once they are given, and not in the future."""
        if item.data and item.data > self.today:
            raise ValidationError(NOT_YET)
        if item.data and item.data < max(self.decided, FIRST_DAY):
            raise ValidationError(TOO_EARLY)

    def notice(self, key: UUID, ground: Ground) -> NoticeOfAppeal:
        """What this form would file."""
        return NoticeOfAppeal(
            id=key,
            claimants=self.chosen,
            received=self.received(ground),
            language=self.language.data,
            spoken=self.spoken.data or "",
            counsel="counsel" in self and self.counsel.data == "acts",
            contact_confirmed=self.contact.data == "yes",
            late_reasons=self.late_reasons.data or None,
        )

    @property
    def chosen(self) -> Sequence[UUID]:
        """The ticked claimants."""
        return [one for one in map(as_id, self.claimants.data or ()) if one]

    def received(self, ground: Ground) -> Received:
        """The day of the reasons: as it is recorded, else as it is stated here."""
        if ground.received:
            return ground.received
        return Received(self.received_on.data or self.today, "stated")


def appeal_form(visit: Visit, ground: Ground) -> AppealForm:
    """The questions that this claim leaves open, answered as far as the claim answers them."""
    case, parties = ground.opened.case, ground.open_parties
    spoken = [one.interpretation for one in parties if one.interpretation]
    start: dict[str, Any] = {
        "claimants": [str(one.id) for one in parties],
        "language": case.language,
        "spoken": spoken[0] if spoken else "",
    }
    form = visit.form(AppealForm, **start)
    form.today = visit.formatting.local_day(visit.now, ground.zone)
    form.decided = ground.decision.decided if ground.decision else FIRST_DAY
    form.claimants.choices = [(str(one.id), f"{one.name} · {one.file_number}") for one in parties]
    form.language.choices = list(NAMES.items())
    form.contact.choices = [("yes", visit.say(UP_TO_DATE)), ("no", visit.say(CHANGED))]
    if ground.received:
        del form.received_on
    if ground.chain.role == Role.counsel:
        form.counsel.choices = [("acts", _acts(visit, ground)), ("none", visit.say(FILES_ONLY))]
    else:
        del form.counsel
    return form


def _acts(visit: Visit, ground: Ground) -> str:
    name = ground.chain.principal_name
    return visit.say(ACTS_FOR, name=name) if ground.chain.lent else visit.say(ACTS)
