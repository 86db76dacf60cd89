"""Pages of a draft: its files, what they are, the last look, and *File*."""

from typing import Any
from uuid import UUID

from starlette.responses import Response

from portal.acting.choosing import question
from portal.documents import drafting, filing
from portal.documents.arriving import form_files
from portal.documents.declaring import FilingForm, filing_form
from portal.documents.describing import (
    EMPTY,
    LATER,
    TRANSLATION,
    Mistakes,
    described,
    mistakes_in,
)
from portal.documents.describing import describe as write_down
from portal.documents.drafting import FiledAlready, WaitsForApproval
from portal.documents.multipart import NotAForm
from portal.documents.ordering import arrange, move
from portal.documents.reading import Package, read_document, read_submission
from portal.documents.showing import check_context, draft_context, words
from portal.gate import AmbiguousPrincipal, Right, open_case
from portal.web.fields import as_id
from portal.web.language import N_
from portal.web.pages import CutShort, Mode, Pages, is_multipart, read_form
from portal.web.visit import Visit

pages = Pages()


@pages.post("/cases/{case_id:uuid}/submissions")
async def begin(visit: Visit) -> Response:
    """A draft on this case; asked first for whom, where it could be for several people."""
    case_id = visit.request.path_params["case_id"]
    opened = await open_case(visit.session, visit.me.id, case_id, right=Right.prepare)
    try:
        draft_id = await drafting.start(visit.session, opened)
    except AmbiguousPrincipal as error:
        return visit.redirect(question(error, visit.request.url.path))
    return visit.redirect(f"/submissions/{draft_id}")


@pages.get("/submissions/{submission_id:uuid}")
async def show_draft(visit: Visit) -> Response:
    """The draft: what is in it, and what is to be said of it."""
    found = await read_submission(visit.session, visit.me.id, _submission(visit))
    if found.submission.filed_at is not None:
        return visit.redirect(f"/submissions/{found.id}/receipt")
    page = "approvals/locked.html" if found.locked else "documents/draft.html"
    return visit.render(page, **draft_context(visit, found))


@pages.get("/submissions/{submission_id:uuid}/states", mode=Mode.steps)
async def states(visit: Visit) -> Response:
    """Where the files stand, for a page that follows them by itself."""
    async with visit.transaction(used=False) as session:
        found = await read_submission(session, visit.me.id, _submission(visit))
    filed = found.submission.filed_at is not None
    if "hx-request" not in visit.request.headers:
        return visit.redirect(f"/submissions/{found.id}" + ("/receipt" if filed else ""))
    draft = "approvals/locked.html" if found.locked else "documents/draft.html"
    page = "documents/receipt.html" if filed else draft
    context: dict[str, Any] = {"draft": found, "filed": found, "following": True}
    return visit.render(page, block="states", **context, **words(visit))


@pages.post("/submissions/{submission_id:uuid}/documents", mode=Mode.stream)
async def receive_files(visit: Visit) -> Response:
    """Files in a form, as a browser without JavaScript sends them."""
    if is_multipart(visit.request):
        return await _receive_form(visit)
    # Sent again after signing in: the files could not be kept meanwhile.
    await read_form(visit.request)
    return visit.redirect(f"/submissions/{_submission(visit)}")


@pages.post("/submissions/{submission_id:uuid}/descriptions")
async def describe(visit: Visit) -> Response:
    """Write down what the files are; then on to the check, or back to the case."""
    found = await read_submission(visit.session, visit.me.id, _submission(visit))
    try:
        answers = await _save(visit, found)
    except FiledAlready:
        return _filed_meanwhile(visit, found.id)
    except WaitsForApproval:
        return _waits_meanwhile(visit, found.id)
    return await _go_on(visit, found.id, answers)


async def _go_on(visit: Visit, draft_id: UUID, answers: FilingForm) -> Response:
    """Where the button that was pressed leads; back to the form where something is missing."""
    found = await read_submission(visit.session, visit.me.id, draft_id)
    then = str(visit.posted.get("then", ""))
    if answers.errors:
        context = draft_context(visit, found, answers=answers)
        return visit.render("documents/draft.html", status=422, **context)
    if then == LATER:
        visit.tell(N_("Your draft is kept. Nothing has been filed yet."))
        return visit.redirect(f"/cases/{found.opened.id}")
    if translated := as_id(then.removeprefix(TRANSLATION)):
        return visit.redirect(f"/documents/{translated}/translation")
    mistakes = mistakes_in(found)
    if mistakes.errors:
        context = draft_context(visit, found, mistakes=mistakes)
        return visit.render("documents/draft.html", status=422, **context)
    return visit.redirect(f"/submissions/{found.id}/check")


@pages.post("/documents/{document_id:uuid}/place")
async def place(visit: Visit) -> Response:
    """One place up or down among the files of its draft; what was typed about them is kept."""
    document_id = visit.request.path_params["document_id"]
    found = await read_document(visit.session, visit.me.id, document_id, right=Right.prepare)
    draft_id = found.submission.id
    step = "down" if visit.posted.get("place") == "down" else "up"
    try:
        await _save(visit, await read_submission(visit.session, visit.me.id, draft_id))
        now = await move(visit.session, found.document, to=step, me=visit.me.id)
    except FiledAlready:
        return _filed_meanwhile(visit, draft_id)
    except WaitsForApproval:
        return _waits_meanwhile(visit, draft_id)
    visit.tell(N_("%(name)s is number %(place)s now."), name=found.document.name, place=now)
    return visit.redirect(f"/submissions/{draft_id}#file-{document_id}")


