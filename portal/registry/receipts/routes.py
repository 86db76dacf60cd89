"""Pages about when a notice was received: a letter that came back, and the legal date."""

from datetime import date
from zoneinfo import ZoneInfo

from starlette.responses import Response

from notices.letters import Letter
from portal.audit import Actor
from portal.cases.looking import note_look
from portal.gate import Unknown, find
from portal.registry.letters.form import ReceivedForm, ReturnedForm
from portal.registry.letters.posting import mark_returned
from portal.registry.letters.receiving import Receiving, find_receiving, set_received_on
from portal.web.language import N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()


@pages.get("/registry/letters/{letter_id:uuid}/return", who=Who.staff)
async def came_back(visit: Visit) -> Response:
    """The form: which letter, and on which day."""
    letter, found = await _posted(visit)
    form = ReturnedForm(None, on=_today(visit, found))
    return visit.render("registry/letter_return.html", letter=letter, found=found, form=form)


@pages.post("/registry/letters/{letter_id:uuid}/return", who=Who.staff)
async def record_return(visit: Visit) -> Response:
    """Record it: the desk shows it until another letter goes out."""
    letter, found = await _posted(visit)
    form = ReturnedForm(visit.posted)
    form.posted_on, form.today = letter.posted_on or date.min, _today(visit, found)
    if not form.validate() or form.on.data is None:
        return visit.render(
            "registry/letter_return.html", status=422, letter=letter, found=found, form=form
        )
    by = Actor(visit.me.id, visit.me.name)
    await mark_returned(visit.session, letter, on=form.on.data, by=by, now=visit.now)
    visit.tell(N_("Recorded: the letter to %(name)s came back."), name=found.service.person_name)
    return visit.redirect("/registry/letters#returned")


@pages.get("/registry/services/{service_id:uuid}/receipt", who=Who.staff)
async def received(visit: Visit) -> Response:
    """What was logged, what a rule deems, and the form with that day filled in."""
    found = await _found(visit)
    await note_look(visit.session, visit.me, found.opened.id)
    on, why = found.service.legal_on, ""
    if on is None and found.deemed:
        day, rule = found.deemed
        on, why = day, visit.formatting.data(rule.rule)
    return _page(visit, found, ReceivedForm(None, on=on, why=why))


@pages.post("/registry/services/{service_id:uuid}/receipt", who=Who.staff)
async def set_received(visit: Visit) -> Response:
    """The registry's word on the day; a change keeps the day before in the history."""
    found = await _found(visit, lock=True)
    form = ReceivedForm(visit.posted)
    form.issued_on = found.notice.issued_at.astimezone(ZoneInfo(found.zone)).date()
    if not form.validate() or form.on.data is None:
        return _page(visit, found, form, status=422)
    by = Actor(visit.me.id, visit.me.name)
    new = await set_received_on(
        visit.session,
        found.service,
        on=form.on.data,
        why=form.why.data or "",
        by=by,
        now=visit.now,
    )
    if new:
        visit.tell(N_("The date of receipt is recorded."))
    else:
        visit.tell(N_("This date was recorded already. Nothing was changed."))
    return visit.redirect(f"/registry/services/{found.service.id}/receipt")


async def _posted(visit: Visit) -> tuple[Letter, Receiving]:
    """A letter that was posted, in a case of the officer's division."""
    if not visit.me.is_staff:
        raise Unknown
    letter = await find(visit.session, Letter, visit.request.path_params["letter_id"])
    if letter.posted_on is None:
        raise Unknown
    return letter, await find_receiving(visit.session, visit.me.id, letter.service_id)


async def _found(visit: Visit, *, lock: bool = False) -> Receiving:
    if not visit.me.is_staff:
        raise Unknown
    service_id = visit.request.path_params["service_id"]
    return await find_receiving(visit.session, visit.me.id, service_id, lock=lock)


def _today(visit: Visit, found: Receiving) -> date:
    return visit.now.astimezone(ZoneInfo(found.zone)).date()


def _page(visit: Visit, found: Receiving, form: ReceivedForm, *, status: int = 200) -> Response:
    return visit.render(
        "registry/notice_receipt.html",
        status=status,
        found=found,
        case=found.opened.case,
        form=form,
    )
