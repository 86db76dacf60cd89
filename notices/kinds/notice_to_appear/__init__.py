"""The notice that calls people to a hearing."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from notices.facts import Both, Kind, Moment


@dataclass(frozen=True, kw_only=True)
class NoticeToAppear(Kind):
    """A hearing is set: when, where, and what to do before."""

    code = "notice_to_appear"
    title = Both("Notice to appear", "Avis de convocation")
    wants_acknowledgement = True
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

    hearing: Both
    starts: Moment
    mode: Literal["video", "in_person", "telephone"]
    place: Both | None = None
    interpreter: Both | None = None
    documents_due: date | None = None

    @property
    def reply_by(self) -> date | None:
        """Documents are the answer that a hearing asks for."""
        return self.documents_due