@pages.post("/submissions/{submission_id:uuid}/order")
async def put_in_order(visit: Visit) -> Response:
    """The files as a page's script shows them: after one was moved, or several came at once."""
    draft_id = _submission(visit)
    shown = [as_id(one) for one in str(visit.posted.get("files", "")).split(",")]
    try:
        await arrange(visit.session, draft_id, list(filter(None, shown)), me=visit.me.id)
    except FiledAlready:
        return _filed_meanwhile(visit, draft_id)
    except WaitsForApproval:
        return _waits_meanwhile(visit, draft_id)
    return Response(status_code=204)


@pages.post("/documents/{document_id:uuid}/removal")
async def remove(visit: Visit) -> Response:
    """Take a file out of its draft; what was typed about the others is kept."""
    document_id = visit.request.path_params["document_id"]
    found = await read_document(visit.session, visit.me.id, document_id, right=Right.prepare)
    draft_id = found.submission.id
    try:
        await drafting.remove(visit.session, found.document, me=visit.me.id)
        if "hx-request" in visit.request.headers:
            return _removed(visit)
        await _save(visit, await read_submission(visit.session, visit.me.id, draft_id))
    except FiledAlready:
        return _filed_meanwhile(visit, draft_id)
    except WaitsForApproval:
        return _waits_meanwhile(visit, draft_id)
    visit.tell(N_("The file was removed."))
    return visit.redirect(f"/submissions/{draft_id}")


def _removed(visit: Visit) -> Response:
    """The row goes; the page is told on its body, for the button that was pressed has gone too."""
    answer = visit.render("documents/row.html", block="removed")
    answer.headers["hx-trigger"] = '{"uploaded": {"target": "body"}}'
    return answer


@pages.get("/submissions/{submission_id:uuid}/check")
async def check(visit: Visit) -> Response:
    """Everything once more before it is filed."""
    found = await read_submission(visit.session, visit.me.id, _submission(visit))
    if found.submission.filed_at is not None:
        return visit.redirect(f"/submissions/{found.id}/receipt")
    if not found.documents or found.undescribed or found.locked:
        return visit.redirect(f"/submissions/{found.id}")
    return visit.render("documents/check.html", **check_context(visit, found))


@pages.post("/submissions/{submission_id:uuid}/filing")
async def file(visit: Visit) -> Response:
    """File it; pressed twice, it is filed once."""
    submission_id = _submission(visit)
    seen = visit.posted.get("seen")
    try:
        await filing.file(
            visit.session,
            submission_id,
            me=visit.me.id,
            name=visit.me.name,
            seen=str(seen) if seen else None,
        )
    except (filing.NothingToFile, filing.NotDescribed):
        found = await read_submission(visit.session, visit.me.id, submission_id)
        context = draft_context(visit, found, mistakes=mistakes_in(found))
        return visit.render("documents/draft.html", status=422, **context)
    except filing.ChangedMeanwhile:
        found = await read_submission(visit.session, visit.me.id, submission_id)
        context = check_context(visit, found, changed=True)
        return visit.render("documents/check.html", status=409, **context)
    return visit.redirect(f"/submissions/{submission_id}/receipt")


async def _receive_form(visit: Visit) -> Response:
    """Many files from a form; the next page says of each what became of it."""
    try:
        arrived = await form_files(visit, _submission(visit))
    except NotAForm as error:
        raise CutShort from error
    async with visit.transaction() as session:
        found = await read_submission(session, visit.me.id, _submission(visit))
    if found.submission.filed_at is not None:
        return _filed_meanwhile(visit, found.id)
    if found.locked:
        return _waits_meanwhile(visit, found.id)
    if not arrived.kept and not arrived.not_kept:
        context = draft_context(visit, found, mistakes=Mistakes(whole=EMPTY))
        return visit.render("documents/draft.html", status=422, **context)
    if arrived.not_kept:
        status = max(one.reason.status for one in arrived.not_kept)
        context = draft_context(visit, found, refused=arrived.not_kept)
        return visit.render("documents/draft.html", status=status, **context)
    return visit.redirect(f"/submissions/{found.id}")


async def _save(visit: Visit, draft: Package) -> FilingForm:
    """Write down what was typed; answers only if all of them are well, else the form says why."""
    form = filing_form(visit, draft, posted=True)
    answers = form.answers if form.validate() else None
    said = described(visit.posted, draft)
    await write_down(visit.session, draft.id, said, me=visit.me.id, answers=answers)
    return form


def _filed_meanwhile(visit: Visit, submission_id: UUID) -> Response:
    visit.tell(N_("These documents have been filed already, so nothing was changed."))
    return visit.redirect(f"/submissions/{submission_id}/receipt")


def _waits_meanwhile(visit: Visit, submission_id: UUID) -> Response:
    visit.tell(N_("This draft waits for approval, so nothing was changed. Take it back first."))
    answer = visit.redirect(f"/submissions/{submission_id}")
    if "hx-request" in visit.request.headers:
        # The page it came from shows the draft as it was before.
        answer.status_code = 200
        answer.headers["hx-redirect"] = answer.headers["location"]
    return answer


def _submission(visit: Visit) -> UUID:
    return visit.request.path_params["submission_id"]
