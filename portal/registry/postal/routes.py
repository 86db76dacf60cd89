"""Pages of postal addresses: who of a case has one, and recording another."""

from uuid import uuid4

from starlette.responses import Response

from portal.audit import Actor
from portal.cases.looking import note_look
from portal.gate import OpenCase, Right, Unknown, open_case
from portal.registry.carrying import key_of
from portal.registry.letters.countries import country_names
from portal.registry.postal.form import AddressForm
from portal.registry.postal.recording import (
    Addressee,
    addressees,
    addresses_of,
    record_address,
    telephones_of,
)
from portal.web.language import N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()


@pages.get("/cases/{case_id:uuid}/addresses", who=Who.staff)
async def addresses(visit: Visit) -> Response:
    """Everybody of the case who can get letters, and where."""
    opened = await _opened(visit)
    people = await addressees(visit.session, opened.case)
    await note_look(visit.session, visit.me, opened.id)
    return visit.render(
        "registry/addresses.html",
        case=opened.case,
        people=people,
        known=await addresses_of(visit.session, people),
        called=await telephones_of(visit.session, people),
        countries=country_names(visit.language),
    )


@pages.get("/cases/{case_id:uuid}/addresses/{whose_id:uuid}", who=Who.staff)
async def address(visit: Visit) -> Response:
    """The empty form, below the address that is recorded now and those before."""
    opened = await _opened(visit)
    addressee = await _addressee(visit, opened)
    await note_look(visit.session, visit.me, opened.id)
    form = AddressForm(None, id=str(uuid4()))
    form.offer_places(visit.language)
    return await _page(visit, opened, addressee, form)


@pages.post("/cases/{case_id:uuid}/addresses/{whose_id:uuid}", who=Who.staff)
async def change_address(visit: Visit) -> Response:
    """Record it; the one before is ended."""
    opened = await _opened(visit)
    addressee = await _addressee(visit, opened)
    form = visit.form(AddressForm)
    form.offer_places(visit.language)
    if not form.validate():
        return await _page(visit, opened, addressee, form, status=422)
    new = await record_address(
        visit.session,
        key_of(visit),
        addressee,
        case=opened.case,
        lines=form.lines,
        country=form.country.data,
        by=Actor(visit.me.id, visit.me.name),
        now=visit.now,
    )
    said = N_("Letters to %(name)s go to the new address from now on.")
    same = N_("Letters to %(name)s go to this address already. Nothing was changed.")
    visit.tell(said if new else same, name=addressee.name)
    return visit.redirect(f"/cases/{opened.id}/addresses")


async def _opened(visit: Visit) -> OpenCase:
    case_id = visit.request.path_params["case_id"]
    return await open_case(visit.session, visit.me.id, case_id, right=Right.administer)


async def _addressee(visit: Visit, opened: OpenCase) -> Addressee:
    wanted = visit.request.path_params["whose_id"]
    for one in await addressees(visit.session, opened.case):
        if one.id == wanted:
            return one
    raise Unknown


async def _page(
    visit: Visit, opened: OpenCase, addressee: Addressee, form: AddressForm, *, status: int = 200
) -> Response:
    known = await addresses_of(visit.session, [addressee])
    called = await telephones_of(visit.session, [addressee])
    return visit.render(
        "registry/address.html",
        status=status,
        case=opened.case,
        addressee=addressee,
        addresses=known.get(addressee.id, []),
        telephones=called.get(addressee.id, []),
        form=form,
        countries=country_names(visit.language),
    )
