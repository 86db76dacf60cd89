"""Pages that suspend counsel, and lift a suspension."""

from collections.abc import Sequence
from uuid import uuid4

from starlette.responses import Response

from portal.audit import Actor
from portal.gate import OpenCase, Right, Unknown, find, open_case
from portal.models import Standing, Suspension
from portal.registry.carrying import key_of
from portal.registry.losing import what_ends
from portal.registry.people.form import ResumingForm, SuspensionForm
from portal.registry.people.placing import find_place, mixed, name_of
from portal.registry.sides import OppositeSides
from portal.registry.suspending import (
    COUNSEL,
    places_of,
    resume,
    suspend,
    suspensions_of,
)
from portal.web.language import N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()


@pages.get("/standings/{standing_id:uuid}/suspension", who=Who.staff)
async def suspension(visit: Visit) -> Response:
    """Who would lose what while counsel is suspended, on this case and on all of my divisions."""
    standing, opened = await _counsel(visit)
    return await _suspension_page(visit, standing, opened, SuspensionForm(None, id=str(uuid4())))


@pages.post("/standings/{standing_id:uuid}/suspension", who=Who.staff)
async def begin_suspension(visit: Visit) -> Response:
    """Suspend, at once."""
    standing, opened = await _counsel(visit)
    form = visit.form(SuspensionForm)
    if not form.validate():
        return await _suspension_page(visit, standing, opened, form, status=422)
    places: Sequence[Standing] = [standing]
    if form.scope.data == "all":
        places = await places_of(visit.session, standing.person_id, divisions=visit.me.divisions)
    by, why = Actor(visit.me.id, visit.me.name), form.why.data or ""
    await suspend(visit.session, places, form_id=key_of(visit), why=why, by=by)
    name = await name_of(visit, standing)
    visit.tell(N_("%(name)s is suspended, and nobody acts for %(name)s."), name=name)
    return visit.redirect(f"/cases/{opened.id}")


@pages.get("/suspensions/{suspension_id:uuid}/ending", who=Who.staff)
async def resuming(visit: Visit) -> Response:
    """What is taken up again when the suspension is lifted."""
    found, standing, opened = await _suspension(visit)
    return await _resuming_page(visit, found, standing, opened, ResumingForm())


@pages.post("/suspensions/{suspension_id:uuid}/ending", who=Who.staff)
async def end_suspension(visit: Visit) -> Response:
    """Lift it, unless somebody would then act on both sides."""
    found, standing, opened = await _suspension(visit)
    form = visit.form(ResumingForm)
    if not form.validate():
        return await _resuming_page(visit, found, standing, opened, form, status=422)
    lifted: Sequence[Suspension] = [found]
    if form.scope.data == "all":
        lifted = await suspensions_of(
            visit.session, standing.person_id, divisions=visit.me.divisions
        )
    try:
        async with visit.session.begin_nested():
            await resume(visit.session, lifted, by=Actor(visit.me.id, visit.me.name))
    except OppositeSides as error:
        said = [mixed(visit, error)]
        return await _resuming_page(
            visit, found, standing, opened, form, status=409, sentences=said
        )
    visit.tell(N_("%(name)s is no longer suspended."), name=await name_of(visit, standing))
    return visit.redirect(f"/cases/{opened.id}")


# What the pages need


async def _counsel(visit: Visit) -> tuple[Standing, OpenCase]:
    """A place of counsel; nobody else is suspended."""
    standing, opened = await find_place(visit)
    if standing.role not in COUNSEL:
        raise Unknown
    return standing, opened


async def _suspension(visit: Visit) -> tuple[Suspension, Standing, OpenCase]:
    found = await find(visit.session, Suspension, visit.request.path_params["suspension_id"])
    standing = await find(visit.session, Standing, found.standing_id)
    opened = await open_case(visit.session, visit.me.id, standing.case_id, right=Right.administer)
    return found, standing, opened


async def _suspension_page(
    visit: Visit, standing: Standing, opened: OpenCase, form: SuspensionForm, *, status: int = 200
) -> Response:
    places = await places_of(visit.session, standing.person_id, divisions=visit.me.divisions)
    _offer(visit, form, len(places))
    return visit.render(
        "registry/suspension.html",
        status=status,
        form=form,
        standing=standing,
        case=opened.case,
        person=await name_of(visit, standing),
        places=places,
        losses=await what_ends(visit.session, [standing]),
        everywhere=await what_ends(visit.session, places) if len(places) > 1 else [],
    )


async def _resuming_page(
    visit: Visit,
    found: Suspension,
    standing: Standing,
    opened: OpenCase,
    form: ResumingForm,
    *,
    status: int = 200,
    sentences: Sequence[str] = (),
) -> Response:
    person = standing.person_id
    lasting = await suspensions_of(visit.session, person, divisions=visit.me.divisions)
    _offer(visit, form, len(lasting))
    return visit.render(
        "registry/suspension_ending.html",
        status=status,
        form=form,
        sentences=list(sentences),
        suspension=found,
        standing=standing,
        case=opened.case,
        person=await name_of(visit, standing),
        lasting=lasting,
    )


def _offer(visit: Visit, form: ResumingForm, cases: int) -> None:
    """Give the form its choices, in the reader's language."""
    everywhere = N_("Every case of this person in my divisions: %(cases)s")
    form.scope.choices = [
        ("one", visit.say(N_("This case"))),
        ("all", visit.say(everywhere, cases=cases)),
    ]
