"""A list on its way in: a form with a file in it, from any browser, never more than a list may hold."""

from collections.abc import AsyncIterator

from portal.documents.multipart import Form, Part
from portal.registry.batches.gathering import LARGEST_LIST, Unreadable, decode
from portal.web.csrf import Forged
from portal.web.pages import FormTooLarge, body_of, is_multipart, read_form, require_own_page
from portal.web.visit import Visit

# The list typed, the list as a file, and the form's own lines around them.
LARGEST_BODY = 2 * LARGEST_LIST + 64 * 1024


async def list_form(visit: Visit) -> tuple[dict[str, str], str | None]:
    """The form's fields, and the sentence where its file is no text.

    A file counts before what was typed, and stands in its place from then on. Raises Forged,
    FormTooLarge, NotAForm.
    """
    if not is_multipart(visit.request):
        return {name: str(text) for name, text in (await read_form(visit.request)).items()}, None
    body = _limited(body_of(visit.request))
    parts = Form(visit.request.headers["content-type"], body).parts()
    token = await anext(parts, None)
    if token is None or token.name != "csrf":
        raise Forged
    require_own_page(visit, token=await token.text())
    fields: dict[str, str] = {}
    sentence = None
    async for part in parts:
        if part.filename == "":
            continue
        try:
            fields["pasted" if part.filename else part.name] = decode(await _whole(part))
        except Unreadable as error:
            sentence = error.sentence
    return fields, sentence


async def _whole(part: Part) -> bytes:
    """All of a part; the whole body is limited."""
    found = bytearray()
    async for piece in part.pieces():
        found += piece
    return bytes(found)


async def _limited(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    total = 0
    async for piece in pieces:
        total += len(piece)
        if total > LARGEST_BODY:
            raise FormTooLarge
        yield piece
