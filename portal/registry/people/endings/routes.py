"""Pages that end a place in a case."""

from starlette.responses import Response

from portal.audit import Actor
from portal.gate import OpenCase
from portal.models import Standing
from portal.registry.losing import what_ends
from portal.registry.people.form import ENDINGS, EndingForm
from portal.registry.people.placing import find_place, name_of
from portal.registry.recording import end_standing
from portal.web.language import N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()


@pages.get("/standings/{standing_id:uuid}/ending", who=Who.staff)
async def ending(visit: Visit) -> Response:
    """Who would lose what, before anything ends."""
    standing, opened = await find_place(visit)
    return await _ending_page(visit, standing, opened, _endings(visit, EndingForm()))


@pages.post("/standings/{standing_id:uuid}/ending", who=Who.staff)
async def end(visit: Visit) -> Response:
    """End it, at once."""
    standing, opened = await find_place(visit)
    form = _endings(visit, visit.form(EndingForm))
    if not form.validate():
        return await _ending_page(visit, standing, opened, form, status=422)
    by = Actor(visit.me.id, visit.me.name)
    losses = await end_standing(visit.session, standing, how=form.said, by=by, now=visit.now)
    gone = [loss.name for loss in losses if not loss.stays]
    if gone:
        visit.tell(N_("Ended. No longer on this case: %(names)s."), names=", ".join(gone))
    else:
        visit.tell(N_("It has ended."))
    return visit.redirect(f"/cases/{opened.id}")


# What the pages need


def _endings(visit: Visit, form: EndingForm) -> EndingForm:
    form.how.choices = [(said, said) for said in map(visit.say, ENDINGS)]
    return form


async def _ending_page(
    visit: Visit, standing: Standing, opened: OpenCase, form: EndingForm, *, status: int = 200
) -> Response:
    return visit.render(
        "registry/standing_ending.html",
        status=status,
        form=form,
        standing=standing,
        case=opened.case,
        person=await name_of(visit, standing),
        losses=await what_ends(visit.session, [standing]),
    )
