"""What the check of an act upon a hearing shows: the rules, the notice, and whom it tells and why."""

from typing import Any, cast

from notices.facts import Language
from notices.wording import both_wordings
from portal.hearings.booking import DoubleBooked
from portal.hearings.scheduling import CannotSchedule, coming_instant
from portal.registry.carrying import carried
from portal.registry.checking import Sitting, check_sitting
from portal.registry.hearings.asking import Asked
from portal.registry.hearings.form import KIND_WORDS
from portal.registry.hearings.planning import Plan
from portal.registry.hearings.telling import not_left_yet
from portal.registry.recipients import fingerprint, who_receives
from portal.web.visit import Visit


async def what_is_checked(visit: Visit, plan: Plan) -> dict[str, Any]:
    """Everything that the page says before the button is pressed."""
    session, case, now = visit.session, plan.case, visit.now
    reached = await who_receives(session, case, now=now) if plan.facts else []
    sitting = _sitting(visit, plan)
    language = cast("Language", case.language)
    return {
        "plan": plan,
        "case": case,
        "sitting": sitting,
        "kind": KIND_WORDS[plan.kind],
        "checks": await check_sitting(session, case, sitting, now=now) if sitting else [],
        "wordings": both_wordings(plan.facts, language) if plan.facts else (),
        "reached": reached,
        "seen": fingerprint(reached),
        "earlier": await not_left_yet(session, case, now=now) if plan.facts else [],
        "carried": carried(visit, without=("seen", "sequence")),
        "recall_minutes": visit.portal.settings.recall_minutes,
    }


def say_why(visit: Visit, asked: Asked, stop: CannotSchedule | DoubleBooked) -> str:
    """Why not; a hearing that stands in the way, on the clock that the officer chose."""
    if isinstance(stop, CannotSchedule):
        return visit.say(stop.text)
    zone = asked.form["zone"].data
    start = visit.formatting.moment(stop.starts_at, zone)
    end = visit.formatting.time(stop.ends_at, zone)
    return visit.say(stop.text, who=stop.who, start=start, end=end)


def _sitting(visit: Visit, plan: Plan) -> Sitting | None:
    """The hearing as the rules look at it; none of one that is called off."""
    details = plan.arrangement
    if details is None:
        return None
    return Sitting(
        starts_at=coming_instant(details.local_start, details.zone, now=visit.now),
        zone=details.zone,
        minutes=details.minutes,
        interpreter=details.interpreter,
        hearing_id=plan.hearing.id if plan.hearing else None,
    )
