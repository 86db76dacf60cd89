"""The notice that a hearing will not take place."""

from dataclasses import dataclass

from notices.facts import Both, Kind, Moment


@dataclass(frozen=True, kw_only=True)
class HearingCancelled(Kind):
    """Nobody need come; what follows is told by another notice."""

    code = "hearing_cancelled"
    title = Both("Hearing cancelled", "Audience annulée")
    wants_acknowledgement = True

    hearing: Both
    was: Moment
    reason: Both | None = None
