"""Pages that record who stands in a case; those that end it are in `endings`."""

from uuid import UUID, uuid4

import sqlalchemy as sa
from starlette.responses import Response

from portal.audit import Actor
from portal.gate import OpenCase, Right, open_case
from portal.hearings.booking import ELSEWHERE, DoubleBooked
from portal.models import Party, Role, Why
from portal.people.inviting import invite
from portal.registry.carrying import carried, key_of, step_of
from portal.registry.designating import (
    designate,
    first_moment,
    is_designated,
    last_day,
    to_represent,
)
from portal.registry.people.endings import routes as endings
from portal.registry.people.form import ENDINGS, ROLE_WORDS, PersonForm
from portal.registry.people.placing import Place, place_of
from portal.registry.people.suspensions import routes as suspensions
from portal.registry.recording import (
    Known,
    NewStanding,
    StandsAlready,
    enrol,
    find_known,
    record_standing,
)
from portal.registry.sides import OppositeSides
from portal.registry.succeeding import Predecessor, predecessors, succeed
from portal.rules import rules
from portal.web.language import N_, NAMES
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()

BOTH_SIDES = N_(
    "%(name)s is on the other side of this case already. Nobody can be on both sides, "
    "so nothing was recorded."
)
BOTH_SIDES_THROUGH = N_(
    "%(name)s would be on both sides of this case, through access lent by %(principal)s. "
    "That access must end first; nothing was recorded."
)
ALREADY = N_("%(name)s has this place in the case already. Nothing was recorded.")
ALONE = N_("Turned 18 and decides alone")
WHO = N_("Nobody has an account with this address yet. Enter the name, and we send an invitation")


@pages.get("/cases/{case_id:uuid}/people/new", who=Who.staff)
async def new_person(visit: Visit) -> Response:
    """The empty form."""
    opened = await _opened(visit)
    parties = await _parties(visit, opened)
    form = PersonForm(None, id=str(uuid4()), language=opened.case.language)
    asked = visit.request.query_params.get("party", "")
    if asked in {str(party.id) for party in parties}:
        form.role.data, form.party.data, form.how.data = Role.party, asked, visit.say(ALONE)
    return _form_page(visit, opened, _offer(visit, form, parties), parties)


@pages.post("/cases/{case_id:uuid}/people/new", who=Who.staff)
async def add_person(visit: Visit) -> Response:
    """Check who it is, then give the place: one wrong letter could show a file to a stranger."""
    opened = await _opened(visit)
    parties = await _parties(visit, opened)
    form = _offer(visit, visit.form(PersonForm), parties)
    if step_of(visit) == "change":
        return _form_page(visit, opened, form, parties)
    valid = form.validate()
    known = await find_known(visit.session, form.email.data or "") if valid else None
    if valid and known is None and not form.name.data:
        form.name.errors = [WHO]
    if form.errors:
        return _form_page(visit, opened, form, parties, status=422)
    place = place_of(form, parties, opened, now=visit.now)
    if form.errors:
        return _form_page(visit, opened, form, parties, status=422)
    if step_of(visit) == "record":
        return await _record(visit, opened, form, parties, known=known, place=place)
    return await _check_page(visit, opened, form, parties, known=known, place=place)


async def _record(
    visit: Visit,
    opened: OpenCase,
    form: PersonForm,
    parties: list[Party],
    *,
    known: Known | None,
    place: Place,
) -> Response:
    name = known.name if known else form.name.data
    try:
        async with visit.session.begin_nested():
            clashes = await _give_place(visit, opened, form, known=known, place=place)
    except OppositeSides as error:
        sentence = BOTH_SIDES_THROUGH if error.principal else BOTH_SIDES
        facts = {"name": error.name, "principal": error.principal}
        said = visit.say(sentence, **facts)
        return _form_page(visit, opened, form, parties, status=409, sentences=[said])
    except StandsAlready:
        said = visit.say(ALREADY, name=name)
        return _form_page(visit, opened, form, parties, status=409, sentences=[said])
    if clashes:
        start = visit.formatting.moment(
            clashes[0].starts_at, rules.offices[opened.case.office].zone
        )
        visit.tell(ELSEWHERE, name=name, start=start)
    elif known:
        visit.tell(N_("%(name)s can see this case now."), name=name)
    else:
        visit.tell(
            N_("%(name)s has a place in this case. An invitation is on its way by mail."), name=name
        )
    return visit.redirect(f"/cases/{opened.id}")


