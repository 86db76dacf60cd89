"""The notice that a change of counsel is on record."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from notices.facts import Asked, Both, Kind


@dataclass(frozen=True, kw_only=True)
class CounselChanged(Kind):
    """Who is counsel of record from which day on, and who no longer is."""

    code = "counsel_changed"
    title = Both("Change of counsel recorded", "Changement de conseil inscrit au dossier")
    order = 40
    remind_after = 2
    unopened_after = 5
    # Becoming counsel of record; in the RPD also leaving, by either side (domain.md §2.4).
    citations: ClassVar = {
        "rpd": Both(
            "Refugee Protection Division Rules, SOR/2012-256, rules 14 to 16",
            "Règles de la Section de la protection des réfugiés, DORS/2012-256, règles 14 à 16",
        ),
        "rad": Both(
            "Refugee Appeal Division Rules, SOR/2012-257, rule 18",
            "Règles de la Section d’appel des réfugiés, DORS/2012-257, règle 18",
        ),
        "iad": Both(
            "Immigration Appeal Division Rules, 2022, SOR/2022-277, rule 10",
            "Règles de la Section d’appel de l’immigration (2022), DORS/2022-277, règle 10",
        ),
    }

    since: Annotated[date, Asked(Both("From which day", "À partir de quel jour"))]
    counsel: Annotated[
        str | None,
        Asked(
            Both("Counsel of record now", "Conseil inscrit au dossier maintenant"),
            hint=Both(
                "Leave it empty if there is none any more.", "À laisser vide s’il n’y en a plus."
            ),
        ),
    ] = None
    former: Annotated[
        str | None,
        Asked(
            Both("Counsel of record before", "Conseil inscrit au dossier auparavant"),
            hint=Both("Leave it empty if there was none.", "À laisser vide s’il n’y en avait pas."),
        ),
    ] = None
