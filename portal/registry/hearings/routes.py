"""Pages that fix, move and cancel a hearing, and lead to the notice that says so."""

from typing import Any
from uuid import uuid4

from starlette.responses import Response

from portal.audit import Actor
from portal.gate import OpenCase, Right, find, open_case
from portal.hearings.scheduling import (
    CannotSchedule,
    cancel,
    coming_instant,
    move,
    schedule,
)
from portal.models import Hearing
from portal.registry.carrying import carried, key_of, step_of
from portal.registry.checking import Sitting, check_sitting
from portal.registry.hearings.form import (
    KIND_WORDS,
    MODE_WORDS,
    ONLY_IN,
    CancellationForm,
    HearingForm,
    as_it_is,
)
from portal.rules import rules
from portal.web.language import N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()


@pages.get("/cases/{case_id:uuid}/hearings/new", who=Who.staff)
async def new_hearing(visit: Visit) -> Response:
    """An empty form, on the clock of the case's office."""
    opened = await _case(visit)
    zone = rules.offices[opened.case.office].zone
    start: dict[str, Any] = {"kind": "hearing", "mode": "video", "zone": zone, "minutes": 180}
    form = _offer(visit, HearingForm(None, id=str(uuid4()), **start), opened)
    return _form_page(visit, opened, form)


@pages.post("/cases/{case_id:uuid}/hearings/new", who=Who.staff)
async def schedule_hearing(visit: Visit) -> Response:
    """Check it, then fix it, then go on to its notice."""
    opened = await _case(visit, lock=True)
    form = _offer(visit, visit.form(HearingForm), opened)
    if step_of(visit) == "change":
        return _form_page(visit, opened, form)
    if not form.validate():
        return _form_page(visit, opened, form, status=422)
    try:
        if step_of(visit) != "fix":
            return await _check_page(visit, opened, form)
        hearing = await schedule(
            visit.session,
            form.arrangement(),
            hearing_id=key_of(visit),
            case_id=opened.id,
            kind=form.kind.data,
            by=Actor(visit.me.id, visit.me.name),
            now=visit.now,
        )
    except CannotSchedule as error:
        return _form_page(visit, opened, form, status=422, sentences=[visit.say(error.text)])
    visit.tell(N_("The hearing is fixed. Nobody has been told yet: this is the notice for it."))
    return _to_notice(visit, "notice_to_appear", hearing)


@pages.get("/hearings/{hearing_id:uuid}/move", who=Who.staff)
async def move_form(visit: Visit) -> Response:
    """The hearing as it is, to be changed."""
    hearing, opened = await _hearing(visit)
    form = _offer(visit, HearingForm(None, **as_it_is(hearing)), opened)
    return _form_page(visit, opened, form, hearing=hearing)


@pages.post("/hearings/{hearing_id:uuid}/move", who=Who.staff)
async def move_hearing(visit: Visit) -> Response:
    """Check the new date, then move it, then go on to its notice."""
    hearing, opened = await _hearing(visit, lock=True)
    form = _offer(visit, visit.form(HearingForm), opened)
    if step_of(visit) == "change":
        return _form_page(visit, opened, form, hearing=hearing)
    if not form.validate():
        return _form_page(visit, opened, form, hearing=hearing, status=422)
    before = hearing.starts_at, hearing.zone
    try:
        if step_of(visit) != "move":
            return await _check_page(visit, opened, form, hearing=hearing)
        by = Actor(visit.me.id, visit.me.name)
        await move(visit.session, hearing, form.arrangement(), by=by, now=visit.now)
    except CannotSchedule as error:
        said = [visit.say(error.text)]
        return _form_page(visit, opened, form, hearing=hearing, status=422, sentences=said)
    if before == (hearing.starts_at, hearing.zone):
        visit.tell(N_("The hearing keeps its day and time; the rest is changed."))
        return visit.redirect(f"/cases/{opened.id}")
    visit.tell(N_("The hearing is moved. Nobody has been told yet: this is the notice for it."))
    return _to_notice(visit, "hearing_moved", hearing)


