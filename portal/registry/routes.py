"""The registry's pages together, and the desk among them."""

from typing import Any
from uuid import uuid4

from starlette.responses import Response

from portal.appeals.counting import record_due, tribunal_record_due
from portal.registry.addresses import routes as addresses
from portal.registry.authority import routes as authority
from portal.registry.batches import routes as batches
from portal.registry.batches.going import routes as going
from portal.registry.cases import routes as cases
from portal.registry.desk import read_desk
from portal.registry.hearings import routes as hearings
from portal.registry.hearings.day import routes as day
from portal.registry.invitations import routes as invitations
from portal.registry.issued import routes as issued
from portal.registry.letters import routes as letters
from portal.registry.notices import routes as notices
from portal.registry.people import routes as people
from portal.registry.postal import routes as postal
from portal.registry.readers import routes as readers
from portal.registry.receipts import routes as receipts
from portal.registry.requests import routes as requests
from portal.registry.reviews import routes as reviews
from portal.registry.seals import routes as seals
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()


@pages.get("/registry", who=Who.staff)
async def desk(visit: Visit) -> Response:
    """What failed and what waits, in my divisions."""
    piles = await read_desk(visit.session, divisions=visit.me.divisions, now=visit.now)
    due: dict[str, Any] = {
        "record_due": record_due,
        "tribunal_record_due": tribunal_record_due,
    }
    return visit.render("registry/desk.html", desk=piles, new_id=uuid4, **due)


for part in (
    cases,
    people,
    hearings,
    day,
    notices,
    issued,
    authority,
    readers,
    requests,
    reviews,
    seals,
    addresses,
    postal,
    letters,
    invitations,
    receipts,
):
    pages.routes += part.pages.routes
for part in (batches, going):
    pages.routes += part.pages.routes
