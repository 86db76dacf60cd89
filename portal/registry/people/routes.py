"""Pages that record who stands in a case; those that end it are in `endings`."""

from datetime import date, datetime, time
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from starlette.responses import Response

from portal.audit import Actor
from portal.gate import OpenCase, Right, open_case
from portal.models import Party, Role
from portal.people.inviting import invite
from portal.registry.carrying import carried, key_of, step_of
from portal.registry.opening import coming_of_age, under_age
from portal.registry.people.endings import routes as endings
from portal.registry.people.form import ROLE_WORDS, PersonForm
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
WHO = N_("Nobody has an account with this address yet. Enter the name, and we send an invitation")


@pages.get("/cases/{case_id:uuid}/people/new", who=Who.staff)
async def new_person(visit: Visit) -> Response:
    """The empty form."""
    opened = await _opened(visit)
    parties = await _parties(visit, opened)
    form = PersonForm(None, id=str(uuid4()), language=opened.case.language)
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
    ends = _end(form, parties, visit.today)
    if step_of(visit) == "record":
        return await _record(visit, opened, form, parties, known=known, ends=ends)
    return await _check_page(visit, opened, form, parties, known=known, ends=ends)


async def _record(
    visit: Visit,
    opened: OpenCase,
    form: PersonForm,
    parties: list[Party],
    *,
    known: Known | None,
    ends: date | None,
) -> Response:
    name = known.name if known else form.name.data
    try:
        async with visit.session.begin_nested():
            await _give_place(visit, opened, form, known=known, ends=ends)
    except OppositeSides as error:
        sentence = BOTH_SIDES_THROUGH if error.principal else BOTH_SIDES
        facts = {"name": error.name, "principal": error.principal}
        said = visit.say(sentence, **facts)
        return _form_page(visit, opened, form, parties, status=409, sentences=[said])
    except StandsAlready:
        said = visit.say(ALREADY, name=name)
        return _form_page(visit, opened, form, parties, status=409, sentences=[said])
    if known:
        visit.tell(N_("%(name)s can see this case now."), name=name)
    else:
        visit.tell(
            N_("%(name)s has a place in this case. An invitation is on its way by mail."), name=name
        )
    return visit.redirect(f"/cases/{opened.id}")


async def _give_place(
    visit: Visit, opened: OpenCase, form: PersonForm, *, known: Known | None, ends: date | None
) -> None:
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
        ends_at=_midnight(ends, opened) if ends else None,
        party_id=UUID(form.party.data) if role == Role.party else None,
    )
    by = Actor(visit.me.id, visit.me.name)
    await record_standing(session, new, person_id=person_id, by=by, now=visit.now)


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
    return form


def _places(visit: Visit) -> dict[str, str]:
    """What each place in a case is called, as a sentence begins."""
    words = {role.value: visit.say(words) for role, words in ROLE_WORDS.items()}
    return {role: said[:1].upper() + said[1:] for role, said in words.items()}


def _birthday(parties: list[Party], today: date) -> date | None:
    """The 18th birthday of the youngest: until then a designated representative decides."""
    born = [p.born_on for p in parties if p.born_on and under_age(p.born_on, today)]
    return coming_of_age(max(born)) if born else None


def _end(form: PersonForm, parties: list[Party], today: date) -> date | None:
    """The day it ends: as typed, else of a representative of a minor, the 18th birthday."""
    representing = form.role.data == Role.designated_representative and not form.lasting.data
    return form.ends.data or (_birthday(parties, today) if representing else None)


def _midnight(day: date, opened: OpenCase) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(rules.offices[opened.case.office].zone))


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
        birthday=_birthday(parties, visit.today),
    )


async def _check_page(
    visit: Visit,
    opened: OpenCase,
    form: PersonForm,
    parties: list[Party],
    *,
    known: Known | None,
    ends: date | None,
) -> Response:
    party = next((p for p in parties if str(p.id) == form.party.data), None)
    return visit.render(
        "registry/person_check.html",
        form=form,
        case=opened.case,
        known=known,
        party=party if form.role.data == Role.party else None,
        ends=ends,
        place=_places(visit)[form.role.data],
        carried=carried(visit),
    )


pages.routes += endings.pages.routes + suspensions.pages.routes
