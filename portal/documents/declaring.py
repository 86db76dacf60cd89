"""Declaring: forms for what a filer says of the filing as a whole, and of a translation."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, ValidationError

from portal.documents.describing import Translation, one_line
from portal.documents.filing import judge_time
from portal.documents.packaging import Joined
from portal.documents.reading import Package
from portal.rules import rules
from portal.web.fields import CheckboxesField, DayField, as_id, paragraphs
from portal.web.language import N_
from portal.web.visit import Visit

MOST_WORDS = 2000
NOT_YET = N_("The day cannot be after today")
NOWHERE = N_("It is not here yet")
IN_ITSELF = N_("In this same file")


def _line(text: str | None) -> str:
    return one_line(text or "") or ""


class FilingForm(Form):
    """For which cases, given to whom, and why late: each where it is asked."""

    today: date
    # The ids of the cases that can be ticked.
    offered: Sequence[str] = ()

    also_for = CheckboxesField(N_("Is this for other cases too?"), validate_choice=False)
    # Sent with it: nothing ticked is an answer too.
    joined = HiddenField(default="yes")
    served_to = StringField(N_("Who was given a copy?"), filters=[_line])
    served_how = SelectField(N_("How?"), validate_choice=False)
    served_on = DayField(N_("On which day?"))
    late_reasons = TextAreaField(
        N_("Why does it come late?"),
        [Length(max=MOST_WORDS, message=N_("Write at most 2,000 characters"))],
        filters=[paragraphs],
    )

    def validate_served_on(self, item: DayField) -> None:
        """What was done was done before now."""
        if item.data and item.data > self.today:
            raise ValidationError(NOT_YET)

    @property
    def answers(self) -> dict[str, Any]:
        """What was said, by column of `submission`; what was not asked is left out."""
        said: dict[str, Any] = {}
        if self.joined.raw_data:
            ticked = self.also_for.data or ()
            said["also_for"] = [UUID(one) for one in self.offered if one in ticked]
        if self.served_to.raw_data:
            known = self.served_how.data in rules.means
            said["served_to"] = self.served_to.data or None
            said["served_how"] = self.served_how.data if known else None
            said["served_on"] = self.served_on.data
        if self.late_reasons.raw_data:
            said["late_reasons"] = self.late_reasons.data or None
        return said


class TranslationForm(Form):
    """The language of a file that is neither in English nor in French, and its translation."""

    today: date

    other_language = StringField(N_("Language of the document"), filters=[_line])
    translation = RadioField(N_("Where is its translation into English or French?"))
    translator = StringField(N_("Name of the translator"), filters=[_line])
    translated_on = DayField(N_("Date of the translator’s declaration"))
    accurate = BooleanField(N_("The translator declares that the translation is accurate"))

    def validate_translated_on(self, item: DayField) -> None:
        """What was signed was signed before now."""
        if item.data and item.data > self.today:
            raise ValidationError(NOT_YET)

    @property
    def said(self) -> Translation:
        """What was said; nothing of it must be, for what is missing only warns."""
        return Translation(
            self.other_language.data or None,
            self.translator.data or None,
            self.translated_on.data,
            bool(self.accurate.data),
            as_id(self.translation.data),
        )


def filing_form(visit: Visit, draft: Package, *, posted: bool = False) -> FilingForm:
    """The questions about a draft as a whole: with what was posted, else with what is kept."""
    kept = draft.submission
    form = FilingForm(
        visit.posted if posted else None,
        also_for=[str(one.id) for one in draft.chosen],
        served_to=kept.served_to or "",
        served_how=kept.served_how or "",
        served_on=kept.served_on,
        late_reasons=kept.late_reasons or "",
    )
    form.today = visit.formatting.local_day(visit.now, draft.zone)
    form.offered = [str(one.id) for one in draft.joined]
    form.also_for.choices = [(str(one.id), _called(one)) for one in draft.joined]
    means = [(one.code, visit.formatting.data(one.name)) for one in rules.means.values()]
    form.served_how.choices = [("", visit.say(N_("Choose"))), *means]
    return form


def translation_form(visit: Visit, draft: Package, document: Any) -> TranslationForm:  # noqa: ANN401
    """The questions about one file that somebody translated."""
    form = visit.form(
        TranslationForm,
        other_language=document.other_language or "",
        translation=str(document.translation_id or ""),
        translator=document.translator or "",
        translated_on=document.translated_on,
        accurate=document.translation_accurate,
    )
    form.today = visit.formatting.local_day(visit.now, draft.zone)
    others = [one for one in draft.documents if str(one.id) != str(document.id)]
    form.translation.choices = [
        ("", visit.say(NOWHERE)),
        (str(document.id), visit.say(IN_ITSELF)),
        *((str(one.id), one.name) for one in others),
    ]
    return form


def late(draft: Package, visit: Visit) -> bool:
    """Whether it would come after a limit now: then reasons are asked for."""
    judged = judge_time(draft.deadlines, visit.now)
    return judged is not None and bool(judged.late or judged.missed)


def served_is_asked(draft: Package) -> bool:
    """Whether the division's rules ask how and when the other party was given a copy."""
    return rules.divisions[draft.opened.case.division].proof_of_service is not None


def _called(one: Joined) -> str:
    return " · ".join(filter(None, [one.title, " / ".join(one.file_numbers)]))
