"""Pages that give a proof of service: to the registry, and to each side of its own copies."""

import asyncio
from uuid import UUID

from starlette.responses import Response

from portal.cases.looking import note_look
from portal.gate import Right, Unknown
from portal.inbox.reading import find_copy
from portal.proofs.gathering import Evidence, gather
from portal.proofs.printing import printed
from portal.proofs.stating import signed, state
from portal.records.signing import record_key
from portal.web.headers import SANDBOX
from portal.web.language import LANGUAGES
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit

pages = Pages()


@pages.get("/registry/notices/{notice_id:uuid}/proof.json", who=Who.staff, mode=Mode.steps)
async def proof_data(visit: Visit) -> Response:
    """The registry's proof as signed data, with everybody who was served."""
    return await _as_data(visit, await _of_everybody(visit))


@pages.get("/registry/notices/{notice_id:uuid}/proof.pdf", who=Who.staff, mode=Mode.steps)
async def proof_paper(visit: Visit) -> Response:
    """The same on paper."""
    return await _as_paper(visit, await _of_everybody(visit))


@pages.get("/notices/{service_id:uuid}/proof.json", mode=Mode.steps)
async def own_proof_data(visit: Visit) -> Response:
    """A reader's proof as signed data: of the reader's own side only."""
    return await _as_data(visit, await _of_my_side(visit))


@pages.get("/notices/{service_id:uuid}/proof.pdf", mode=Mode.steps)
async def own_proof_paper(visit: Visit) -> Response:
    """The same on paper."""
    return await _as_paper(visit, await _of_my_side(visit))


async def _of_everybody(visit: Visit) -> Evidence:
    async with visit.transaction():
        if not visit.me.is_staff:
            raise Unknown
        return await _gather(visit, visit.request.path_params["notice_id"], right=Right.administer)


async def _of_my_side(visit: Visit) -> Evidence:
    async with visit.transaction() as session:
        copy = await find_copy(session, visit.me, visit.request.path_params["service_id"])
        return await _gather(visit, copy.notice.id, right=Right.read)


async def _gather(visit: Visit, notice_id: UUID, *, right: Right) -> Evidence:
    found = await gather(
        visit.session, visit.me.id, notice_id, right=right, now=visit.now, name=visit.me.name
    )
    await note_look(visit.session, visit.me, found.issued.opened.id, looked=found.issued.looked)
    return found


async def _as_data(visit: Visit, evidence: Evidence) -> Response:
    portal = visit.portal
    key = await asyncio.to_thread(record_key, portal.settings)
    tribunal = {language: portal.tribunal(language) for language in LANGUAGES}
    data = signed(state(evidence, tribunal=tribunal, key=key), key)
    return Response(data, media_type="application/json", headers=_download(evidence, "json"))


async def _as_paper(visit: Visit, evidence: Evidence) -> Response:
    asked = visit.request.query_params.get("language", "")
    language = asked if asked in LANGUAGES else visit.language
    key = (await asyncio.to_thread(record_key, visit.portal.settings)).public_key()
    pdf = await asyncio.to_thread(printed, evidence, visit.portal, key, language=language)
    return Response(pdf, media_type="application/pdf", headers=_download(evidence, "pdf"))


def _download(evidence: Evidence, ending: str) -> dict[str, str]:
    name = f"{evidence.issued.notice.number} proof.{ending}"
    return {
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": SANDBOX,
    }
