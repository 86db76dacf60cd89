"""What pages about a place in a case share: which it is, whose, and who would be on both sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from portal.appeals.counting import local_day
from portal.gate import OpenCase, Right, find, open_case
from portal.models import Party, Person, Role, Standing, Why
from portal.registry.designating import NotAMinor, Represented, last_day, to_represent
from portal.registry.people.form import PersonForm
from portal.registry.sides import OppositeSides
from portal.web.language import N_
from portal.web.visit import Visit

TURNED_18 = N_(
    "Somebody you ticked is 18 or older. Say that the person cannot appreciate it, or untick"
)
NO_BIRTHDAY = N_(
    "The date of birth of somebody you ticked is not known, so that no end can be told"
)
MIXED = N_(
    "%(name)s would act on both sides of this case or of one heard with it. Nothing was changed."
)
MIXED_THROUGH = N_(
    "%(name)s would act on both sides of this case or of one heard with it, through access lent "
    "by %(principal)s. That access must end first; nothing was changed."
)


async def find_place(visit: Visit) -> tuple[Standing, OpenCase]:
    """The standing that the address names, and its case, for who administers it."""
    standing = await find(visit.session, Standing, visit.request.path_params["standing_id"])
    # Without the gate's lock: it shares these standings, and two officers who then change them
    # would wait for each other. An officer's own right hangs on none of them.
    case_id = standing.case_id
    opened = await open_case(visit.session, visit.me.id, case_id, right=Right.administer)
    return standing, opened


async def name_of(visit: Visit, standing: Standing) -> Any:  # noqa: ANN401 - a column
    """Whose place it is."""
    return await visit.session.scalar(sa.select(Person.name).where(Person.id == standing.person_id))


def mixed(visit: Visit, error: OppositeSides) -> str:
    """Who would be on both sides, for the registry."""
    sentence = MIXED_THROUGH if error.principal and error.principal != error.name else MIXED
    return visit.say(sentence, name=error.name, principal=error.principal)


@dataclass(frozen=True)
class Place:
    """Until when the place lasts, and whom a representative represents in it."""

    ends: date | None
    represented: Sequence[Represented] = ()


def place_of(form: PersonForm, parties: list[Party], opened: OpenCase, *, now: datetime) -> Place:
    """The day that was typed; of a representative, as long as the last who is represented."""
    if form.role.data != Role.designated_representative:
        return Place(form.ends.data)
    why = Why.unable if form.lasting.data else Why.minor
    today = local_day(now, opened.case.office)
    try:
        found = to_represent(parties, form.represented, why=why, until=form.ends.data, today=today)
    except NotAMinor as error:
        form.represents.errors = [TURNED_18 if error.known else NO_BIRTHDAY]
        return Place(None)
    return Place(last_day(found) if found else form.ends.data, found)
