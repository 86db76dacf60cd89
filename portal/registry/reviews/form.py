"""The forms in which an officer reviews a filing, and answers a wish to take something back."""

from typing import Any

from wtforms import Form, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from portal.models import ReviewOutcome, WithdrawalOutcome
from portal.web.fields import CheckboxesField, paragraphs
from portal.web.language import N_

OUTCOMES = {
    ReviewOutcome.accepted: N_("Accept"),
    ReviewOutcome.correction: N_("Ask for a correction"),
    ReviewOutcome.refused: N_("Refuse"),
}
ANSWERS = {
    WithdrawalOutcome.withdrawn: N_("Agree: it is withdrawn"),
    WithdrawalOutcome.refused: N_("Refuse: it stays in the file"),
}
TOO_LONG = Length(max=1000, message=N_("Write at most 1,000 characters"))


class ReviewForm(Form):
    """Which documents, what is said of them, and why."""

    key = HiddenField()
    seen = HiddenField()
    documents = CheckboxesField(N_("Documents"), choices=[])
    outcome = RadioField(
        N_("What do you decide?"), [InputRequired(N_("Choose what you decide"))], choices=[]
    )
    reason = SelectField(N_("Reason"), choices=[], validate_choice=False)
    words = TextAreaField(N_("What else the filer should know"), [TOO_LONG], filters=[paragraphs])

    def validate_documents(self, item: Any) -> None:  # noqa: ANN401 - WTForms' field
        """Something must be ticked."""
        if not item.data:
            raise ValidationError(N_("Tick at least one document"))

    def validate_reason(self, item: Any) -> None:  # noqa: ANN401 - WTForms' field
        """Only what is accepted needs no reason."""
        known = {value for value, _ in item.choices if value}
        if self.outcome.data != ReviewOutcome.accepted and item.data not in known:
            raise ValidationError(N_("Choose a reason"))

    def validate_words(self, item: Any) -> None:  # noqa: ANN401 - WTForms' field
        """A reason that is not on the list is written out."""
        others = self.outcome.data != ReviewOutcome.accepted and self.reason.data == "other"
        if others and not item.data:
            raise ValidationError(N_("Say what is wrong"))


class AnswerForm(Form):
    """Whether an accepted document leaves the file."""

    outcome = RadioField(
        N_("What do you decide?"), [InputRequired(N_("Choose what you decide"))], choices=[]
    )
    remark = TextAreaField(N_("Why"), [TOO_LONG], filters=[paragraphs])

    def validate_remark(self, item: Any) -> None:  # noqa: ANN401 - WTForms' field
        """Who is refused is told why."""
        if self.outcome.data == WithdrawalOutcome.refused and not item.data:
            raise ValidationError(N_("Say why it stays in the file"))
