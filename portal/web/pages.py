"""Routes as every slice writes them: who may come, one transaction, the answer after the commit."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from enum import Enum
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal.gate import Unknown
from portal.web import csrf
from portal.web.visit import SignedOut, Visit

Handler = Callable[[Visit], Awaitable[Response]]

LARGEST_FORM = 2 * 1024 * 1024
MOST_FIELDS = 5_000


class Who(Enum):
    """Whom a route is for. What they may do on a case is the gate's question, not this one."""

    anyone = "anyone"
    signed_in = "signed in"
    staff = "staff"


class Mode(Enum):
    """How a route works with the database."""

    # One transaction around the route, committed before the answer goes out.
    page = "page"
    # The route opens its own: something slow (a hash, the object store) stands between.
    steps = "steps"
    # As `steps`, and the body is the route's to read, piece by piece. Of a multipart form the
    # route must also call require_own_page(), once it has read the field `csrf`.
    stream = "stream"
    # As `stream`, for a program that no browser sends: no cookie speaks for it, so no other site
    # can make anybody act. The route itself must find out whether it may.
    machine = "machine"


class FormTooLarge(Exception):
    """More was typed into a form than any form of ours holds."""


class CutShort(Exception):
    """The line dropped before everything had arrived; nothing was kept."""


class Pages:
    """The routes of one slice."""

    def __init__(self) -> None:
        """None yet."""
        self.routes: list[Route] = []

    def get(
        self, path: str, *, who: Who = Who.signed_in, mode: Mode = Mode.page
    ) -> Callable[[Handler], Handler]:
        """A page that is looked at; looking changes nothing but what records the look."""
        return self._add("GET", path, who, mode=mode)

    def post(
        self, path: str, *, who: Who = Who.signed_in, mode: Mode = Mode.page
    ) -> Callable[[Handler], Handler]:
        """An act."""
        return self._add("POST", path, who, mode=mode)

    def act(
        self, method: str, path: str, *, who: Who = Who.signed_in, mode: Mode = Mode.steps
    ) -> Callable[[Handler], Handler]:
        """An act that no form has a method for, but a program has: PATCH, DELETE, OPTIONS."""
        return self._add(method, path, who, mode=mode)

    def _add(self, method: str, path: str, who: Who, *, mode: Mode) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            async def endpoint(request: Request) -> Response:
                visit = Visit(request, request.app.state.portal)
                try:
                    return await _answer(visit, handler, who, mode=mode)
                except Exception as error:  # noqa: BLE001 - every error is answered by a page
                    return request.app.state.refuse(visit, error)

            endpoint.__name__ = handler.__name__
            endpoint.__doc__ = handler.__doc__
            endpoint.who = who  # pyright: ignore[reportFunctionMemberAccess]
            endpoint.mode = mode  # pyright: ignore[reportFunctionMemberAccess]
            self.routes.append(Route(path, endpoint, methods=[method]))
            return handler

        return add


async def _answer(visit: Visit, handler: Handler, who: Who, *, mode: Mode) -> Response:
    """Check the door, then let the route answer; a commit that fails is not answered by success."""
    if visit.request.method not in csrf.SAFE and mode is not Mode.machine:
        if mode is not Mode.stream:
            visit.posted = await read_form(visit.request)
        if mode is not Mode.stream or not is_multipart(visit.request):
            require_own_page(visit)
    try:
        if mode is not Mode.page:
            return await handler(visit)
        async with visit.transaction():
            if who is not Who.anyone and not visit.me.is_staff and who is Who.staff:
                raise Unknown
            return await handler(visit)
    except SignedOut:
        return sign_in_first(visit)


def require_own_page(visit: Visit, *, token: str | None = None) -> None:
    """Raise csrf.Forged unless this was sent from a page of ours; `token`: if read elsewhere."""
    request = visit.request
    given = token or visit.posted.get("csrf") or request.headers.get("x-csrf-token")
    csrf.require_own_page(
        request.headers,
        secret=visit.secret,
        given=given if isinstance(given, str) else None,
        origin=f"{request.url.scheme}://{request.url.netloc}",
    )


def is_multipart(request: Request) -> bool:
    """Whether the body is a form with files, whose token is among its fields."""
    return request.headers.get("content-type", "").startswith("multipart/form-data")


async def body_of(request: Request) -> AsyncGenerator[bytes]:
    """The body's pieces as they come; raises CutShort where the line drops."""
    try:
        async for piece in request.stream():
            if piece:
                yield piece
    except ClientDisconnect as error:
        raise CutShort from error


async def read_form(request: Request) -> FormData:
    """A posted form, never more than LARGEST_FORM bytes or MOST_FIELDS fields of it."""
    body = bytearray()
    async for piece in body_of(request):
        body += piece
        if len(body) > LARGEST_FORM:
            raise FormTooLarge
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise FormTooLarge from error
    # NUL cannot be stored as text and no keyboard types it.
    return FormData([(name, value.replace("\0", "")) for name, value in pairs])


def own_path(path: str) -> str:
    """The path if it is one of ours, else nothing: no way out to another site."""
    parts = urlsplit(path)
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path
    return path if ours and not parts.netloc and not parts.scheme else ""


def sign_in_first(visit: Visit) -> Response:
    """To the door; what was typed meanwhile waits inside the sign-in form and is not lost."""
    request = visit.request
    if "hx-request" in request.headers:
        # A block that follows something must not turn into a sign-in page around what is typed.
        return Response(status_code=401)
    if request.method != "POST":
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(target)}", 303)
    return request.app.state.interrupted(visit)
