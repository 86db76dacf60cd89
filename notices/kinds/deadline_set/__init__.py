"""The notice that a day is set by which something must be done, or that this day has changed."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from notices.facts import Asked, Both, Kind


@dataclass(frozen=True, kw_only=True)
class DeadlineSet(Kind):
    """What must be here, and by when; with an old day, that one no longer holds."""

    code = "deadline_set"
    title = Both("Deadline set or extended", "Délai fixé ou prorogé")
    order = 21
    wants_acknowledgement = True
    remind_after = 2
    unopened_after = 5
    # A limit that ends on a day off (domain.md §2.1), and the power to change one (RPD r. 70).
    citations: ClassVar = {
        "rpd": Both(
            "Refugee Protection Division Rules, SOR/2012-256, subrule 41(3) (a time limit that ends "
            "on a day that is not a working day) and rule 70 (changing a time limit)",
            "Règles de la Section de la protection des réfugiés, DORS/2012-256, paragraphe 41(3) "
            "(délai qui expire un jour non ouvrable) et règle 70 (modification d’un délai)",
        ),
        "rad": Both(
            "Refugee Appeal Division Rules, SOR/2012-257, subrule 35(3) (a time limit that ends on a "
            "day that is not a working day)",
            "Règles de la Section d’appel des réfugiés, DORS/2012-257, paragraphe 35(3) (délai qui "
            "expire un jour non ouvrable)",
        ),
        "iad": Both(
            "Immigration Appeal Division Rules, 2022, SOR/2022-277, rule 41 (a time limit that ends "
            "on a day that is not a working day)",
            "Règles de la Section d’appel de l’immigration (2022), DORS/2022-277, règle 41 (délai "
            "qui expire un jour non ouvrable)",
        ),
    }

    task: Annotated[
        Both,
        Asked(
            Both("What must be done", "Ce qui doit être fait"),
            hint=Both(
                "A whole sentence, such as “Send your documents for the hearing.”",
                "Une phrase entière, comme « Envoyez vos documents pour l’audience. »",
            ),
        ),
    ]
    due: Annotated[date, Asked(Both("It must be here by", "Doit être ici au plus tard le"))]
    was: Annotated[
        date | None,
        Asked(
            Both("The day that no longer holds", "Le jour qui ne tient plus"),
            hint=Both(
                "Leave it empty if none was set before.", "À laisser vide si aucun n’était fixé."
            ),
        ),
    ] = None
    reason: Annotated[Both | None, Asked(Both("Why", "Pourquoi"))] = None

    @property
    def reply_by(self) -> date:
        """The day itself."""
        return self.due
