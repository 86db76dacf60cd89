"""Pages of what was filed: the receipt, one document and its bytes, the documents of a case."""

import asyncio
from typing import Any
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from portal.acting.choosing import question
from portal.cases.looking import note_look
from portal.cases.reading import case_documents
from portal.cases.waiting import PATIENT
from portal.documents.downloading import NotReadable, headers_for, media_type_of, open_file
from portal.documents.printing import keep_paper, languages_of, typeset_receipt
from portal.documents.reading import read_document
from portal.documents.receipts import NotFiled, facts, read_receipt
from portal.documents.recounting import read_life
from portal.documents.showing import reason_of, words
from portal.gate import AmbiguousPrincipal, Right, Unknown, open_case
from portal.home.situating import others, received_from
from portal.requests.reading import requests_of
from portal.web.headers import SANDBOX
from portal.web.pages import Mode, Pages
from portal.web.visit import Visit
from storage.bundle import bundle

pages = Pages()


@pages.get("/submissions/{submission_id:uuid}/receipt")
async def show_receipt(visit: Visit) -> Response:
    """What was received, when, and what became of each file since."""
    try:
        found = await read_receipt(visit.session, visit.me.id, _submission(visit))
    except NotFiled:
        return visit.redirect(f"/submissions/{_submission(visit)}")
    await note_look(visit.session, visit.me, found.filed.opened.id)
    context = {
        "opened": found.filed.opened,
        "principal": found.filed.submission.principal_id,
        "told": facts(found, visit.formatting),
    }
    return visit.render(
        "documents/receipt.html", receipt=found, filed=found.filed, **context, **words(visit)
    )


@pages.get("/submissions/{submission_id:uuid}/receipt.pdf", mode=Mode.steps)
async def receipt_pdf(visit: Visit) -> Response:
    """The receipt on paper, in the reader's language or as `?language=` asks (en, fr, both)."""
    async with visit.transaction() as session:
        try:
            found = await read_receipt(session, visit.me.id, _submission(visit))
        except NotFiled as error:
            raise Unknown from error
    languages = languages_of(visit.request.query_params.get("language"), visit.language)
    pdf = await asyncio.to_thread(
        typeset_receipt, found, visit.portal, visit.formatting, languages=languages
    )
    async with visit.transaction() as session:
        # Asked again: access may have ended while the paper was made.
        await keep_paper(session, await read_receipt(session, visit.me.id, found.filed.id), pdf)
    named = f'attachment; filename="{found.number}.pdf"'
    return Response(
        pdf,
        media_type="application/pdf",
        headers={"content-disposition": named, "content-security-policy": SANDBOX},
    )


@pages.get("/cases/{case_id:uuid}/documents", mode=Mode.steps)
async def case_states(visit: Visit) -> Response:
    """The documents of a case, for a case page that follows them by itself."""
    case_id = visit.request.path_params["case_id"]
    async with visit.transaction(used=False) as session:
        opened = await open_case(session, visit.me.id, case_id, right=Right.read)
        file = await bundle(
            session, documents=case_documents(case_id), requests=requests_of(case_id)
        )
    if "hx-request" not in visit.request.headers:
        return visit.redirect(f"/cases/{case_id}#documents")
    if visit.me.calling in PATIENT:
        return visit.render(
            "home/received.html",
            block="received",
            opened=opened,
            case=opened.case,
            received=received_from(visit.me.id, file.documents, file.requests),
            others=others(visit.me.id, file.documents),
        )
    return visit.render(
        "cases/documents.html", block="documents", opened=opened, case=opened.case, file=file
    )


@pages.get("/documents/{document_id:uuid}")
async def show_document(visit: Visit) -> Response:
    """One document: where it stands, and what to do if it was not accepted."""
    document_id = visit.request.path_params["document_id"]
    found = await read_document(visit.session, visit.me.id, document_id)
    await note_look(visit.session, visit.me, found.opened.id)
    reason, life = reason_of(found.document), await read_life(visit.session, found)
    return visit.render(
        "documents/document.html", found=found, opened=found.opened, reason=reason, life=life
    )


@pages.get("/documents/{document_id:uuid}/file", mode=Mode.steps)
async def download(visit: Visit) -> Response:
    """The bytes, if anybody may have them; else a page that says why not."""
    document_id = visit.request.path_params["document_id"]
    try:
        document, pieces = await open_file(visit, document_id)
    except AmbiguousPrincipal as error:
        # Back to its page: a file that comes by itself leaves the question on the screen.
        return visit.redirect(question(error, f"/documents/{document_id}"))
    except NotReadable as error:
        found, reason = error.found, reason_of(error.found.document)
        context: dict[str, Any] = {"found": found, "opened": found.opened, "reason": reason}
        return visit.render("documents/unreadable.html", status=403, **context)
    headers = headers_for(document) | {"content-security-policy": SANDBOX}
    return StreamingResponse(pieces, media_type=media_type_of(document), headers=headers)


def _submission(visit: Visit) -> UUID:
    return visit.request.path_params["submission_id"]
