"""More time for a limit (RPD Rules, r. 8 and r. 70; RAD Rules, r. 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from notices.facts import Both
from portal.models import Case, Decided, Request
from portal.requests.form import LONG, SHORT, DecisionForm, RequestForm
from portal.requests.kind import RequestKind, Said
from portal.requests.scene import Scene
from portal.rules import rules
from portal.rules.deadlines import Deadline, deadlines
from portal.rules.holidays import Office
from portal.web.fields import DayField, paragraphs
from portal.web.formatting import Formatting
from portal.web.language import N_, say

OTHER = "other"


def open_limits(scene: Scene) -> dict[str, Deadline]:
    """The limits that the case's hearings set, by what the form calls them."""
    days = {one.local_start.date() for one in scene.hearings}
    found = deadlines(division=scene.case.division, office=scene.case.office, hearings=days)
    return {f"{one.limit.code} {one.due.isoformat()}": one for one in found}


def stated_limits(division: str) -> dict[str, Both]:
    """The limits whose last day the person states, by code."""
    procedure = Extension.procedure(division)
    codes = procedure.limits if procedure else ()
    return {one.code: Both(**one.name) for one in rules.limits if one.code in codes}


class ExtensionForm(RequestForm):
    """Which limit, until when, and why."""

    limit = RadioField(
        N_("Which limit do you need more time for?"),
        [InputRequired(N_("Choose the limit"))],
        choices=[],
    )
    name = StringField(
        N_("If it is another limit: what must be done?"), [SHORT], filters=[paragraphs]
    )
    last_day = DayField(
        N_("Its last day, as you were told"),
        [Optional()],
        description=N_("Leave it empty where the day stands beside the limit above."),
    )
    until = DayField(
        N_("Until when do you need?"), [InputRequired(N_("Enter the day until which you need"))]
    )
    reasons = TextAreaField(
        N_("Why do you need more time?"),
        [DataRequired(N_("Say why you need more time")), LONG],
        filters=[paragraphs],
        description=N_(
            "Say what kept you, and what you have done. If it is for medical reasons, a certificate "
            "is needed. It must not state the diagnosis."
        ),
    )

    def offer(self, scene: Scene, f: Formatting) -> None:
        """The limits of this case, those that the division knows, and any other."""
        dated = [
            (key, f"{f.data(one.limit.name)}, {f.weekday(one.due)}")
            for key, one in open_limits(scene).items()
        ]
        stated = [
            (code, one.said(f.language)) for code, one in stated_limits(scene.case.division).items()
        ]
        other = (OTHER, say(f.language, N_("Another limit")))
        self.limit.choices = [*dated, *stated, other]

    def validate_name(self, item: Any) -> None:  # noqa: ANN401 - WTForms' field
        """What is on no list is said."""
        if self.limit.data == OTHER and not item.data:
            raise ValidationError(N_("Say what must be done"))

    def validate_until(self, item: Any) -> None:  # noqa: ANN401 - WTForms' field
        """More time ends later; a limit without a day of its own needs that day."""
        if self.limit.data and " " not in self.limit.data and not self.last_day.data:
            self.last_day.errors = [N_("Enter the last day that you were told")]
            raise ValidationError(N_("Enter first the last day that you were told"))
        if self.last_day.data and item.data and item.data <= self.last_day.data:
            raise ValidationError(N_("Enter a day after the last day that you were told"))


class ExtensionDecision(DecisionForm):
    """Until when, if it is granted."""

    until = DayField(N_("If you grant it: the new last day"))

    def offer(self, said: Any, f: Formatting) -> None:  # noqa: ANN401 - a kind of its own
        """The day that was asked, until another is typed."""
        super().offer(said, f)
        if not any(self.until.parts.values()):
            self.until.process(None, said.until)

    def validate_until(self, item: Any) -> None:  # noqa: ANN401 - WTForms' field
        """What is granted has a day."""
        if self.outcome.data == Decided.granted and not item.data:
            raise ValidationError(N_("Enter the new last day"))

    def decided(self) -> Mapping[str, Any]:
        """The new last day."""
        return {"until": self.until.data.isoformat()} if self.until.data else {}


@dataclass(frozen=True, kw_only=True)
class Extension(RequestKind):
    """A limit that cannot be kept, until when more time is needed, and why."""

    code = "extension"
    order = 40
    plain = N_("You cannot send something, or do something, by its last day.")
    meanwhile = N_(
        "The limit stands until we tell you that it has changed. Send what you have in time, "
        "if you can."
    )
    if_granted = N_("Send it by the new last day. No other limit changes.")
    if_refused = N_(
        "The limit does not change. If it has passed, you can still send it: say why it is late."
    )
    form = ExtensionForm
    decision_form = ExtensionDecision

    limit_code: str
    limit_name: Both
    last_day: date
    until: date
    reasons: str

    @classmethod
    def of(cls, form: Any, scene: Scene) -> Self:  # noqa: ANN401 - a form of its own
        """What the form says; a limit of the case with its own day, whatever was typed beside it."""
        chosen = form.limit.data
        dated, stated = open_limits(scene).get(chosen), stated_limits(scene.case.division)
        if dated is not None:
            name, last_day = Both(**dated.limit.name), dated.due
        else:
            typed = Both(form.name.data, form.name.data)
            name, last_day = stated.get(chosen, typed), form.last_day.data
        return cls(
            limit_code=dated.limit.code if dated else chosen,
            limit_name=name,
            last_day=last_day,
            until=form.until.data,
            reasons=form.reasons.data,
        )

    def event_on(self, scene: Scene) -> date | None:
        """The day to be put off, where the rules say how long before it this must come."""
        return self.last_day if self.limit_code in stated_limits(scene.case.division) else None

    def summary(self, f: Formatting) -> str:
        """Which limit, until when."""
        facts = {"limit": self.limit_name.said(f.language), "day": f.weekday(self.until)}
        return say(f.language, N_("%(limit)s: until %(day)s"), **facts)

    def rows(self, f: Formatting) -> list[Said]:
        """Which limit, its last day, until when, why."""
        return [
            Said(N_("Limit that you ask about"), self.limit_name.said(f.language), "limit"),
            Said(N_("Its last day"), f.weekday(self.last_day), "last_day"),
            Said(N_("Time needed until"), f.weekday(self.until), "until"),
            Said(N_("Why more time is needed"), self.reasons, "reasons", name=True),
        ]

    def cautions(self, case: Case, f: Formatting) -> list[str]:
        """A day on which the registry is closed, or one that is no later."""
        found: list[str] = []
        if self.until <= self.last_day:
            found.append(say(f.language, N_("The day that you ask for is not after the last day.")))
        if closed := Office(case.office).closed(self.until):
            facts = {"day": f.weekday(self.until), "why": f.data(closed)}
            found.append(say(f.language, N_("%(day)s is not a working day: %(why)s."), **facts))
        return found

    def told(self, decided: Mapping[str, Any], f: Formatting) -> str:
        """Until when it was granted."""
        if "until" not in decided:
            return ""
        facts = {
            "limit": self.limit_name.said(f.language),
            "day": f.weekday(date.fromisoformat(decided["until"])),
        }
        return say(f.language, N_("%(limit)s: the new last day is %(day)s."), **facts)

    def leads_to(self, request: Request, decided: Mapping[str, Any]) -> tuple[str, str] | None:
        """The notice to everybody on the case, where the other side must know the new day."""
        address = f"/cases/{request.case_id}/notices/new?kind=deadline_set"
        return N_("Tell everybody of the new limit"), address
