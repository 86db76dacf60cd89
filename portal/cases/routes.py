"""Pages of cases: the list of mine, one case, its whole history."""

from uuid import UUID

from starlette.responses import Response

from portal.cases.listing import list_cases
from portal.cases.looking import note_look
from portal.cases.reading import newest_entries, read_case
from portal.cases.waiting import read_waiting
from portal.documents.showing import words
from portal.gate import Right, open_case
from portal.models import Calling
from portal.web.pages import Pages
from portal.web.visit import Visit
from storage.bundle import bundle

pages = Pages()

PATIENT = {Calling.claimant, Calling.representative}


@pages.get("/cases")
async def my_cases(visit: Visit) -> Response:
    """The cases I may see. Somebody with a single case of his or her own goes straight to it."""
    asked = visit.request.query_params
    page = max(1, int(asked["page"])) if asked.get("page", "").isdigit() else 1
    search = asked.get("q", "").strip()[:100]
    listed, more = await list_cases(
        visit.session,
        visit.me.id,
        now=visit.now,
        divisions=visit.me.divisions,
        search=search,
        page=page,
    )
    if visit.me.calling in PATIENT and len(listed) == 1 and not search:
        return visit.redirect(f"/cases/{listed[0].id}")
    waits = None
    if not visit.me.is_staff:
        cases = [case.id for case in listed]
        waits = await read_waiting(visit.session, visit.me, cases=cases, now=visit.now)
    return visit.render(
        "cases/list.html", cases=listed, more=more, page=page, search=search, waits=waits
    )


@pages.get("/cases/{case_id:uuid}")
async def show_case(visit: Visit) -> Response:
    """One case, as much of it as this person may see."""
    opened = await open_case(visit.session, visit.me.id, _id(visit), right=Right.see)
    file = await read_case(visit.session, opened, me=visit.me.id)
    await note_look(visit.session, visit.me, opened.id, looked=file.looked)
    patient = visit.me.calling in PATIENT
    return visit.render(
        "cases/case.html",
        opened=opened,
        case=opened.case,
        file=file,
        patient=patient,
        **words(visit),
    )


@pages.get("/cases/{case_id:uuid}/history")
async def history(visit: Visit) -> Response:
    """Every act on the case, the newest first."""
    opened = await open_case(visit.session, visit.me.id, _id(visit), right=Right.see)
    found = await bundle(visit.session, entries=newest_entries(opened.id, most=1000))
    return visit.render(
        "cases/history.html", opened=opened, case=opened.case, entries=found.entries
    )


def _id(visit: Visit) -> UUID:
    return visit.request.path_params["case_id"]
