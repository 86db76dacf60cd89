"""The page that tells the registry who has opened a document."""

from starlette.responses import Response

from portal.cases.looking import note_look
from portal.documents.reading import read_document
from portal.gate import Right
from portal.registry.readers.listing import read_readers
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()


@pages.get("/registry/documents/{document_id:uuid}/readers", who=Who.staff)
async def readers(visit: Visit) -> Response:
    """Whom to tell when a document turns out to be infected."""
    document_id = visit.request.path_params["document_id"]
    found = await read_document(visit.session, visit.me.id, document_id, right=Right.administer)
    await note_look(visit.session, visit.me, found.opened.id)
    rows = await read_readers(visit.session, found.document)
    return visit.render("registry/readers.html", found=found, opened=found.opened, readings=rows)
