"""Pages of cases: the list of mine, one case, its whole history."""

from collections.abc import Sequence
from uuid import UUID

from starlette.responses import Response

from portal.appeals.counting import tribunal_record_due
from portal.appeals.showing import offer, timeline
from portal.cases.listing import Listed, count_open, list_cases
from portal.cases.looking import note_look
from portal.cases.reading import newest_entries, read_case
from portal.cases.several import cards
from portal.cases.waiting import PATIENT, WaitsForMe, read_waiting
from portal.documents.showing import words
from portal.gate import Right, open_case
from portal.home.situating import others, received_from, situate
from portal.locale.tongue import TONGUES
from portal.web.pages import Pages
from portal.web.visit import Visit
from storage.bundle import bundle

pages = Pages()


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
    waits, found = None, dict[str, int]()
    if visit.me.is_staff and search and listed:
        found = await count_open(visit.session, visit.me.divisions, search)
    if not visit.me.is_staff:
        cases = [case.id for case in listed]
        waits = await read_waiting(visit.session, visit.me, cases=cases, now=visit.now)
    if waits is not None and visit.me.calling in PATIENT and not search:
        return _patiently(visit, listed, waits, more=more, page=page)
    return visit.render(
        "cases/list.html",
        cases=listed,
        more=more,
        page=page,
        search=search,
        waits=waits,
        found=found,
    )


def _patiently(
    visit: Visit, listed: Sequence[Listed], waits: WaitsForMe, *, more: bool, page: int
) -> Response:
    """A card for each hearing; straight to the only case, unless there is news that it cannot tell."""
    found = cards(listed, waits.represented)
    told = waits.before or any(card.ending(visit.now) for card in found)
    if len(listed) == 1 and not told:
        return visit.redirect(f"/cases/{listed[0].id}")
    return visit.render(
        "cases/several.html",
        cards=found,
        before=waits.before,
        waits=waits,
        more=more,
        page=page,
    )


@pages.get("/cases/{case_id:uuid}")
async def show_case(visit: Visit) -> Response:
    """One case, as much of it as this person may see."""
    opened = await open_case(visit.session, visit.me.id, _id(visit), right=Right.see)
    file = await read_case(visit.session, opened, me=visit.me.id)
    await note_look(visit.session, visit.me, opened.id, looked=file.looked)
    patient = visit.me.calling in PATIENT
    return visit.render(
        "home/case.html" if patient else "cases/case.html",
        opened=opened,
        case=opened.case,
        file=file,
        patient=patient,
        tongues=TONGUES,
        situated=situate(file, closed=opened.case.closed_at is not None, now=visit.now),
        received=received_from(visit.me.id, file.documents, file.requests),
        others=others(visit.me.id, file.documents),
        offer=offer(opened, file, me=visit.me.id),
        timeline=timeline(opened, file.appeals, file.documents),
        tribunal_record_due=tribunal_record_due,
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
