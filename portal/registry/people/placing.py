"""What pages about a place in a case share: which it is, whose, and who would be on both sides."""

from typing import Any

import sqlalchemy as sa

from portal.gate import OpenCase, Right, find, open_case
from portal.models import Person, Standing
from portal.registry.sides import OppositeSides
from portal.web.language import N_
from portal.web.visit import Visit

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