async def _give_place(
    visit: Visit, opened: OpenCase, form: PersonForm, *, known: Known | None, place: Place
) -> list[DoubleBooked]:
    session, role = visit.session, Role(form.role.data)
    if known:
        person_id = known.person_id
    else:
        person_id, fresh = await enrol(
            session,
            name=form.name.data or "",
            email=form.email.data or "",
            role=role,
            language=form.language.data,
            now=visit.now,
        )
        if fresh:
            await invite(
                session,
                email=form.email.data or "",
                invited_by=visit.me.id,
                now=visit.now,
                person_id=person_id,
            )
    new = NewStanding(
        id=key_of(visit),
        case_id=opened.id,
        role=role,
        began_how=form.how.data or "",
        ends_at=first_moment(place.ends, opened.case.office) if place.ends else None,
        party_id=UUID(form.party.data) if role == Role.party else None,
    )
    by = Actor(visit.me.id, visit.me.name)
    before = await _before(visit, opened, place, but_for=person_id)
    clashes = await record_standing(session, new, person_id=person_id, by=by, now=visit.now)
    if place.represented and not await is_designated(session, new.id):
        await _designate(visit, opened, new.id, place, before)
    return clashes


async def _before(
    visit: Visit, opened: OpenCase, place: Place, *, but_for: UUID
) -> list[Predecessor]:
    """Who represents now whom the new place is for."""
    people, office = place.represented, opened.case.office
    return await predecessors(
        visit.session, opened.id, people, but_for=but_for, office=office, now=visit.now
    )


async def _designate(
    visit: Visit, opened: OpenCase, place_id: UUID, place: Place, before: list[Predecessor]
) -> None:
    """For whom the new place is; who represented them until now does so no longer."""
    people, office = place.represented, opened.case.office
    await designate(
        visit.session, place_id, people, case_id=opened.id, office=office, now=visit.now
    )
    by, how = Actor(visit.me.id, visit.me.name), visit.say(ENDINGS[4])
    await succeed(visit.session, before, people, how=how, by=by, now=visit.now)


# What the pages need


async def _opened(visit: Visit) -> OpenCase:
    case_id = visit.request.path_params["case_id"]
    return await open_case(visit.session, visit.me.id, case_id, right=Right.administer)


async def _parties(visit: Visit, opened: OpenCase) -> list[Party]:
    found = await visit.session.scalars(
        sa.select(Party).where(Party.case_id == opened.id).order_by(Party.file_number)
    )
    return list(found)


def _offer(visit: Visit, form: PersonForm, parties: list[Party]) -> PersonForm:
    """Give the form its choices, in the reader's language."""
    form.role.choices = list(_places(visit).items())
    form.language.choices = list(NAMES.items())
    form.party.choices = [("", visit.say(N_("Choose a person")))] + [
        (str(party.id), f"{party.name} ({party.file_number})") for party in parties
    ]
    form.represents.choices = form.party.choices[1:]
    return form


def _places(visit: Visit) -> dict[str, str]:
    """What each place in a case is called, as a sentence begins."""
    words = {role.value: visit.say(words) for role, words in ROLE_WORDS.items()}
    return {role: said[:1].upper() + said[1:] for role, said in words.items()}


def _form_page(
    visit: Visit,
    opened: OpenCase,
    form: PersonForm,
    parties: list[Party],
    *,
    status: int = 200,
    sentences: list[str] | None = None,
) -> Response:
    return visit.render(
        "registry/person_new.html",
        status=status,
        form=form,
        sentences=sentences or [],
        case=opened.case,
        birthday=last_day(to_represent(parties, (), why=Why.minor, until=None, today=visit.today)),
    )


async def _check_page(
    visit: Visit,
    opened: OpenCase,
    form: PersonForm,
    parties: list[Party],
    *,
    known: Known | None,
    place: Place,
) -> Response:
    but_for = known.person_id if known else UUID(int=0)
    before = await _before(visit, opened, place, but_for=but_for)
    party = next((p for p in parties if str(p.id) == form.party.data), None)
    return visit.render(
        "registry/person_check.html",
        form=form,
        case=opened.case,
        known=known,
        party=party if form.role.data == Role.party else None,
        ends=place.ends,
        represented=place.represented,
        unable=bool(form.lasting.data),
        before=[one.name for one in before],
        place=_places(visit)[form.role.data],
        carried=carried(visit),
    )


pages.routes += endings.pages.routes + suspensions.pages.routes
