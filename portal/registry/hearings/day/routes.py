"""The page of a day's hearings, made to be printed: it holds names, and each look is recorded."""

from datetime import date, timedelta
from urllib.parse import urlencode

from starlette.responses import Response
from wtforms import Form, SelectField

from portal.cases.looking import note_looks
from portal.registry.hearings.day.listing import list_day
from portal.rules import rules
from portal.web.fields import DayField
from portal.web.language import N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()


class ListForm(Form):
    """Which day, and of which office."""

    day = DayField(N_("Day"))
    office = SelectField(N_("Registry office"), choices=[], validate_choice=False)


@pages.get("/registry/hearings", who=Who.staff)
async def day_list(visit: Visit) -> Response:
    """The hearings of a day in my divisions, room by room; today's, if no day is asked for."""
    form = ListForm(visit.request.query_params)
    offices = [(code, visit.formatting.data(one.name)) for code, one in rules.offices.items()]
    form.office.choices = [("", visit.say(N_("All offices"))), *offices]
    day = (form.day.data or visit.today) if form.validate() else None
    office = form.office.data if form.office.data in rules.offices else ""
    divisions = visit.me.divisions
    rooms = await list_day(visit.session, day, divisions=divisions, office=office) if day else []
    await note_looks(
        visit.session, visit.me, {one.case_id for room in rooms for one in room.hearings}
    )
    return visit.render(
        "registry/hearing_day.html",
        form=form,
        day=day,
        office=office,
        rooms=rooms,
        before=_address(day - timedelta(days=1), office) if day else "",
        after=_address(day + timedelta(days=1), office) if day else "",
    )


def _address(day: date, office: str) -> str:
    asked = {"day-day": day.day, "day-month": day.month, "day-year": day.year, "office": office}
    return f"/registry/hearings?{urlencode(asked)}"
