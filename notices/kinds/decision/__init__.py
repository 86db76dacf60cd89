"""The notice that the tribunal has decided."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal

from notices.facts import Asked, Both, Kind


@dataclass(frozen=True, kw_only=True)
class Decision(Kind):
    """What was decided, where its reasons are, and how and until when to appeal."""

    code = "decision"
    title = Both("Decision", "Décision")
    order = 30
    wants_acknowledgement = True
    # The time to appeal is running.
    remind_after = 1
    unopened_after = 3
    # Where the time to appeal is written (domain.md §2.1 and its sources).
    citations: ClassVar = {
        "rpd": Both(
            "Immigration and Refugee Protection Regulations, SOR/2002-227, sections 159.8 to 159.92 "
            "(time limits)",
            "Règlement sur l’immigration et la protection des réfugiés, DORS/2002-227, articles "
            "159.8 à 159.92 (délais)",
        ),
        "id": Both(
            "Immigration Appeal Division Rules, 2022, SOR/2022-277, rule 16 (time to appeal)",
            "Règles de la Section d’appel de l’immigration (2022), DORS/2022-277, règle 16 (délai "
            "d’appel)",
        ),
    }

    decided: Annotated[date, Asked(Both("Day of the decision", "Jour de la décision"))]
    outcome: Annotated[
        Both,
        Asked(
            Both("What was decided", "Ce qui a été décidé"),
            hint=Both(
                "A whole sentence, such as “Your claim is accepted.”",
                "Une phrase entière, comme « Votre demande est accueillie. »",
            ),
        ),
    ]
    reasons: Annotated[
        Literal["in_case", "to_follow"],
        Asked(
            Both("Written reasons", "Motifs écrits"),
            choices={
                "in_case": Both("They are in the case file", "Ils sont au dossier"),
                "to_follow": Both("They will follow", "Ils suivront"),
            },
        ),
    ]
    next_step: Annotated[
        Both | None,
        Asked(
            Both("What the person must do now", "Ce que la personne doit faire maintenant"),
            hint=Both(
                "A whole sentence. Leave it empty if there is nothing to do.",
                "Une phrase entière. À laisser vide s’il n’y a rien à faire.",
            ),
        ),
    ] = None
    appeal: Annotated[
        Both | None,
        Asked(
            Both("How to appeal", "Comment interjeter appel"),
            hint=Both(
                "To whom and with what, in a whole sentence. Leave it empty if there is no appeal.",
                "Auprès de qui et avec quoi, en une phrase entière. À laisser vide s’il n’y a pas "
                "d’appel.",
            ),
        ),
    ] = None
    appeal_by: Annotated[
        date | None,
        Asked(Both("An appeal must be here by", "L’appel doit être ici au plus tard le")),
    ] = None

    @property
    def reply_by(self) -> date | None:
        """The last day to appeal: nobody must, but after it nobody can without permission."""
        return self.appeal_by
