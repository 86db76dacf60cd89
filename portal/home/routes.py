"""Pages of the person whom a case is about: the sheet to print, the test of camera and sound."""

from starlette.responses import Response

from portal.cases.listing import list_cases
from portal.cases.looking import note_look
from portal.cases.waiting import PATIENT
from portal.gate import Right, open_case
from portal.hearings.listing import read_hearing
from portal.web.language import N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()

# The one page that may ask for camera and microphone; nothing leaves the device.
LISTENING = "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()"


@pages.get("/hearings/{hearing_id:uuid}/sheet")
async def sheet(visit: Visit) -> Response:
    """Everything about one hearing on one sheet of paper, to have at hand that day."""
    found = await read_hearing(visit.session, visit.request.path_params["hearing_id"])
    opened = await open_case(visit.session, visit.me.id, found.case_id, right=Right.see)
    await note_look(visit.session, visit.me, opened.id)
    return visit.render("home/sheet.html", hearing=found, opened=opened, case=opened.case)


@pages.get("/device-test", who=Who.anyone)
async def device_test(visit: Visit) -> Response:
    """Whether this device can be seen and heard, tried out by the reader alone."""
    answer = visit.render("home/device_test.html")
    answer.headers["permissions-policy"] = LISTENING
    return answer


@pages.get("/my-documents")
async def my_documents(visit: Visit) -> Response:
    """What I sent: on the page of my case, or first the question of which case."""
    return await _of_my_case(visit, "/cases/{}#received", N_("My documents"))


@pages.get("/my-contact-details")
async def my_contact_details(visit: Visit) -> Response:
    """The form that changes them, for my case; or first the question of which case."""
    form = "/cases/{}/requests/new?kind=contact_details"
    return await _of_my_case(visit, form, N_("My contact details"))


async def _of_my_case(visit: Visit, address: str, title: str) -> Response:
    me = visit.me
    listed, _ = await list_cases(
        visit.session, me.id, now=visit.now, divisions=me.divisions, search="", page=1
    )
    if me.calling in PATIENT and len(listed) == 1:
        return visit.redirect(address.format(listed[0].id))
    found = [(one, address.format(one.id)) for one in listed]
    return visit.render("home/which_case.html", title=title, cases=found)
