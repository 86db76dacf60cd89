"""Pages on which somebody asks something of the registry, sees what became of it, takes it back."""

from collections.abc import Sequence

from starlette.responses import Response

from portal.audit import Actor
from portal.cases.looking import note_look
from portal.documents.filing import ChangedMeanwhile, NotDescribed, NothingToFile
from portal.gate import Right, open_case
from portal.models import Request
from portal.registry.carrying import carried, key_of, step_of, typed
from portal.requests.asking import AskedOtherwise, Over, ask, take_back
from portal.requests.form import RequestForm
from portal.requests.kind import RequestKind
from portal.requests.kinds import KINDS
from portal.requests.papers.gathering import file_papers, keep, read_papers
from portal.requests.reading import Asked, read_request
from portal.requests.scene import Scene, set_scene
from portal.requests.showing import (
    as_typed,
    asked_kind,
    check_context,
    choice_context,
    form_context,
    fresh,
)
from portal.web.fields import as_id
from portal.web.language import N_
from portal.web.pages import Pages
from portal.web.visit import Visit

pages = Pages()

USED = N_(
    "This form has already sent another request. Nothing was sent now. Look at the case, then begin again."
)
OVER = N_("The registry has decided already, so nothing was changed. You are told by a notice.")
PAPERS_CHANGED = N_(
    "The documents were changed after you looked at them, so nothing was sent. This is how they are now."
)
LATE_REASONS = 5000


@pages.get("/cases/{case_id:uuid}/requests/new")
async def new_request(visit: Visit) -> Response:
    """What can be asked here; or, once that is chosen, its form."""
    scene = await _scene(visit)
    kind = KINDS.get(_code(visit))
    if kind is None or not kind.may_ask(scene) or kind.obstacle(scene):
        return visit.render("requests/new.html", **choice_context(scene))
    return _form_page(visit, scene, kind, fresh(visit, scene, kind))


@pages.post("/cases/{case_id:uuid}/requests/new")
async def check_request(visit: Visit) -> Response:
    """Everything once more before it is sent; or back to the form, with what was typed."""
    scene = await _scene(visit)
    kind = asked_kind(_code(visit), scene)
    if kind.obstacle(scene):
        return visit.render("requests/new.html", status=422, **choice_context(scene))
    form = as_typed(visit, scene, kind)
    if step_of(visit) == "change":
        return _form_page(visit, scene, kind, form)
    if not form.validate():
        return _form_page(visit, scene, kind, form, status=422)
    if draft_id := as_id(typed(visit, "papers")):
        await read_papers(visit.session, scene, draft_id)
        said = carried(visit, without=("papers", "seen"))
        await keep(visit.session, draft_id, kind.code, said)
        return visit.redirect(f"/submissions/{draft_id}/request")
    return _check_page(visit, scene, kind.of(form, scene))


@pages.post("/cases/{case_id:uuid}/requests")
async def send_request(visit: Visit) -> Response:
    """Send it, and its papers with it; pressed twice, it is sent once."""
    named = KINDS.get(_code(visit))
    if named is not None:
        await named.hold(visit.session, visit.request.path_params["case_id"])
    scene = await _scene(visit, lock=True)
    kind = asked_kind(_code(visit), scene)
    if answer := await _sent_or_hindered(visit, scene, kind):
        return answer
    form = as_typed(visit, scene, kind)
    if not form.validate():
        return _form_page(visit, scene, kind, form, status=422)
    try:
        async with visit.session.begin_nested():
            asked = await _send(visit, scene, kind.of(form, scene))
    except AskedOtherwise:
        sentences = [visit.say(USED)]
        return _form_page(visit, scene, kind, form, status=422, sentences=sentences)
    except (NothingToFile, NotDescribed):
        return visit.redirect(f"/submissions/{typed(visit, 'papers')}")
    except ChangedMeanwhile:
        visit.tell(PAPERS_CHANGED)
        return visit.redirect(f"/submissions/{typed(visit, 'papers')}/request")
    return visit.redirect(f"/requests/{asked.id}")


