"""Pages of appeals: the notice of appeal, its check, the act, and the receipt."""

from typing import Any
from uuid import UUID, uuid4

from starlette.responses import Response

from portal.acting.choosing import question
from portal.appeals.counting import judge, notice_due, record_due
from portal.appeals.form import AppealForm, appeal_form
from portal.appeals.grounds import Ground, read_ground
from portal.appeals.opening import AppealedAlready, FormUsed, NoticeOfAppeal, file_notice
from portal.appeals.reading import find_filed, read_filed
from portal.audit import Actor
from portal.gate import AmbiguousPrincipal
from portal.registry.carrying import carried, key_of, step_of
from portal.web.language import N_
from portal.web.pages import Pages
from portal.web.visit import Visit

pages = Pages()

USED = N_(
    "This form has already filed a notice of appeal. Nothing was done now. "
    "Look at the case, then begin again."
)


@pages.get("/cases/{case_id:uuid}/appeal")
async def begin(visit: Visit) -> Response:
    """The form; where every claimant has appealed, when that was and who did it."""
    try:
        ground = await _ground(visit)
    except AmbiguousPrincipal as error:
        return visit.redirect(question(error, visit.request.url.path))
    if not ground.open_parties:
        return _appealed_page(visit, ground)
    return _form_page(visit, ground, appeal_form(visit, ground), key=uuid4())


@pages.post("/cases/{case_id:uuid}/appeal")
async def appeal(visit: Visit) -> Response:
    """Check the answers, go back to change them, or file: the button says which."""
    try:
        ground = await _ground(visit, lock=step_of(visit) == "file")
    except AmbiguousPrincipal as error:
        return visit.redirect(question(error, visit.request.url.path))
    key, step = key_of(visit), step_of(visit)
    if step == "file" and await find_filed(visit.session, visit.me.id, key):
        return visit.redirect(f"/appeals/{key}")
    return await _answer(visit, ground, key=key, step=step)


@pages.get("/appeals/{appeal_id:uuid}")
async def receipt(visit: Visit) -> Response:
    """The receipt of a notice of appeal: for who sees the appeal, and for who filed it."""
    found = await read_filed(visit.session, visit.me.id, visit.request.path_params["appeal_id"])
    return visit.render("appeals/receipt.html", found=found, appeal=found.appeal)


async def _answer(visit: Visit, ground: Ground, *, key: UUID, step: str) -> Response:
    form = appeal_form(visit, ground)
    if not {one.id for one in ground.open_parties}.issuperset(form.chosen):
        return _appealed_page(visit, ground, status=409)
    if step == "edit":
        return _form_page(visit, ground, form, key=key)
    if not form.validate():
        return _form_page(visit, ground, form, key=key, status=422)
    new = form.notice(key, ground)
    if step == "file":
        return await _file(visit, ground, new, form)
    return _check_page(visit, ground, form, new)


async def _file(visit: Visit, ground: Ground, new: NoticeOfAppeal, form: AppealForm) -> Response:
    by = Actor(visit.me.id, visit.me.name, ground.chain)
    try:
        await file_notice(visit.session, new, ground, by=by, now=visit.now)
    except AppealedAlready:
        return _appealed_page(visit, await _ground(visit), status=409)
    except FormUsed:
        return _form_page(visit, ground, form, key=uuid4(), status=409, wrong=USED)
    return visit.redirect(f"/appeals/{new.id}")


async def _ground(visit: Visit, *, lock: bool = False) -> Ground:
    case_id = visit.request.path_params["case_id"]
    return await read_ground(visit.session, visit.me.id, case_id, lock=lock)


def _form_page(
    visit: Visit,
    ground: Ground,
    form: AppealForm,
    *,
    key: UUID,
    status: int = 200,
    wrong: str = "",
) -> Response:
    sentences = [visit.say(wrong)] if wrong else []
    shown: dict[str, Any] = {"form": form, "key": key, "sentences": sentences}
    return visit.render("appeals/new.html", status=status, **_about(ground), **shown)


def _check_page(visit: Visit, ground: Ground, form: AppealForm, new: NoticeOfAppeal) -> Response:
    office = ground.opened.case.office
    due = notice_due(new.received.on, office=office)
    return visit.render(
        "appeals/check.html",
        **_about(ground),
        form=form,
        new=new,
        due=due,
        judged=judge(due, visit.now),
        record=record_due(new.received.on, office=office),
        appellants=[one for one in ground.parties if one.id in new.claimants],
        carried=carried(visit, without=("late_reasons",)),
    )


def _appealed_page(visit: Visit, ground: Ground, *, status: int = 200) -> Response:
    return visit.render("appeals/appealed.html", status=status, **_about(ground))


def _about(ground: Ground) -> dict[str, Any]:
    """What every page before the act knows, and for whom the reader acts."""
    received = ground.received
    office = ground.opened.case.office
    return {
        "ground": ground,
        "opened": ground.opened,
        "principal": ground.chain.principal_id,
        "case": ground.opened.case,
        "counted": notice_due(received.on, office=office) if received else None,
    }
