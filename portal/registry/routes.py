"""The registry's pages together, and the desk among them."""

from starlette.responses import Response

from portal.registry.authority import routes as authority
from portal.registry.cases import routes as cases
from portal.registry.desk import read_desk
from portal.registry.hearings import routes as hearings
from portal.registry.notices import routes as notices
from portal.registry.people import routes as people
from portal.registry.readers import routes as readers
from portal.registry.reviews import routes as reviews
from portal.registry.seals import routes as seals
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()


@pages.get("/registry", who=Who.staff)
async def desk(visit: Visit) -> Response:
    """What failed and what waits, in my divisions."""
    piles = await read_desk(visit.session, divisions=visit.me.divisions, now=visit.now)
    return visit.render("registry/desk.html", desk=piles)


for part in (cases, people, hearings, notices, authority, readers, reviews, seals):
    pages.routes += part.pages.routes