async def _send(visit: Visit, scene: Scene, wanted: RequestKind) -> Request:
    """The request first, then its papers: neither without the other."""
    papers = as_id(typed(visit, "papers"))
    asked = await ask(
        visit.session,
        scene,
        wanted,
        request_id=key_of(visit),
        name=visit.me.name,
        late_reasons=typed(visit, "late_reasons")[:LATE_REASONS],
        submission_id=papers,
    )
    if papers:
        seen = typed(visit, "seen")
        await file_papers(visit.session, scene, papers, name=visit.me.name, seen=seen)
    return asked


async def _sent_or_hindered(visit: Visit, scene: Scene, kind: type[RequestKind]) -> Response | None:
    """What cannot be undone is no longer there to be chosen the second time; else what hinders it."""
    key = as_id(typed(visit, "id"))
    if kind.final and key and await visit.session.get(Request, key) is not None:
        return visit.redirect(f"/requests/{key}")
    if kind.obstacle(scene):
        return visit.render("requests/new.html", status=422, **choice_context(scene))
    return None


@pages.get("/requests/{request_id:uuid}")
async def show_request(visit: Visit) -> Response:
    """The receipt: what was asked and when, whether in time, and what became of it."""
    asked = await _asked(visit)
    await note_look(visit.session, visit.me, asked.opened.id)
    return _request_page(visit, asked)


@pages.get("/requests/{request_id:uuid}/withdrawal")
async def ask_before(visit: Visit) -> Response:
    """What taking it back means."""
    asked, _ = await _mine(visit)
    if asked.state != "waiting":
        return visit.redirect(f"/requests/{asked.row.id}")
    return visit.render("requests/withdrawal.html", asked=asked, opened=asked.opened)


@pages.post("/requests/{request_id:uuid}/withdrawal")
async def withdraw(visit: Visit) -> Response:
    """Take it back, as long as nobody has decided; pressed twice, it is done once."""
    asked, by = await _mine(visit, lock=True)
    try:
        await take_back(visit.session, asked.row, by=by)
    except Over:
        visit.tell(OVER)
    else:
        visit.tell(N_("The request is withdrawn. Nothing has changed on the case."))
    return visit.redirect(f"/requests/{asked.row.id}")


# What the pages share


async def _scene(visit: Visit, *, lock: bool = False) -> Scene:
    case_id = visit.request.path_params["case_id"]
    return await set_scene(visit.session, visit.me.id, case_id, now=visit.now, lock=lock)


def _code(visit: Visit) -> str:
    return visit.request.query_params.get("kind", "")


async def _asked(visit: Visit) -> Asked:
    request_id = visit.request.path_params["request_id"]
    return await read_request(visit.session, visit.me.id, request_id)


async def _mine(visit: Visit, *, lock: bool = False) -> tuple[Asked, Actor]:
    """A request in the name of somebody whom I may ask for, and myself as I may."""
    asked = await _asked(visit)
    opened = await open_case(
        visit.session, visit.me.id, asked.opened.id, right=Right.request, lock=lock
    )
    chain = opened.authority.chain_for(Right.request, principal=asked.row.principal_id)
    return asked, Actor(visit.me.id, visit.me.name, chain)


def _form_page(
    visit: Visit,
    scene: Scene,
    kind: type[RequestKind],
    form: RequestForm,
    *,
    status: int = 200,
    sentences: Sequence[str] = (),
) -> Response:
    context = form_context(visit, scene, kind, form)
    return visit.render("requests/form.html", status=status, sentences=list(sentences), **context)


def _check_page(visit: Visit, scene: Scene, wanted: RequestKind) -> Response:
    return visit.render("requests/check.html", **check_context(visit, scene, wanted))


def _request_page(visit: Visit, asked: Asked) -> Response:
    may_ask = any(
        Right.request in chain.rights and chain.principal_id == asked.row.principal_id
        for chain in asked.opened.authority.chains
    )
    decided = asked.decision.facts if asked.decision else {}
    granted = asked.state == "granted" and visit.me.is_staff
    return visit.render(
        "requests/one.html",
        asked=asked,
        rows=asked.said.rows(visit.formatting),
        told=asked.said.told(decided, visit.formatting) if asked.decision else "",
        next=asked.said.leads_to(asked.row, decided) if granted else None,
        withdrawable=may_ask and asked.state == "waiting",
        opened=asked.opened,
        principal=asked.row.principal_id,
        case=asked.opened.case,
    )
