"""Pages that lead from a request to its papers, and from the papers back to the request."""

from uuid import UUID

import sqlalchemy as sa
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.documents.reading import read_submission
from portal.models import Request
from portal.registry.carrying import carried
from portal.requests.papers.gathering import begin, read_papers, require_filing
from portal.requests.scene import set_scene
from portal.requests.showing import as_typed, asked_kind, check_context, form_context
from portal.web.pages import Pages
from portal.web.visit import Visit

pages = Pages()


@pages.post("/cases/{case_id:uuid}/requests/papers")
async def add_papers(visit: Visit) -> Response:
    """To a draft for them; what was typed waits there."""
    case_id = visit.request.path_params["case_id"]
    scene = await set_scene(visit.session, visit.me.id, case_id, now=visit.now)
    kind = asked_kind(visit.request.query_params.get("kind", ""), scene)
    # What was typed is kept with the draft: not of a kind that takes no papers.
    if kind.takes_papers:
        require_filing(scene)
    if kind.obstacle(scene) or not kind.takes_papers:
        return visit.redirect(f"/cases/{case_id}/requests/new")
    draft_id = await begin(visit.session, scene, kind.code, carried(visit))
    return visit.redirect(f"/submissions/{draft_id}")


@pages.get("/submissions/{submission_id:uuid}/request")
async def check_both(visit: Visit) -> Response:
    """The request with its papers, once more before both are sent."""
    draft_id: UUID = visit.request.path_params["submission_id"]
    found = await read_submission(visit.session, visit.me.id, draft_id)
    sent = sa.select(Request.id).where(Request.submission_id == draft_id)
    if (request_id := await visit.session.scalar(sent)) is not None:
        return visit.redirect(f"/requests/{request_id}")
    said = found.submission.with_request
    if said is None or not found.documents or found.undescribed:
        return visit.redirect(f"/submissions/{draft_id}")
    scene = await set_scene(visit.session, visit.me.id, found.opened.id, now=visit.now)
    papers = await read_papers(visit.session, scene, draft_id)
    kind = asked_kind(said["kind"], scene)
    if kind.obstacle(scene):
        return visit.redirect(f"/cases/{found.opened.id}/requests/new")
    beside = [("papers", str(draft_id)), ("seen", papers.fingerprint)]
    visit.posted = FormData([*map(tuple, said["typed"]), *beside])
    form = as_typed(visit, scene, kind)
    if not form.validate():
        context = form_context(visit, scene, kind, form)
        return visit.render("requests/form.html", status=422, sentences=[], **context)
    context = check_context(visit, scene, kind.of(form, scene), papers=papers)
    return visit.render("requests/check.html", **context)
