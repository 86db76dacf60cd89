"""Pages that join cases, to be heard together, and separate them."""

from starlette.responses import Response
from wtforms import Form, StringField
from wtforms.validators import DataRequired

from portal.audit import Actor
from portal.gate import OpenCase, Right, open_case
from portal.models import Case
from portal.registry.carrying import step_of
from portal.registry.joining import (
    TogetherAlready,
    find_to_join,
    join,
    others_heard_with,
    separate,
)
from portal.registry.people.placing import mixed
from portal.registry.sides import OppositeSides
from portal.web.language import N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()

NOT_FOUND = N_("No open case of this division has this file number. Check the number")
TOGETHER = N_("The two are heard together already. Nothing was changed.")


class JoinderForm(Form):
    """Which other case."""

    number = StringField(
        N_("File number of the other case"),
        [DataRequired(N_("Enter the file number"))],
        filters=[lambda text: (text or "").strip()],
    )


@pages.get("/cases/{case_id:uuid}/joinder", who=Who.staff)
async def joinder(visit: Visit) -> Response:
    """With which cases it is heard, and the form for one more."""
    return await _page(visit, await _opened(visit), JoinderForm())


@pages.post("/cases/{case_id:uuid}/joinder", who=Who.staff)
async def join_cases(visit: Visit) -> Response:
    """Show which case the number is, then join: one wrong digit is another family's case."""
    opened = await _opened(visit)
    form = visit.form(JoinderForm)
    valid = form.validate()
    other = await find_to_join(visit.session, opened.case, form.number.data or "")
    if valid and other is None:
        form.number.errors = [NOT_FOUND]
    if other is None:
        return await _page(visit, opened, form, status=422)
    if step_of(visit) != "join":
        return await _page(visit, opened, form, other=other)
    try:
        async with visit.session.begin_nested():
            by = Actor(visit.me.id, visit.me.name)
            await join(visit.session, opened.case, other, by=by)
    except (OppositeSides, TogetherAlready) as error:
        said = mixed(visit, error) if isinstance(error, OppositeSides) else visit.say(TOGETHER)
        return await _page(visit, opened, form, status=409, sentences=(said,))
    visit.tell(N_("Heard together from now on."))
    return visit.redirect(f"/cases/{opened.id}")


@pages.post("/cases/{case_id:uuid}/separation", who=Who.staff)
async def separate_case(visit: Visit) -> Response:
    """Hear this case alone again."""
    opened = await _opened(visit)
    if await separate(visit.session, opened.case, by=Actor(visit.me.id, visit.me.name)):
        visit.tell(N_("This case is heard alone from now on."))
    return visit.redirect(f"/cases/{opened.id}")


async def _opened(visit: Visit) -> OpenCase:
    case_id = visit.request.path_params["case_id"]
    return await open_case(visit.session, visit.me.id, case_id, right=Right.administer)


async def _page(
    visit: Visit,
    opened: OpenCase,
    form: JoinderForm,
    *,
    other: Case | None = None,
    status: int = 200,
    sentences: tuple[str, ...] = (),
) -> Response:
    return visit.render(
        "registry/case_joinder.html",
        status=status,
        form=form,
        sentences=list(sentences),
        case=opened.case,
        other=other,
        others=await others_heard_with(visit.session, opened.case),
    )
