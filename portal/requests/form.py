"""What the forms of all requests share: the person's, and the officer's who decides."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from wtforms import Form, HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from portal.models import Decided
from portal.requests.scene import Scene
from portal.web.fields import paragraphs
from portal.web.formatting import Formatting
from portal.web.language import N_, say

LONG = Length(max=5000, message=N_("Write at most 5,000 characters"))
SHORT = Length(max=500, message=N_("Use at most 500 characters"))
OUTCOME_WORDS = {
    Decided.granted: N_("Grant it"),
    Decided.refused: N_("Refuse it"),
    Decided.recorded: N_("Take note of it"),
}


class RequestForm(Form):
    """The form of one kind; fields are shown in their order, each with its `description` below."""

    id = HiddenField()
    # What browsers may fill in for the person: field names with their autocomplete tokens.
    purposes: Mapping[str, str] = {}

    def offer(self, scene: Scene, f: Formatting) -> None:
        """Give fields their choices in the reader's language, and drop those not asked here."""


class DecisionForm(Form):
    """What the registry decides, and why; a kind adds what else it must say."""

    id = HiddenField()
    outcome = RadioField(
        N_("What do you decide?"), [InputRequired(N_("Choose what you decide"))], choices=[]
    )
    why_en = TextAreaField(N_("Why, in English"), [LONG], filters=[paragraphs])
    why_fr = TextAreaField(N_("Why, in French"), [LONG], filters=[paragraphs])

    # The language of the proceedings, and those that the people who are told read.
    proceedings: str = "en"
    read_in: Collection[str] = ()

    def offer(self, said: Any, f: Formatting) -> None:  # noqa: ANN401 - a kind of its own
        """Give the fields their choices, in the officer's language; `said`: what was asked."""
        outcomes: Sequence[Decided] = said.outcomes
        self.outcome.choices = [
            (one.value, say(f.language, OUTCOME_WORDS[one])) for one in outcomes
        ]

    def validate_why_en(self, item: Any) -> None:  # noqa: ANN401 - WTForms' field
        """Who is refused is told why."""
        self._require(item, "en")

    def validate_why_fr(self, item: Any) -> None:  # noqa: ANN401 - WTForms' field
        """Who is refused is told why."""
        self._require(item, "fr")

    def _require(self, item: Any, language: str) -> None:  # noqa: ANN401 - WTForms' field
        """In the language of the proceedings, and in that of everybody who reads it."""
        other = self.why_fr if language == "en" else self.why_en
        needed = self.outcome.data == Decided.refused and language == self.proceedings
        if not item.data and (needed or (other.data and language in self.read_in)):
            raise ValidationError(
                N_("Say why: who reads this notice reads that language")
                if other.data
                else N_("Say why it is refused")
            )

    def decided(self) -> Mapping[str, Any]:
        """What else the decision states, for the kind to keep; only after it was validated."""
        return {}