@pages.get("/hearings/{hearing_id:uuid}/cancellation", who=Who.staff)
async def cancellation(visit: Visit) -> Response:
    """What would be cancelled, and why."""
    hearing, opened = await _hearing(visit)
    return _cancellation_page(visit, opened, hearing, CancellationForm())


@pages.post("/hearings/{hearing_id:uuid}/cancellation", who=Who.staff)
async def cancel_hearing(visit: Visit) -> Response:
    """Cancel it, and go on to its notice."""
    hearing, opened = await _hearing(visit, lock=True)
    form = visit.form(CancellationForm)
    if not form.validate():
        return _cancellation_page(visit, opened, hearing, form, status=422)
    by = Actor(visit.me.id, visit.me.name)
    await cancel(visit.session, hearing, why=form.why.data or "", by=by, now=visit.now)
    visit.tell(N_("The hearing is cancelled. Nobody has been told yet: this is the notice for it."))
    return _to_notice(visit, "hearing_cancelled", hearing)


# What the pages share


async def _case(visit: Visit, *, lock: bool = False) -> OpenCase:
    case_id = visit.request.path_params["case_id"]
    return await open_case(visit.session, visit.me.id, case_id, right=Right.administer, lock=lock)


async def _hearing(visit: Visit, *, lock: bool = False) -> tuple[Hearing, OpenCase]:
    hearing = await find(visit.session, Hearing, visit.request.path_params["hearing_id"])
    opened = await open_case(
        visit.session, visit.me.id, hearing.case_id, right=Right.administer, lock=lock
    )
    return hearing, opened


def _offer(visit: Visit, form: HearingForm, opened: OpenCase) -> HearingForm:
    """Give the form its choices, in the reader's language."""
    form.kind.choices = [
        (code, visit.say(words))
        for code, words in KIND_WORDS.items()
        if ONLY_IN.get(code, opened.case.division) == opened.case.division
    ]
    form.mode.choices = [(code, visit.say(words)) for code, words in MODE_WORDS.items()]
    zones = dict.fromkeys([rules.offices[opened.case.office].zone, *rules.zones])
    if form.zone.data:
        zones.setdefault(form.zone.data)
    form.zone.choices = [(code, visit.formatting.zone_name(code)) for code in zones]
    return form


def _form_page(
    visit: Visit,
    opened: OpenCase,
    form: HearingForm,
    *,
    hearing: Hearing | None = None,
    status: int = 200,
    sentences: list[str] | None = None,
) -> Response:
    return visit.render(
        "registry/hearing_form.html",
        status=status,
        form=form,
        sentences=sentences or [],
        case=opened.case,
        hearing=hearing,
    )


async def _check_page(
    visit: Visit, opened: OpenCase, form: HearingForm, *, hearing: Hearing | None = None
) -> Response:
    details = form.arrangement()
    sitting = Sitting(
        starts_at=coming_instant(details.local_start, details.zone, now=visit.now),
        zone=details.zone,
        minutes=details.minutes,
        interpreter=details.interpreter,
        hearing_id=hearing.id if hearing else None,
    )
    return visit.render(
        "registry/hearing_check.html",
        form=form,
        case=opened.case,
        hearing=hearing,
        sitting=sitting,
        details=details,
        kind=KIND_WORDS[form.kind.data],
        checks=await check_sitting(visit.session, opened.case, sitting, now=visit.now),
        carried=carried(visit),
    )


def _cancellation_page(
    visit: Visit, opened: OpenCase, hearing: Hearing, form: CancellationForm, *, status: int = 200
) -> Response:
    return visit.render(
        "registry/hearing_cancellation.html",
        status=status,
        form=form,
        case=opened.case,
        hearing=hearing,
    )


def _to_notice(visit: Visit, kind: str, hearing: Hearing) -> Response:
    return visit.redirect(f"/cases/{hearing.case_id}/notices/new?kind={kind}&hearing={hearing.id}")
