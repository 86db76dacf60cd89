"""Pages of the inbox: my notices, one of them, its acknowledgement, its PDF."""

import asyncio
from dataclasses import replace
from functools import wraps
from typing import cast
from uuid import UUID

from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from notices.facts import Language
from notices.issuing import NotOpened
from portal.cases.looking import note_look
from portal.gate import Unknown
from portal.inbox.listing import list_received
from portal.inbox.parting import read_parting
from portal.inbox.reading import Copy, acknowledge_copy, evidence_of, find_copy, read_copy
from portal.navigation import sections
from portal.web.headers import SANDBOX
from portal.web.language import LANGUAGES, N_
from portal.web.pages import Handler, Mode, Pages
from portal.web.visit import Visit
from storage.objects import verified

pages = Pages()


def by_a_reader(handler: Handler) -> Handler:
    """Answer 204 to whoever looks ahead: only a person who came to read has opened a notice."""

    @wraps(handler)
    async def answer(visit: Visit) -> Response:
        return Response(status_code=204) if looks_ahead(visit.request) else await handler(visit)

    return answer


def looks_ahead(request: Request) -> bool:
    """Whether a browser or a scanner fetches this in case somebody might want it."""
    asked = (request.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-moz"))
    ahead = any(word in said for said in asked for word in ("prefetch", "prerender", "preview"))
    return ahead or request.method == "HEAD"


@pages.get("/notices")
async def inbox(visit: Visit) -> Response:
    """What was placed in my own inbox, by standing or as a delegate's copy."""
    asked = visit.request.query_params.get("page", "")
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
    received, more = await list_received(
        visit.session, visit.me.id, language=visit.language, page=page
    )
    return visit.render("inbox/list.html", received=received, more=more, page=page)


@pages.get("/notices/{service_id:uuid}")
@by_a_reader
async def show_notice(visit: Visit) -> Response:
    """The notice in the words it was issued with; reading one's own copy is opening it."""
    try:
        copy, first = await read_copy(visit.session, visit.me, _id(visit), now=visit.now)
    except Unknown:
        return await _parting(visit)
    await note_look(visit.session, visit.me, copy.opened.id)
    # The number beside "Notices" was counted before this one was opened.
    me = replace(visit.me, unopened=visit.me.unopened - first)
    said = _said_in(visit)
    return visit.render(
        "inbox/notice.html",
        copy=copy,
        opened=copy.opened,
        principal=copy.service.principal_id if copy.mine else None,
        wording=copy.wording(said),
        other="en" if said == "fr" else "fr",
        steps=await evidence_of(visit.session, copy, now=visit.now),
        nav=sections(me, visit.request.url.path, visit.language),
    )


async def _parting(visit: Visit) -> Response:
    """Of a case in which I am counsel no more, the notice that says so; else Unknown."""
    service, notice, first = await read_parting(visit.session, visit.me, _id(visit), now=visit.now)
    me = replace(visit.me, unopened=visit.me.unopened - first)
    said = _said_in(visit)
    return visit.render(
        "inbox/parting.html",
        service=service,
        notice=notice,
        wording=notice.wording(said),
        other="en" if said == "fr" else "fr",
        nav=sections(me, visit.request.url.path, visit.language),
    )


@pages.post("/notices/{service_id:uuid}/acknowledgement")
async def acknowledge_notice(visit: Visit) -> Response:
    """Say that I have received it; said twice, it is recorded once."""
    try:
        first = await acknowledge_copy(visit.session, visit.me, _id(visit), now=visit.now)
    except NotOpened:
        # Nobody acknowledges unread: the page it leads to opens the notice first.
        first = False
    if first:
        visit.tell(N_("We have recorded that you received this."))
    return visit.redirect(f"/notices/{_id(visit)}")


@pages.get("/notices/{service_id:uuid}/notice.pdf", mode=Mode.steps)
@by_a_reader
async def download(visit: Visit) -> Response:
    """The same notice on paper. Opened is recorded only once the bytes are there and whole."""
    async with visit.transaction() as session:
        copy = await find_copy(session, visit.me, _id(visit))
    paper = copy.notice
    if paper.pdf_key is None or paper.pdf_sha256 is None or paper.pdf_size is None:
        raise Unknown
    store, sha256, size = visit.portal.store, paper.pdf_sha256, paper.pdf_size
    pieces = await asyncio.to_thread(verified, store, paper.pdf_key, sha256=sha256, size=size)
    async with visit.transaction() as session:
        copy, _ = await read_copy(session, visit.me, _id(visit), now=visit.now)
        await note_look(session, visit.me, copy.opened.id)
    return StreamingResponse(
        iterate_in_threadpool(pieces), headers=_paper_headers(copy), media_type="application/pdf"
    )


def _said_in(visit: Visit) -> Language:
    """The language the notice is read in: the page's own, or the other one if that was pressed."""
    asked = visit.request.query_params.get("said")
    return cast("Language", asked if asked in LANGUAGES else visit.language)


def _paper_headers(copy: Copy) -> dict[str, str]:
    return {
        "content-disposition": f'attachment; filename="{copy.notice.number}.pdf"',
        "content-length": str(copy.notice.pdf_size),
        "content-security-policy": SANDBOX,
    }


def _id(visit: Visit) -> UUID:
    return visit.request.path_params["service_id"]
