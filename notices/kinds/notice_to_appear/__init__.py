"""The notice that calls people to a hearing."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal

from notices.facts import Asked, Both, Kind, Moment


@dataclass(frozen=True, kw_only=True)
class NoticeToAppear(Kind):
    """A hearing is set: when, where, and what to do before."""

    code = "notice_to_appear"
    title = Both("Notice to appear", "Avis de convocation")
    order = 10
    wants_acknowledgement = True
    remind_after = 2
    unopened_after = 5
    citations: ClassVar = {
        "rpd": Both(
            "Refugee Protection Division Rules, SOR/2012-256, rule 25",
            "Règles de la Section de la protection des réfugiés, DORS/2012-256, règle 25",
        ),
        "rad": Both(
            "Refugee Appeal Division Rules, SOR/2012-257, rule 56",
            "Règles de la Section d’appel des réfugiés, DORS/2012-257, règle 56",
        ),
        "iad": Both(
            "Immigration Appeal Division Rules, 2022, SOR/2022-277, rule 61",
            "Règles de la Section d’appel de l’immigration (2022), DORS/2022-277, règle 61",
        ),
    }

    hearing: Annotated[Both, Asked(Both("What the hearing is about", "Objet de l’audience"))]
    starts: Annotated[
        Moment,
        Asked(
            Both("Day of the hearing", "Jour de l’audience"),
            clock=Both("Time of the hearing", "Heure de l’audience"),
        ),
    ]
    mode: Annotated[
        Literal["video", "in_person", "telephone"],
        Asked(
            Both("How it is held", "Comment elle se tient"),
            choices={
                "video": Both("By video", "Par vidéo"),
                "in_person": Both("In person", "En personne"),
                "telephone": Both("By telephone", "Par téléphone"),
            },
        ),
    ]
    place: Annotated[Both | None, Asked(Both("Room and address", "Salle et adresse"))] = None
    interpreter: Annotated[
        Both | None, Asked(Both("Language of the interpreter", "Langue de l’interprète"))
    ] = None
    documents_due: Annotated[
        date | None,
        Asked(Both("Documents must be here by", "Les documents doivent être ici au plus tard le")),
    ] = None

    @property
    def reply_by(self) -> date | None:
        """Documents are the answer that a hearing asks for."""
        return self.documents_due
