"""The composition root: parts and routes made one application, refusals made pages."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from portal.acting.choosing import question
from portal.gate import AmbiguousPrincipal, Unknown
from portal.parts import Parts
from portal.refusals import BROKEN
from portal.refusing import refusal_for
from portal.slices import SLICES, interrupted
from portal.web import static, templates
from portal.web.headers import SecurityHeaders
from portal.web.language import N_
from portal.web.visit import Visit

log = structlog.get_logger()


def refuse(visit: Visit, error: Exception) -> Response:
    """The page that says no to this, in the reader's language; or asks what must be known first."""
    if isinstance(error, AmbiguousPrincipal):
        seen = visit.request.method == "GET"
        following = visit.request.url.path if seen else f"/cases/{error.case_id}"
        return visit.redirect(question(error, following))
    refusal = refusal_for(error)
    if refusal is BROKEN:
        log.error("unexpected", path=visit.request.url.path, exc_info=error)
    answer = visit.render(
        "errors/refusal.html",
        status=refusal.status,
        title=visit.say(refusal.title),
        happened=visit.say(refusal.happened, **refusal.facts),
        todo=visit.say(refusal.todo, **refusal.facts),
        links=[(visit.say(N_("Go to the start page")), "/")],
        reference="",
    )
    if refusal.retry_after:
        answer.headers["retry-after"] = str(refusal.retry_after)
    return answer


async def not_found(request: Request, error: Exception) -> Response:
    """An address that no route has: the same page as a case that is not there."""
    return refuse(Visit(request, request.app.state.portal), Unknown())


def routes() -> list[BaseRoute]:
    """Every route there is."""
    found: list[BaseRoute] = [Route("/static/{path:path}", static.serve)]
    for part in SLICES:
        found += part.pages.routes
    return found


def create_app(
    portal: Parts, *, beside: Callable[[], AbstractAsyncContextManager[None]] | None = None
) -> Starlette:
    """The web application; `beside`: what runs in the same process as long as it does."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        await asyncio.to_thread(templates.warm_up)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(portal.watch.running())
            if beside is not None:
                await stack.enter_async_context(beside())
            yield
        await portal.database.close()

    app = Starlette(
        routes=routes(),
        lifespan=lifespan,
        middleware=[Middleware(SecurityHeaders, https=portal.settings.secure_cookies)],
        exception_handlers={404: not_found, 405: not_found},
    )
    app.state.portal = portal
    app.state.refuse = refuse
    app.state.interrupted = interrupted
    return app
