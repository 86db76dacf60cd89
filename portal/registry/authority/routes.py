"""The page on which an officer asks who could see a case, and when."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import Response
from wtforms import Form, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.cases.looking import note_look
from portal.gate import Right, open_case
from portal.registry.authority.asking import find_case, who_could
from portal.web.fields import ClockField, DayField
from portal.web.language import N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()

TOO_LONG = Length(max=200, message=N_("Use at most 200 characters"))
NO_CASE = N_("No case of your division has this file number")


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())


class AuthorityForm(Form):
    """Which case, who, and at what moment by the officer's clock; empty is everybody, and now."""

    case = StringField(
        N_("File number"), [InputRequired(N_("Enter the file number")), TOO_LONG], filters=[_tidy]
    )
    person = StringField(
        N_("Name or e-mail address of the person"), [Optional(), TOO_LONG], filters=[_tidy]
    )
    day = DayField(N_("Day"), [Optional()])
    time = ClockField(N_("Time"), [Optional()])

    def moment(self, visit: Visit) -> datetime:
        """The moment that is meant: of a day without a time its end, of a time without a day today's."""
        if self.day.data is None and self.time.data is None:
            return visit.now
        zone = ZoneInfo(visit.formatting.zone)
        last = datetime.max.time().replace(microsecond=0)
        asked = datetime.combine(self.day.data or visit.today, self.time.data or last, zone)
        return min(asked, visit.now)


@pages.get("/registry/authority", who=Who.staff)
async def authority(visit: Visit) -> Response:
    """Who could see the case then, each with the sentence that says why."""
    asked = visit.request.query_params
    form = AuthorityForm(asked)
    if "case" not in asked or not form.validate():
        return _page(visit, AuthorityForm() if "case" not in asked else form)
    case_id, looked = await find_case(visit.session, form.case.data or "", me=visit.me.id)
    if case_id is None:
        form.case.errors = [NO_CASE]
        return _page(visit, form)
    opened = await open_case(visit.session, visit.me.id, case_id, right=Right.administer)
    await note_look(visit.session, visit.me, opened.id, looked=looked)
    moment = form.moment(visit)
    held = await who_could(visit.session, opened.id, person=form.person.data or "", moment=moment)
    return _page(visit, form, case=opened.case, held=held, moment=moment)


def _page(visit: Visit, form: AuthorityForm, **found: Any) -> Response:
    status = 422 if form.errors else 200
    return visit.render(
        "registry/authority.html", status=status, form=form, **({"case": None} | found)
    )
