"""Pages of pixels: the first page of a document as a picture, and an officer's safe copy."""

import os
from collections.abc import Iterator
from typing import Any, BinaryIO

from starlette.responses import Response, StreamingResponse

from portal.documents.downloading import NotReadable
from portal.documents.pictures.reasons import why_none
from portal.documents.pictures.seeing import open_safe_copy, see_picture
from portal.documents.reading import read_document
from portal.documents.showing import reason_of
from portal.web.headers import SANDBOX
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit
from storage.objects import PIECE
from storage.picturing import NoPicture

pages = Pages()


@pages.get("/documents/{document_id:uuid}/picture", mode=Mode.steps)
async def show_picture(visit: Visit) -> Response:
    """The first page. A browser may keep it, and asks each time whether its reader still may."""
    asked = visit.request.headers.get("if-none-match", "").strip('"')
    document_id = visit.request.path_params["document_id"]
    picture, data = await see_picture(visit, document_id, unless=asked)
    headers = {
        "etag": f'"{picture.sha256}"',
        "cache-control": "private, no-cache",
        "content-security-policy": SANDBOX,
    }
    if data is None:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type="image/webp", headers=headers)


@pages.get("/documents/{document_id:uuid}/safe-copy", who=Who.staff, mode=Mode.steps)
async def safe_copy(visit: Visit) -> Response:
    """The document as pixels alone; or a page that says why there is no such copy."""
    document_id = visit.request.path_params["document_id"]
    try:
        _, copy = await open_safe_copy(visit, document_id)
    except NotReadable as error:
        found, reason = error.found, reason_of(error.found.document)
        context: dict[str, Any] = {"found": found, "opened": found.opened, "reason": reason}
        return visit.render("documents/unreadable.html", status=403, **context)
    except NoPicture as none:
        async with visit.transaction() as session:
            found = await read_document(session, visit.me.id, document_id)
        context = {"found": found, "opened": found.opened, "why": why_none(visit, none)}
        return visit.render("documents/no_copy.html", status=409, **context)
    headers = {
        "content-length": str(os.fstat(copy.fileno()).st_size),
        # Without the document's own name: it is another file, and it leaves the portal.
        "content-disposition": f'attachment; filename="safe-copy-{str(document_id)[:8]}.pdf"',
        "content-security-policy": SANDBOX,
    }
    return StreamingResponse(_pieces(copy), media_type="application/pdf", headers=headers)


def _pieces(copy: BinaryIO) -> Iterator[bytes]:
    with copy:
        while piece := copy.read(PIECE):
            yield piece
