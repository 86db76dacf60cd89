"""Pages of the addresses that do not work."""

from uuid import UUID

from starlette.responses import Response
from wtforms import Form, StringField
from wtforms.validators import DataRequired, Length

from portal.registry.addresses.lifting import lift_address, list_addresses, masked, read_address
from portal.web.language import N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()


class LiftForm(Form):
    """Why an address is trusted again."""

    why = StringField(
        N_("How you know that it works"),
        [
            DataRequired(N_("Say how you know that the address works")),
            Length(max=200, message=N_("Use at most 200 characters")),
        ],
        filters=[lambda text: " ".join((text or "").split())],
    )


@pages.get("/registry/addresses", who=Who.staff)
async def addresses(visit: Visit) -> Response:
    """Addresses that nothing is sent to, and those lifted of late."""
    found = await list_addresses(visit.session, now=visit.now)
    return visit.render("registry/dead_addresses.html", found=found, masked=masked)


@pages.get("/registry/addresses/{suppression_id:uuid}/lifting", who=Who.staff)
async def lifting(visit: Visit) -> Response:
    """What happened to the address, and the question how one knows that it works."""
    return await _page(visit, visit.form(LiftForm))


@pages.post("/registry/addresses/{suppression_id:uuid}/lifting", who=Who.staff)
async def lift(visit: Visit) -> Response:
    """Send to it again; pressed twice, it is lifted once."""
    form = visit.form(LiftForm)
    if not form.validate():
        return await _page(visit, form, status=422)
    await read_address(visit.session, _id(visit))
    lifted = await lift_address(
        visit.session,
        _id(visit),
        by=visit.me.id,
        by_name=visit.me.name,
        why=str(form.why.data),
        now=visit.now,
    )
    if lifted:
        visit.tell(N_("E-mail is sent to this address again, from the next notice on."))
    return visit.redirect("/registry/addresses")


async def _page(visit: Visit, form: LiftForm, *, status: int = 200) -> Response:
    row = await read_address(visit.session, _id(visit))
    return visit.render(
        "registry/dead_address.html", status=status, form=form, address=row, masked=masked
    )


def _id(visit: Visit) -> UUID:
    return visit.request.path_params["suppression_id"]
