"""Pages to take a case along: as a ZIP, as one PDF, certified; and the key that certifies."""

import asyncio
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response, StreamingResponse

from portal.acting.choosing import question
from portal.audit import Actor, record
from portal.cases.looking import note_look
from portal.documents.downloading import PLAIN
from portal.gate import AmbiguousPrincipal, Right, Unknown
from portal.records.bundling import TooLargeToBind, bundle, in_turn
from portal.records.certifying import Certified, certified_record
from portal.records.copying import copy_of, note_taking
from portal.records.reading import Holdings, read_holdings
from portal.records.signing import fingerprint, public_pem, record_key
from portal.web.headers import SANDBOX
from portal.web.pages import Mode, Pages, Who
from portal.web.ranges import ranged
from portal.web.visit import Visit

pages = Pages()


@pages.get("/cases/{case_id:uuid}/copy")
async def show_copy(visit: Visit) -> Response:
    """What can be taken along, and how."""
    holdings = await read_holdings(visit.session, visit.me.id, _case(visit))
    await note_look(visit.session, visit.me, holdings.case_id)
    return _page(visit, holdings)


@pages.get("/cases/{case_id:uuid}/copy.zip", mode=Mode.steps)
async def copy_zip(visit: Visit) -> Response:
    """Every document as it was received; whoever's line broke asks for the rest."""
    try:
        holdings = await _taken(visit, "zip")
    except AmbiguousPrincipal as error:
        return _ask_for_whom(visit, error)
    archive = await asyncio.to_thread(copy_of, visit.portal, holdings, visit.formatting)
    return ranged(
        visit.request,
        archive.pieces,
        size=archive.size,
        etag=f'"{archive.fingerprint}"',
        media_type="application/zip",
        headers=_download(holdings, "zip"),
    )


@pages.get("/cases/{case_id:uuid}/copy.pdf", mode=Mode.steps)
async def copy_pdf(visit: Visit) -> Response:
    """Every document with pages, behind an index, as one PDF."""
    async with visit.transaction() as session:
        holdings = await read_holdings(session, visit.me.id, _case(visit))
    try:
        holdings.opened.authority.chain_for(Right.read)
        pdf = await in_turn(bundle, visit.portal, holdings, visit.formatting)
        still = await _taken(visit, "pdf")
    except AmbiguousPrincipal as error:
        return _ask_for_whom(visit, error)
    except TooLargeToBind:
        return _page(visit, holdings, status=413)
    if [one.id for one in still.documents] != [one.id for one in holdings.documents]:
        # What was closed to me meanwhile does not go out, and what came in does not stay behind.
        return visit.redirect(f"/cases/{holdings.case_id}/copy")
    return Response(pdf, media_type="application/pdf", headers=_download(holdings, "pdf"))


@pages.post("/cases/{case_id:uuid}/certified-record", who=Who.staff, mode=Mode.steps)
async def certify(visit: Visit) -> Response:
    """The signed record for another court."""
    async with visit.transaction() as session:
        holdings = await _administered(visit, session)
        certified = Certified(visit.now, visit.me.name)
    archive, manifest = await in_turn(
        certified_record, visit.portal, holdings, visit.formatting, certified
    )
    async with visit.transaction() as session:
        again = await _administered(visit, session)
        await record(
            session,
            again.case_id,
            "case.certified",
            by=Actor(visit.me.id, visit.me.name),
            documents=len(holdings.documents),
            manifest=manifest,
        )
    headers = _download(holdings, "zip", kind="record") | {"content-length": str(archive.size)}
    return StreamingResponse(archive.pieces(), media_type="application/zip", headers=headers)


@pages.get("/record-key", who=Who.anyone)
async def show_key(visit: Visit) -> Response:
    """The tribunal's public key, and how to check a certified record with it."""
    key = (await asyncio.to_thread(record_key, visit.portal.settings)).public_key()
    return visit.render(
        "records/key.html", fingerprint=fingerprint(key), pem=public_pem(key).decode()
    )


@pages.get("/record-key.pem", who=Who.anyone)
async def key_file(visit: Visit) -> Response:
    """The same as a file."""
    key = (await asyncio.to_thread(record_key, visit.portal.settings)).public_key()
    headers = {"content-disposition": 'attachment; filename="record-key.pem"'}
    return Response(public_pem(key), media_type="application/x-pem-file", headers=headers)


async def _administered(visit: Visit, session: AsyncSession) -> Holdings:
    """The case, for an officer of its division; to everybody else there is nothing here."""
    if not visit.me.is_staff:
        raise Unknown
    return await read_holdings(
        session, visit.me.id, _case(visit), right=Right.administer, lock=True
    )


async def _taken(visit: Visit, form: str) -> Holdings:
    """What I may take now; that I take it is an entry, and nothing ends my right before it is."""
    async with visit.transaction() as session:
        holdings = await read_holdings(session, visit.me.id, _case(visit), lock=True)
        if visit.request.method != "HEAD":
            await note_taking(session, visit.me, holdings, form=form, now=visit.now)
    return holdings


def _page(visit: Visit, holdings: Holdings, *, status: int = 200) -> Response:
    opened = holdings.opened
    return visit.render(
        "records/copy.html",
        status=status,
        holdings=holdings,
        opened=opened,
        asked=opened.authority.must_choose(Right.read),
        too_large=status == 413,
    )


def _ask_for_whom(visit: Visit, error: AmbiguousPrincipal) -> Response:
    # Back to its page: a file that comes by itself leaves the question on the screen.
    return visit.redirect(question(error, f"/cases/{_case(visit)}/copy"))


def _download(holdings: Holdings, ending: str, *, kind: str = "") -> dict[str, str]:
    number = "".join(letter if letter in PLAIN else "_" for letter in holdings.number)
    name = f"{number} {kind}".strip()
    return {
        "content-disposition": f'attachment; filename="{name}.{ending}"',
        "content-security-policy": SANDBOX,
    }


def _case(visit: Visit) -> UUID:
    return visit.request.path_params["case_id"]
