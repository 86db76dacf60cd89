"""A letter in the registry's own words, for what no other kind says."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from notices.facts import Asked, Both, Kind


@dataclass(frozen=True, kw_only=True)
class GeneralLetter(Kind):
    """Subject and text, written in both languages by an officer."""

    code = "general_letter"
    title = Both("Letter from the registry", "Lettre du greffe")
    order = 90
    remind_after = 3
    unopened_after = 7

    subject: Annotated[Both, Asked(Both("Subject", "Objet"))]
    body: Annotated[
        Both,
        Asked(
            Both("Text", "Texte"),
            hint=Both(
                "Leave an empty line between paragraphs.",
                "Laissez une ligne vide entre les paragraphes.",
            ),
            long=True,
        ),
    ]
    answer_by: Annotated[
        date | None,
        Asked(
            Both("Answer wanted by", "Réponse attendue au plus tard le"),
            hint=Both(
                "Leave it empty if you want no answer.", "À laisser vide si aucune n’est attendue."
            ),
        ),
    ] = None

    @property
    def reply_by(self) -> date | None:
        """The day the officer set for an answer."""
        return self.answer_by
