"""The notice that a hearing will not take place."""

from dataclasses import dataclass
from typing import Annotated

from notices.facts import Asked, Both, Kind, Moment


@dataclass(frozen=True, kw_only=True)
class HearingCancelled(Kind):
    """Nobody need come; what follows is told by another notice."""

    code = "hearing_cancelled"
    title = Both("Hearing cancelled", "Audience annulée")
    order = 12
    wants_acknowledgement = True
    # Who does not read it comes for nothing.
    remind_after = 1
    unopened_after = 3

    hearing: Annotated[Both, Asked(Both("What the hearing was about", "Objet de l’audience"))]
    was: Annotated[
        Moment,
        Asked(
            Both("The day that no longer holds", "Le jour qui ne tient plus"),
            clock=Both("The time that no longer holds", "L’heure qui ne tient plus"),
        ),
    ]
    reason: Annotated[Both | None, Asked(Both("Why", "Pourquoi"))] = None
