"""Another place for a hearing (RPD Rules, r. 53)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from notices.facts import Moment
from portal.models import Request
from portal.requests.form import LONG, SHORT, RequestForm
from portal.requests.hearings import about_hearing, no_hearing, offer_hearings
from portal.requests.kind import RequestKind, Said
from portal.requests.scene import Scene
from portal.web.fields import paragraphs
from portal.web.formatting import Formatting
from portal.web.language import N_, say


class ChangeOfLocationForm(RequestForm):
    """Which hearing, where instead, and why."""

    hearing = RadioField(
        N_("Which hearing?"), [InputRequired(N_("Choose the hearing"))], choices=[]
    )
    place = StringField(
        N_("Where should it be held?"),
        [DataRequired(N_("Say where it should be held")), SHORT],
        filters=[paragraphs],
        description=N_("A city, an office of the tribunal, or by video."),
    )
    reasons = TextAreaField(
        N_("Why should it be held there?"),
        [DataRequired(N_("Say why it should be held there")), LONG],
        filters=[paragraphs],
        description=N_("For example where you live, your health, or witnesses who cannot travel."),
    )

    def offer(self, scene: Scene, f: Formatting) -> None:
        """The hearings to come."""
        offer_hearings(self.hearing, scene, f)


@dataclass(frozen=True, kw_only=True)
class ChangeOfLocation(RequestKind):
    """A hearing that should be held elsewhere, where, and why."""

    code = "change_of_location"
    order = 20
    plain = N_(
        "The hearing is set for a place that you cannot come to, or should be held by video."
    )
    meanwhile = N_(
        "You must come to the place that is set, unless we tell you that it has changed. "
        "Until you hear from us, it stands."
    )
    if_granted = N_(
        "A notice with the new place follows. Until you have it, what was set before stands."
    )
    if_refused = N_("The place does not change. You must come to the place that is set.")
    form = ChangeOfLocationForm

    hearing_id: str
    hearing: Moment
    place: str
    reasons: str

    @classmethod
    def obstacle(cls, scene: Scene) -> str:
        """Without a hearing to come there is no place to change."""
        return super().obstacle(scene) or no_hearing(scene)

    @classmethod
    def of(cls, form: Any, scene: Scene) -> Self:  # noqa: ANN401 - a form of its own
        """What the form says."""
        hearing_id, at = about_hearing(form.hearing.data, scene)
        said = {"place": form.place.data, "reasons": form.reasons.data}
        return cls(hearing_id=hearing_id, hearing=at, **said)

    def event_on(self, scene: Scene) -> date | None:
        """The day of the hearing, where it takes place."""
        return self.hearing.local.date()

    def summary(self, f: Formatting) -> str:
        """Of which hearing, and where instead."""
        at = f.moment(self.hearing.at, self.hearing.zone)
        return say(
            f.language, N_("%(place)s, for the hearing of %(moment)s"), place=self.place, moment=at
        )

    def rows(self, f: Formatting) -> list[Said]:
        """Which hearing, where, why."""
        return [
            Said(N_("Hearing"), f.moment(self.hearing.at, self.hearing.zone), "hearing"),
            Said(N_("Where it should be held"), self.place, "place", name=True),
            Said(N_("Why there"), self.reasons, "reasons", name=True),
        ]

    def leads_to(self, request: Request, decided: Mapping[str, Any]) -> tuple[str, str] | None:
        """The hearing's own page."""
        return N_("Change the hearing now"), f"/hearings/{self.hearing_id}/move"
