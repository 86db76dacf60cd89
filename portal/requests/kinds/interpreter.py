"""An interpreter, or another language of interpretation (RPD Rules, r. 19; IAD Rules, r. 19)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.audit import Actor
from portal.models import Party, Request
from portal.requests.form import SHORT, RequestForm
from portal.requests.kind import RequestKind, Said
from portal.requests.scene import Scene
from portal.web.fields import CheckboxesField, as_id, paragraphs
from portal.web.formatting import Formatting
from portal.web.language import N_, say


class InterpreterForm(RequestForm):
    """Who needs one, and for which language and dialect."""

    parties = CheckboxesField(N_("Who needs the interpreter?"), choices=[])
    witness = StringField(
        N_("A witness who needs one"),
        [SHORT],
        filters=[paragraphs],
        description=N_("The name, if there is such a witness."),
    )
    language = StringField(
        N_("Language"),
        [
            DataRequired(N_("Say which language")),
            Length(max=60, message=N_("Use at most 60 characters")),
        ],
        filters=[paragraphs],
        description=N_("For example Dari or Somali."),
    )
    dialect = StringField(
        N_("Dialect"),
        [Length(max=60, message=N_("Use at most 60 characters"))],
        filters=[paragraphs],
        description=N_("If it matters which one. Say it as the person would."),
    )
    remarks = TextAreaField(
        N_("What else the registry should know"),
        [Length(max=1000, message=N_("Write at most 1,000 characters"))],
        filters=[paragraphs],
    )

    def offer(self, scene: Scene, f: Formatting) -> None:
        """The people of the case."""
        self.parties.choices = [(str(one.id), one.name) for one in scene.parties]

    def validate_parties(self, item: Any) -> None:  # noqa: ANN401 - WTForms' field
        """Somebody must be named."""
        if not item.data and not self.witness.data:
            raise ValidationError(N_("Tick who needs the interpreter, or name the witness"))


@dataclass(frozen=True, kw_only=True)
class Interpreter(RequestKind):
    """Who needs to be interpreted for, in which language and dialect."""

    code = "interpreter"
    order = 30
    plain = N_(
        "Somebody needs an interpreter at the hearing, or another language or dialect than was noted."
    )
    meanwhile = N_(
        "The tribunal brings the interpreter; you do not pay. Until you hear from us, "
        "what was noted before stands."
    )
    if_granted = N_(
        "The registry arranges an interpreter for that language. You have nothing to do."
    )
    if_refused = N_("What was noted before stands. If you need to, ask again and say why.")
    form = InterpreterForm
    changes_case = True

    party_ids: tuple[str, ...]
    names: tuple[str, ...]
    language: str
    dialect: str
    remarks: str

    @classmethod
    def of(cls, form: Any, scene: Scene) -> Self:  # noqa: ANN401 - a form of its own
        """What the form says."""
        chosen = [one for one in scene.parties if str(one.id) in (form.parties.data or ())]
        witness = form.witness.data
        return cls(
            party_ids=tuple(str(one.id) for one in chosen),
            names=(*(one.name for one in chosen), *([witness] if witness else [])),
            language=form.language.data,
            dialect=form.dialect.data,
            remarks=form.remarks.data,
        )

    def event_on(self, scene: Scene) -> date | None:
        """The day of the next hearing, if one is fixed."""
        return scene.hearings[0].local_start.date() if scene.hearings else None

    @property
    def tongue(self) -> str:
        """Language and dialect as a hearing names them: "Dari (Herati)"."""
        return f"{self.language} ({self.dialect})" if self.dialect else self.language

    def summary(self, f: Formatting) -> str:
        """Which language, for whom."""
        facts = {"tongue": self.tongue, "names": ", ".join(self.names)}
        return say(f.language, N_("%(tongue)s, for %(names)s"), **facts)

    def rows(self, f: Formatting) -> list[Said]:
        """For whom, which language, which dialect."""
        none = say(f.language, N_("not said"))
        return [
            Said(N_("For whom"), "\n".join(self.names), "parties", name=True),
            Said(N_("Language"), self.language, "language", name=True),
            Said(N_("Dialect"), self.dialect or none, "dialect", name=bool(self.dialect)),
            Said(N_("Remarks"), self.remarks or none, "remarks", name=bool(self.remarks)),
        ]

    async def grant(
        self,
        session: AsyncSession,
        request: Request,
        decided: Mapping[str, Any],
        *,
        by: Actor,
        now: datetime,
    ) -> None:
        """Note it with the people of the case, where scheduling a hearing looks for it."""
        ids = [as_id(one) for one in self.party_ids]
        await session.execute(
            sa.update(Party)
            .where(Party.case_id == request.case_id, Party.id.in_(ids))
            .values(interpretation=self.tongue)
        )
