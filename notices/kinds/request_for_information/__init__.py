"""The notice that asks the people of a case for something that the tribunal lacks."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from notices.facts import Asked, Both, Kind


@dataclass(frozen=True, kw_only=True)
class RequestForInformation(Kind):
    """What is wanted, why, by when, and what happens without it."""

    code = "request_for_information"
    title = Both("Request for information", "Demande de renseignements")
    order = 20
    wants_acknowledgement = True
    remind_after = 2
    unopened_after = 5

    wanted: Annotated[
        Both,
        Asked(
            Both("What you ask for", "Ce que vous demandez"),
            hint=Both(
                "One paragraph for each thing, with an empty line between them.",
                "Un paragraphe par chose demandée, avec une ligne vide entre eux.",
            ),
            long=True,
        ),
    ]
    answer_by: Annotated[date, Asked(Both("Answer wanted by", "Réponse attendue au plus tard le"))]
    why: Annotated[Both | None, Asked(Both("Why it is needed", "Pourquoi c’est nécessaire"))] = None
    without: Annotated[
        Both | None,
        Asked(
            Both("What happens without an answer", "Ce qui se passe sans réponse"),
            hint=Both(
                "A whole sentence. Leave it empty if nothing is decided.",
                "Une phrase entière. À laisser vide si rien n’est décidé.",
            ),
        ),
    ] = None

    @property
    def reply_by(self) -> date:
        """The day by which the answer must be here."""
        return self.answer_by
