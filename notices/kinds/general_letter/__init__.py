"""A letter in the registry's own words, for what no other kind says."""

from dataclasses import dataclass
from datetime import date

from notices.facts import Both, Kind


@dataclass(frozen=True, kw_only=True)
class GeneralLetter(Kind):
    """Subject and text, written in both languages by an officer."""

    code = "general_letter"
    title = Both("Letter from the registry", "Lettre du greffe")

    subject: Both
    body: Both
    answer_by: date | None = None

    @property
    def reply_by(self) -> date | None:
        """The day the officer set for an answer."""
        return self.answer_by
