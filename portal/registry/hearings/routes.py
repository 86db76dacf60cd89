"""Pages that fix, move and cancel a hearing: the form, the check, and the press that also tells."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from starlette.responses import Response

from notices.issuing import DifferentNotice
from notices.model import Notice
from portal.hearings.booking import DoubleBooked
from portal.hearings.scheduling import CannotSchedule, ChangedSince, FormUsed
from portal.registry.carrying import key_of, step_of
from portal.registry.hearings.asking import Asked, ask_cancellation, ask_move, ask_new
from portal.registry.hearings.form import CancellationForm
from portal.registry.hearings.planning import Plan, state_notice
from portal.registry.hearings.pressing import STOPS, Stop, do
from portal.registry.hearings.showing import say_why, what_is_checked
from portal.registry.hearings.telling import done_before
from portal.registry.noticing import PeopleChanged
from portal.web.language import N_
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit

pages = Pages()

DONE = {
    "notice_to_appear": N_("The hearing is fixed, and this notice of it is issued."),
    "hearing_moved": N_("The hearing is moved, and this notice of it is issued."),
    "hearing_changed": N_("The hearing is changed, and this notice of it is issued."),
    "hearing_cancelled": N_("The hearing is cancelled, and this notice of it is issued."),
}
UNTOLD = N_("The hearing is changed. Nobody had to be told: people come as they were told to.")
NOTHING = N_("Nothing is changed: this is how the hearing is already.")
PEOPLE = N_(
    "Who receives the notice has changed since you looked. Nothing was done. "
    "Look at the list again, then press the button."
)


@pages.get("/cases/{case_id:uuid}/hearings/new", who=Who.staff)
async def new_hearing(visit: Visit) -> Response:
    """An empty form, on the clock of the case's office."""
    return _show_form(visit, await ask_new(visit))


@pages.post("/cases/{case_id:uuid}/hearings/new", who=Who.staff, mode=Mode.steps)
async def schedule_hearing(visit: Visit) -> Response:
    """Check it, then fix it and call people to it."""
    return await _go_on(visit, ask_new)


@pages.get("/hearings/{hearing_id:uuid}/move", who=Who.staff)
async def move_form(visit: Visit) -> Response:
    """The hearing as it is, to be changed."""
    return _show_form(visit, await ask_move(visit))


@pages.post("/hearings/{hearing_id:uuid}/move", who=Who.staff, mode=Mode.steps)
async def move_hearing(visit: Visit) -> Response:
    """Check what changes, then change it and tell those who must know."""
    return await _go_on(visit, ask_move)


@pages.get("/hearings/{hearing_id:uuid}/cancellation", who=Who.staff)
async def cancellation(visit: Visit) -> Response:
    """What would be cancelled, and why."""
    return _show_form(visit, await ask_cancellation(visit))


@pages.post("/hearings/{hearing_id:uuid}/cancellation", who=Who.staff, mode=Mode.steps)
async def cancel_hearing(visit: Visit) -> Response:
    """Check the notice, then cancel it and tell people not to come."""
    return await _go_on(visit, ask_cancellation)


# What the pages share


async def _go_on(visit: Visit, ask: Callable[[Visit], Awaitable[Asked]]) -> Response:
    """To the check; or do it, all of it or nothing. What stands in the way loses nothing typed."""
    async with visit.transaction():
        plan = await _read(visit, await ask(visit))
        if isinstance(plan, Response):
            return plan
        now = visit.now
    try:
        notice = await do(visit, plan, now=now)
    except STOPS as stop:
        async with visit.transaction():
            again = await _read(visit, await ask(visit), stop=stop)
        assert isinstance(again, Response)  # noqa: S101 - what was stopped is shown
        return again
    if notice is None:
        visit.tell(UNTOLD)
        return visit.redirect(f"/cases/{plan.case.id}")
    return _to(visit, notice)


async def _read(visit: Visit, asked: Asked, *, stop: Stop | None = None) -> Plan | Response:
    """The plan, where its button was pressed; else the page to go on with."""
    if step_of(visit) == "change":
        return _show_form(visit, asked)
    if not asked.form.validate():
        return _show_form(visit, asked, status=422)
    plan = asked.plan(key_of(visit))
    try:
        done = await done_before(visit.session, plan)
        if done:
            return _to(visit, done)
        plan = replace(plan, facts=await state_notice(visit.session, plan, now=visit.now))
    except CannotSchedule as error:
        return _show_form(visit, asked, status=422, sentence=say_why(visit, asked, error))
    return _unchanged(visit, asked, plan) or await _checked(visit, asked, plan, stop)


def _unchanged(visit: Visit, asked: Asked, plan: Plan) -> Response | None:
    """What can be changed no more, or is as it should be already."""
    if plan.hearing and plan.hearing.cancelled_at:
        return _show_form(visit, asked, status=409)
    if plan.changes or plan.step != "move":
        return None
    if step_of(visit) != plan.step:
        return _show_form(visit, asked, status=422, sentence=visit.say(NOTHING))
    visit.tell(NOTHING)
    return visit.redirect(f"/cases/{plan.case.id}")


async def _checked(visit: Visit, asked: Asked, plan: Plan, stop: Stop | None) -> Plan | Response:
    if stop is None and plan.hearing and plan.hearing.sequence != asked.form.seen:
        stop = ChangedSince()
    match stop:
        case None if step_of(visit) == plan.step:
            return plan
        case None:
            return await _show_check(visit, plan)
        case PeopleChanged():
            return await _show_check(visit, plan, status=409, sentence=PEOPLE)
        case ChangedSince():
            return await _show_check(visit, plan, status=409, sentence=stop.text)
        case DifferentNotice():
            return await _show_check(visit, plan, status=409, sentence=FormUsed.text)
        case CannotSchedule() | DoubleBooked():
            return _show_form(visit, asked, status=422, sentence=say_why(visit, asked, stop))


def _show_form(visit: Visit, asked: Asked, *, status: int = 200, sentence: str = "") -> Response:
    """The form, with all that was typed."""
    cancelling = isinstance(asked.form, CancellationForm)
    return visit.render(
        "registry/hearing_cancellation.html" if cancelling else "registry/hearing_form.html",
        status=status,
        form=asked.form,
        sentences=[sentence] if sentence else [],
        case=asked.opened.case,
        hearing=asked.hearing,
    )


async def _show_check(
    visit: Visit, plan: Plan, *, status: int = 200, sentence: str = ""
) -> Response:
    said = visit.say(sentence) if sentence else ""
    shown = await what_is_checked(visit, plan)
    return visit.render("registry/hearing_check.html", status=status, sentence=said, **shown)


def _to(visit: Visit, notice: Notice) -> Response:
    """On to how far the notice came, and until when it can be recalled."""
    visit.tell(DONE[notice.kind])
    return visit.redirect(f"/registry/notices/{notice.id}")
