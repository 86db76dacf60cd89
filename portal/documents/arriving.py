"""Arriving: many files in one form, as browsers without JavaScript send it; each its own result."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID

from portal.documents.drafting import Kept, SubmissionFull
from portal.documents.multipart import Form, Part
from portal.documents.uploading import NotKept, not_kept, upload
from portal.web.csrf import Forged
from portal.web.pages import body_of, require_own_page
from portal.web.visit import Visit
from storage.database import DatabaseUnavailable
from storage.objects import StoreUnavailable
from storage.sniffing import Refused

# A form's own lines around the files in it.
AROUND_FILES = 4 * 1024 * 1024


@dataclass
class Arrived:
    """What became of the files of one form."""

    kept: list[Kept] = field(default_factory=list[Kept])
    not_kept: list[NotKept] = field(default_factory=list[NotKept])


async def form_files(visit: Visit, draft_id: UUID) -> Arrived:
    """The files of a form that a browser without JavaScript sends; the token comes first in it.

    What stops everything (signed out, no such draft, a broken line) is raised; what is wrong
    with one file leaves the others alone.
    """
    settings, request, arrived = visit.portal.settings, visit.request, Arrived()
    body = _limited(body_of(request), most=settings.max_submission + AROUND_FILES)
    parts = Form(request.headers["content-type"], body).parts()
    token = await anext(parts, None)
    if token is None or token.name != "csrf":
        raise Forged
    require_own_page(visit, token=await token.text())
    try:
        async for part in parts:
            if part.filename:
                await _one(visit, draft_id, part, arrived)
    except SubmissionFull:
        # The form has no end within the limit: what is kept stays, the rest is not read.
        pass
    return arrived


async def _one(visit: Visit, draft_id: UUID, part: Part, arrived: Arrived) -> None:
    name = part.filename or ""
    try:
        arrived.kept.append(await upload(visit, draft_id, part.pieces(), name=name))
    except (Refused, StoreUnavailable, DatabaseUnavailable) as error:
        arrived.not_kept.append(not_kept(visit, name, error))


async def _limited(pieces: AsyncIterator[bytes], *, most: int) -> AsyncGenerator[bytes]:
    total = 0
    async for piece in pieces:
        total += len(piece)
        if total > most:
            raise SubmissionFull(limit=most)
        yield piece
