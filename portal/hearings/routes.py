"""Pages of hearings: all of mine, one in full, and its calendar file."""

from starlette.responses import Response
from wtforms import Form

from portal.cases.looking import note_look
from portal.gate import OpenCase, Right, find, open_case
from portal.hearings.calendar import calendar_file
from portal.hearings.listing import list_hearings
from portal.models import Hearing
from portal.web.fields import DayField
from portal.web.language import N_
from portal.web.pages import Pages
from portal.web.visit import Visit

pages = Pages()


class DayForm(Form):
    """Which day an officer looks at."""

    day = DayField(N_("Day"))


@pages.get("/hearings")
async def hearings(visit: Visit) -> Response:
    """All of my hearings; an officer sees those of the division, of one day if asked."""
    form = DayForm(visit.request.query_params)
    day = form.day.data if visit.me.is_staff and form.validate() else None
    found = await list_hearings(
        visit.session, visit.me.id, now=visit.now, divisions=visit.me.divisions, day=day
    )
    return visit.render("hearings/list.html", found=found, form=form, day=day)


@pages.get("/hearings/{hearing_id:uuid}")
async def hearing(visit: Visit) -> Response:
    """One hearing in full, with what to do."""
    found, opened = await _open(visit)
    await note_look(visit.session, visit.me, opened.id)
    return visit.render("hearings/one.html", hearing=found, opened=opened, case=opened.case)


@pages.get("/hearings/{hearing_id:uuid}.ics")
async def calendar(visit: Visit) -> Response:
    """The hearing for the person's own calendar."""
    found, _ = await _open(visit)
    method = "CANCEL" if found.cancelled_at else "PUBLISH"
    return Response(
        calendar_file(found, language=visit.language),
        media_type=f"text/calendar; charset=utf-8; method={method}",
        headers={"content-disposition": f'attachment; filename="{found.id}.ics"'},
    )


async def _open(visit: Visit) -> tuple[Hearing, OpenCase]:
    found = await find(visit.session, Hearing, visit.request.path_params["hearing_id"])
    return found, await open_case(visit.session, visit.me.id, found.case_id, right=Right.see)
