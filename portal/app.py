"""The composition root: parts, routes, and the one table from refusals to pages."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from portal.cases import routes as cases
from portal.delegations import routes as delegations
from portal.delegations.answering import BothSides, OfferOver
from portal.delegations.offering import NothingToLend
from portal.documents import routes as documents
from portal.gate import Lacking, Unknown
from portal.hearings import routes as hearings
from portal.inbox import routes as inbox
from portal.inbox.reading import NotYours
from portal.operations import routes as operations
from portal.parts import Parts
from portal.people import routes as people
from portal.people.invitations import routes as invitations
from portal.people.inviting import InvitationOver
from portal.people.signing_in import TooManyTries
from portal.refusals import (
    BOTH_SIDES,
    BROKEN,
    CUT_SHORT,
    FORGED,
    FORM_TOO_LARGE,
    INVITATION_OVER,
    NOT_FOUND,
    NOT_YOUR_NOTICE,
    NOTHING_TO_LEND,
    OFFER_OVER,
    SLOW_DOWN,
    TRY_LATER,
    Refusal,
    lacking,
)
from portal.registry import routes as registry
from portal.registry.carrying import NotOurForm
from portal.web import csrf, static, templates
from portal.web.headers import SecurityHeaders
from portal.web.language import N_
from portal.web.pages import CutShort, FormTooLarge
from portal.web.visit import Visit
from storage.database import DatabaseUnavailable
from storage.objects import StoreUnavailable

log = structlog.get_logger()

SLICES = (people, cases, inbox, registry, operations, documents, delegations, invitations, hearings)

# Every exception that is an answer; anything else is our fault and is logged.
REFUSALS: dict[type[Exception], Refusal] = {
    Unknown: NOT_FOUND,
    csrf.Forged: FORGED,
    NotOurForm: FORGED,
    FormTooLarge: FORM_TOO_LARGE,
    CutShort: CUT_SHORT,
    TooManyTries: SLOW_DOWN,
    NotYours: NOT_YOUR_NOTICE,
    OfferOver: OFFER_OVER,
    BothSides: BOTH_SIDES,
    NothingToLend: NOTHING_TO_LEND,
    InvitationOver: INVITATION_OVER,
    DatabaseUnavailable: TRY_LATER,
    StoreUnavailable: TRY_LATER,
}


def refusal_for(error: Exception) -> Refusal:
    """What this error is to the person it meets."""
    if isinstance(error, Lacking):
        return lacking(error.right, error.lenders)
    return next((REFUSALS[kind] for kind in type(error).__mro__ if kind in REFUSALS), BROKEN)


def refuse(visit: Visit, error: Exception) -> Response:
    """The page that says no to this, in the reader's language."""
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
    app.state.interrupted = people.interrupted
    return app
