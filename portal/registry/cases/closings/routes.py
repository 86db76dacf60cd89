"""Pages that close a case, and open it again."""

from starlette.responses import Response

from portal.audit import Actor
from portal.gate import OpenCase, Right, open_case
from portal.registry.closing import close_case, closing_ends, reopen_case
from portal.registry.losing import what_ends
from portal.web.language import N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()


@pages.get("/cases/{case_id:uuid}/closing", who=Who.staff)
async def closing(visit: Visit) -> Response:
    """Who would lose what, before anything ends."""
    opened = await _opened(visit)
    places = await closing_ends(visit.session, opened.case)
    losses = await what_ends(visit.session, places)
    return visit.render("registry/case_closing.html", case=opened.case, losses=losses)


@pages.post("/cases/{case_id:uuid}/closing", who=Who.staff)
async def close(visit: Visit) -> Response:
    """Close it; counsel's places end with it."""
    opened = await _opened(visit)
    by = Actor(visit.me.id, visit.me.name)
    losses = await close_case(visit.session, opened.case, by=by, now=visit.now)
    gone = [loss.name for loss in losses if not loss.stays]
    if gone:
        visit.tell(N_("Closed. No longer on this case: %(names)s."), names=", ".join(gone))
    else:
        visit.tell(N_("The case is closed."))
    return visit.redirect(f"/cases/{opened.id}")


@pages.post("/cases/{case_id:uuid}/reopening", who=Who.staff)
async def reopen(visit: Visit) -> Response:
    """Open it again, without anybody who had to go."""
    opened = await _opened(visit)
    await reopen_case(visit.session, opened.case, by=Actor(visit.me.id, visit.me.name))
    visit.tell(N_("The case is open again. Add counsel anew: nobody’s place came back by itself."))
    return visit.redirect(f"/cases/{opened.id}")


async def _opened(visit: Visit) -> OpenCase:
    case_id = visit.request.path_params["case_id"]
    return await open_case(visit.session, visit.me.id, case_id, right=Right.administer)
