"""Another date or time for a hearing (RPD Rules, r. 54; RAD Rules, r. 67; IAD Rules, r. 90)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from notices.facts import Moment
from portal.models import Case, Decided, Request
from portal.requests.form import LONG, DecisionForm, RequestForm
from portal.requests.hearings import about_hearing, no_hearing, offer_hearings
from portal.requests.kind import RequestKind, Said
from portal.requests.scene import Scene
from portal.rules.holidays import Office
from portal.web.fields import DayField, paragraphs
from portal.web.formatting import Formatting
from portal.web.language import N_, say

DAYS = tuple(f"day_{number}" for number in range(1, 7))
NOT_OPEN = N_("%(day)s is not a working day: %(why)s.")
TOO_SOON = N_("%(day)s is not after the date that is set.")
TOO_FAR = N_("%(day)s is later than the rules allow. The last day is %(last)s (%(rule)s).")
ALTERNATIVES = N_("Other dates on which you can come")


class ChangeOfDateForm(RequestForm):
    """Which hearing, why, and when instead."""

    hearing = RadioField(
        N_("Which hearing?"), [InputRequired(N_("Choose the hearing"))], choices=[]
    )
    reasons = TextAreaField(
        N_("Why can you not come on that date?"),
        [DataRequired(N_("Say why you cannot come")), LONG],
        filters=[paragraphs],
    )
    medical = BooleanField(
        N_("It is for medical reasons"),
        description=N_(
            "Then a medical certificate is needed, legible and signed by a doctor. It must not "
            "state the diagnosis: only the need, and when you can take part."
        ),
    )
    day_1 = DayField(N_("First other date"))
    day_2 = DayField(N_("Second other date"))
    day_3 = DayField(N_("Third other date"))
    day_4 = DayField(N_("Fourth other date"))
    day_5 = DayField(N_("Fifth other date"))
    day_6 = DayField(N_("Sixth other date"))

    def offer(self, scene: Scene, f: Formatting) -> None:
        """The hearings to come; as many dates as the rule asks for, and no more are needed."""
        offer_hearings(self.hearing, scene, f)
        procedure = ChangeOfDate.procedure(scene.case.division)
        needed = procedure.dates if procedure else 0
        for number, name in enumerate(DAYS, 1):
            item = self[name]
            item.validators = [
                InputRequired(N_("Enter this date: the rule asks for it"))
                if number <= needed
                else Optional()
            ]
            if number > needed:
                item.description = N_("If you can: the more dates, the better.")
        if procedure and procedure.within:
            self.day_1.description = say(
                f.language,
                N_("Working days, at most %(days)s of them after the date that is set."),
                days=procedure.within,
            )

    def validate_day_1(self, item: Any) -> None:  # noqa: ANN401 - WTForms' field
        """The same day twice is one date."""
        given = [self[name].data for name in DAYS if self[name].data]
        if len(given) != len(set(given)):
            raise ValidationError(N_("Give different dates"))


class ChangeOfDateDecision(DecisionForm):
    """Which of the dates; the hearing itself is moved on its own page."""

    day = SelectField(
        N_("If you grant it: on which of these dates?"), choices=[], validate_choice=False
    )

    def offer(self, said: Any, f: Formatting) -> None:  # noqa: ANN401 - a kind of its own
        """The dates that were given, the first chosen."""
        super().offer(said, f)
        self.day.choices = [(day.isoformat(), f.weekday(day)) for day in said.days]

    def validate_day(self, item: Any) -> None:  # noqa: ANN401 - WTForms' field
        """Only of what is granted, and one of those that were given."""
        if self.outcome.data == Decided.granted and item.data not in dict(item.choices):
            raise ValidationError(N_("Choose one of the dates"))

    def decided(self) -> Mapping[str, Any]:
        """The date that the hearing is to be moved to."""
        return {"day": self.day.data}


@dataclass(frozen=True, kw_only=True)
class ChangeOfDate(RequestKind):
    """A hearing that somebody cannot come to, why, and the dates instead."""

    code = "change_of_date"
    order = 10
    plain = N_("You cannot come on the date that is set, and need another one.")
    meanwhile = N_(
        "You must come on the date that is set, unless we tell you that it has changed. "
        "Until you hear from us, the old date stands."
    )
    if_granted = N_(
        "A notice with the new date and time follows. Until you have it, the old date stands."
    )
    if_refused = N_("The date does not change. You must come on the date that is set.")
    form = ChangeOfDateForm
    decision_form = ChangeOfDateDecision

    hearing_id: str
    hearing: Moment
    reasons: str
    medical: bool
    days: tuple[date, ...]

    @classmethod
    def obstacle(cls, scene: Scene) -> str:
        """Without a hearing to come there is no date to change."""
        return super().obstacle(scene) or no_hearing(scene)

    @classmethod
    def of(cls, form: Any, scene: Scene) -> Self:  # noqa: ANN401 - a form of its own
        """What the form says."""
        hearing_id, at = about_hearing(form.hearing.data, scene)
        days = tuple(form[name].data for name in DAYS if form[name].data)
        return cls(
            hearing_id=hearing_id,
            hearing=at,
            reasons=form.reasons.data,
            medical=form.medical.data,
            days=days,
        )

    def event_on(self, scene: Scene) -> date | None:
        """The day of the hearing, where it takes place."""
        return self.hearing.local.date()

    def summary(self, f: Formatting) -> str:
        """Instead of which date."""
        set_for = f.moment(self.hearing.at, self.hearing.zone)
        return say(f.language, N_("Another date than %(moment)s"), moment=set_for)

    def rows(self, f: Formatting) -> list[Said]:
        """The date that is set, why not then, and when instead."""
        days = "\n".join(f.weekday(day) for day in self.days)
        medical = N_("Medical reasons: yes") if self.medical else N_("Medical reasons: no")
        return [
            Said(N_("Date that is set"), f.moment(self.hearing.at, self.hearing.zone), "hearing"),
            Said(N_("Why you cannot come"), self.reasons, "reasons", name=True),
            Said(N_("Health"), say(f.language, medical), "medical"),
            Said(ALTERNATIVES, days, "day_1"),
        ]

    def cautions(self, case: Case, f: Formatting) -> list[str]:
        """Dates that are no working days, or outside the days that the rule leaves."""
        procedure, office = self.procedure(case.division), Office(case.office)
        set_on = self.hearing.local.date()
        found: list[str] = []
        for day in self.days:
            said = f.weekday(day)
            if closed := office.closed(day):
                found.append(say(f.language, NOT_OPEN, day=said, why=f.data(closed)))
            if day <= set_on:
                found.append(say(f.language, TOO_SOON, day=said))
            if procedure and procedure.within:
                last = office.working(set_on, procedure.within)
                if day > last:
                    facts = {"last": f.weekday(last), "rule": f.data(procedure.rule)}
                    found.append(say(f.language, TOO_FAR, day=said, **facts))
        return found

    def told(self, decided: Mapping[str, Any], f: Formatting) -> str:
        """Which of the dates."""
        if "day" not in decided:
            return ""
        day = f.weekday(date.fromisoformat(decided["day"]))
        return say(f.language, N_("The hearing is to be moved to %(day)s."), day=day)

    def leads_to(self, request: Request, decided: Mapping[str, Any]) -> tuple[str, str] | None:
        """The hearing's own page, with the first of the dates filled in."""
        day = decided.get("day", self.days[0].isoformat())
        return N_("Move the hearing now"), f"/hearings/{self.hearing_id}/move?day={day}"
