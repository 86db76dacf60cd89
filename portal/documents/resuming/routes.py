"""Where files come in pieces (tus 1.0.0): begun at their draft, gone on with at their own address.

Whoever asks for text/html, as the page's script does, is answered by the file's row.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from starlette.responses import Response

from portal.documents.drafting import Kept
from portal.documents.reasons import ON_ARRIVAL
from portal.documents.resuming import receiving, tus
from portal.documents.resuming.receiving import Elsewhere, Progress
from portal.documents.resuming.words import REASONS
from portal.documents.showing import words
from portal.documents.uploading import NOT_KEPT, not_kept
from portal.rules import rules
from portal.web.pages import Mode, Pages, Who, body_of
from portal.web.visit import SignedOut, Visit

pages = Pages()
DRAFT = "/submissions/{submission_id:uuid}/uploads"
UPLOAD = "/uploads/{upload_id:uuid}"


@pages.act("OPTIONS", DRAFT, who=Who.anyone)
async def say_what_is_spoken(visit: Visit) -> Response:
    """What a client may ask for here."""
    answer = Response(status_code=204)
    answer.headers["tus-resumable"] = answer.headers["tus-version"] = tus.VERSION
    answer.headers["tus-extension"] = tus.EXTENSIONS
    answer.headers["tus-max-size"] = str(visit.portal.settings.max_file)
    answer.headers["tus-checksum-algorithm"] = ",".join(tus.ALGORITHMS)
    return answer


@pages.get(DRAFT, mode=Mode.steps)
async def show_unfinished(visit: Visit) -> Response:
    """What I began to send into this draft and did not finish, for the page's script."""
    return await _answered(visit, _list)


@pages.post(DRAFT, mode=Mode.stream)
async def begin(visit: Visit) -> Response:
    """A new upload, perhaps with its first bytes, perhaps with all of them."""
    return await _answered(visit, _begin)


@pages.get(UPLOAD, mode=Mode.steps)
async def look(visit: Visit) -> Response:
    """How far it has come (HEAD), and the row of what has become a document."""
    return await _answered(visit, _look)


@pages.act("PATCH", UPLOAD, mode=Mode.stream)
async def go_on(visit: Visit) -> Response:
    """More bytes."""
    return await _answered(visit, _go_on)


@pages.act("DELETE", UPLOAD, mode=Mode.stream)
async def give_up(visit: Visit) -> Response:
    """No more of it, and nothing is kept."""
    return await _answered(visit, _give_up)


@pages.post(UPLOAD, mode=Mode.stream)
async def act_by_post(visit: Visit) -> Response:
    """The same where a network lets nothing but POST through."""
    meant = {"PATCH": _go_on, "DELETE": _give_up, "HEAD": _look}
    asked = visit.request.headers.get("x-http-method-override", "").upper()
    return await _answered(visit, meant.get(asked, _nothing_meant))


async def _list(visit: Visit) -> Response:
    draft_id = visit.request.path_params["submission_id"]
    found = await receiving.all_in(visit, draft_id)
    return visit.render("documents/unfinished.html", block="rows", unfinished=found)


async def _begin(visit: Visit) -> Response:
    headers, draft_id = visit.request.headers, visit.request.path_params["submission_id"]
    tus.require_version(headers)
    if "upload-defer-length" in headers:
        raise tus.Unspoken(400, "Upload-Defer-Length: the length must be known.")
    file = tus.announced(headers)
    if headers.get("content-type") != tus.PIECE_TYPE:
        return _told(visit, await receiving.begin(visit, draft_id, file), status=201)
    if headers.get("content-length") == str(file.size):
        kept = await receiving.at_once(visit, draft_id, file, body_of(visit.request))
        return _told(visit, kept, status=201)
    begun = await receiving.begin(visit, draft_id, file)
    if isinstance(begun, Progress):
        begun = await _pieces(visit, begun.upload.id, at=0)
    return _told(visit, begun, status=201)


async def _look(visit: Visit) -> Response:
    if visit.request.method != "GET":
        tus.require_version(visit.request.headers)
    return _told(visit, await receiving.look(visit, _upload(visit)), status=200)


async def _go_on(visit: Visit) -> Response:
    headers = visit.request.headers
    tus.require_version(headers)
    if headers.get("content-type") != tus.PIECE_TYPE:
        raise tus.Unspoken(415, f"Content-Type must be {tus.PIECE_TYPE}.")
    at = tus.number(headers, "upload-offset")
    return _told(visit, await _pieces(visit, _upload(visit), at=at), status=204)


async def _pieces(visit: Visit, upload_id: UUID, *, at: int) -> Progress | Kept:
    checksum = tus.checksum(visit.request.headers)
    body = body_of(visit.request)
    return await receiving.go_on(visit, upload_id, body, at=at, checksum=checksum)


async def _give_up(visit: Visit) -> Response:
    tus.require_version(visit.request.headers)
    await receiving.give_up(visit, _upload(visit))
    return Response(status_code=204)


async def _nothing_meant(visit: Visit) -> Response:
    raise tus.Unspoken(405, "X-HTTP-Method-Override: PATCH, DELETE or HEAD.")


def _told(visit: Visit, found: Progress | Kept, *, status: int) -> Response:
    """How far it has come, as the protocol says it; or the document's row, where that is asked."""
    if isinstance(found, Progress):
        answer = Response(status_code=status)
        upload, offset, size = found.upload.id, found.offset, found.upload.size
        answer.headers["upload-expires"] = format_datetime(
            found.upload.ends_at.astimezone(UTC), usegmt=True
        )
    else:
        wants_row = "text/html" in visit.request.headers.get("accept", "")
        answer = _row(visit, found) if wants_row else Response(status_code=status)
        upload, offset, size = found.document.id, found.document.size, found.document.size
        answer.headers["content-location"] = f"/documents/{upload}"
    answer.headers["upload-offset"] = str(offset)
    answer.headers["upload-length"] = str(size)
    if visit.request.path_params.get("submission_id"):
        answer.headers["location"] = f"/uploads/{upload}"
    return answer


def _row(visit: Visit, kept: Kept) -> Response:
    """The file's row in the draft, as the draft's own page has it."""
    types = rules.types_for(kept.division)
    context: dict[str, Any] = {"document": kept.document, "types": types, **words(visit)}
    return visit.render("documents/row.html", block="row", **context)


async def _answered(visit: Visit, act: Callable[[Visit], Awaitable[Response]]) -> Response:
    """What an act answers, or why nothing came of it; in the protocol's words and in people's."""
    try:
        answer = await act(visit)
    except tus.Unspoken as error:
        answer = Response(error.what, status_code=error.status, media_type="text/plain")
        if isinstance(error, Elsewhere):
            answer.headers["upload-offset"] = str(error.offset)
    except NOT_KEPT as error:
        if isinstance(error, SignedOut) and "tus-resumable" not in visit.request.headers:
            raise  # a person who typed the address
        # Of what was only to begin nothing has arrived.
        reasons = REASONS if "upload_id" in visit.request.path_params else ON_ARRIVAL
        refused = not_kept(visit, _name(visit), error, reasons=reasons)
        answer = visit.render(
            "documents/row.html", block="refused", status=refused.reason.status, refused=refused
        )
    answer.headers["tus-resumable"] = tus.VERSION
    if answer.status_code == 412:
        answer.headers["tus-version"] = tus.VERSION
    return answer


def _name(visit: Visit) -> str:
    """The file's name, where the request says it."""
    try:
        return tus.told_name(visit.request.headers)
    except tus.Unspoken:
        return ""


def _upload(visit: Visit) -> UUID:
    return visit.request.path_params["upload_id"]
