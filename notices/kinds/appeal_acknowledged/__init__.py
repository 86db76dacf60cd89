"""The notice that an appeal has come in."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from notices.facts import Asked, Both, Kind


@dataclass(frozen=True, kw_only=True)
class AppealAcknowledged(Kind):
    """When the appeal came in, against what, and what must follow by when."""

    code = "appeal_acknowledged"
    title = Both("Appeal acknowledged", "Accusé de réception d’un appel")
    order = 31
    wants_acknowledgement = True
    remind_after = 2
    unopened_after = 5
    # What the appeal must hold, and where its time is written (domain.md §2.1, §2.2).
    citations: ClassVar = {
        "rad": Both(
            "Refugee Appeal Division Rules, SOR/2012-257, rule 3 (appellant’s record); Immigration "
            "and Refugee Protection Regulations, SOR/2002-227, sections 159.8 to 159.92 (time "
            "limits)",
            "Règles de la Section d’appel des réfugiés, DORS/2012-257, règle 3 (dossier de "
            "l’appelant) ; Règlement sur l’immigration et la protection des réfugiés, "
            "DORS/2002-227, articles 159.8 à 159.92 (délais)",
        ),
        "iad": Both(
            "Immigration Appeal Division Rules, 2022, SOR/2022-277, rule 16",
            "Règles de la Section d’appel de l’immigration (2022), DORS/2022-277, règle 16",
        ),
    }

    received: Annotated[date, Asked(Both("The appeal was received on", "L’appel a été reçu le"))]
    against: Annotated[
        Both,
        Asked(
            Both("Which decision it is about", "La décision visée"),
            hint=Both(
                "Such as “Decision of 2 March 2026 of the Refugee Protection Division”",
                "Comme « Décision du 2 mars 2026 de la Section de la protection des réfugiés »",
            ),
        ),
    ]
    record_by: Annotated[
        date | None,
        Asked(
            Both(
                "The appellant’s record must be here by",
                "Le dossier de l’appelant doit être ici au plus tard le",
            ),
            hint=Both(
                "Leave it empty if none is wanted.", "À laisser vide si aucun n’est attendu."
            ),
        ),
    ] = None
    next_step: Annotated[
        Both | None,
        Asked(
            Both("What happens next", "Ce qui se passe ensuite"),
            hint=Both("A whole sentence.", "Une phrase entière."),
        ),
    ] = None

    @property
    def reply_by(self) -> date | None:
        """The day by which the appeal must be complete."""
        return self.record_by
