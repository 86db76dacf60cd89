"""The door at which a mail provider tells what came back."""

from datetime import UTC, datetime

from starlette.responses import PlainTextResponse, Response

from portal.bounces.taking import NotAuthentic, NotUnderstood, read_post, take_one
from portal.gate import Unknown
from portal.settings import plain
from portal.web.pages import Mode, Pages, Who, body_of
from portal.web.visit import Visit

pages = Pages()

SIGNATURE = "x-dossier-signature"
# A message of at most a megabyte, in base64.
LARGEST = 1_500_000


@pages.post("/bounces", who=Who.anyone, mode=Mode.machine)
async def take(visit: Visit) -> Response:
    """Take one signed report; without a secret in the settings there is no such door."""
    secret = plain(visit.portal.settings.bounce_secret)
    if not secret:
        raise Unknown
    body = bytearray()
    async for piece in body_of(visit.request):
        body += piece
        if len(body) > LARGEST:
            return PlainTextResponse("too large", 413)
    try:
        report, sha256 = read_post(
            bytes(body),
            signature=visit.request.headers.get(SIGNATURE, ""),
            secret=secret,
            now=datetime.now(UTC),
        )
    except NotAuthentic:
        return PlainTextResponse("not signed with the secret, or signed too long ago", 401)
    except NotUnderstood:
        return PlainTextResponse("not understood", 422)
    await take_one(visit.portal, report, sha256=sha256, came_by="webhook")
    return Response(status_code=204)
