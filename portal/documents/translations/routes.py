"""Pages of a file's translation: its language, who translated it, and where the translation is."""

from starlette.responses import Response

from portal.documents.declaring import TranslationForm, translation_form
from portal.documents.describing import describe_translation
from portal.documents.drafting import FiledAlready, WaitsForApproval
from portal.documents.reading import OneDocument, Package, read_document, read_submission
from portal.documents.showing import drafted
from portal.gate import Right
from portal.web.pages import Pages
from portal.web.visit import Visit

pages = Pages()

# Where it goes on: to the last look, else to the draft.
CHECK = "check"


@pages.get("/documents/{document_id:uuid}/translation")
async def show_translation(visit: Visit) -> Response:
    """What is known of the translation, to be added to."""
    found, draft = await _open(visit)
    if found.submission.filed_at is not None:
        return visit.redirect(f"/documents/{found.document.id}")
    if draft.locked:
        return visit.redirect(f"/submissions/{draft.id}")
    return _page(visit, found, draft, translation_form(visit, draft, found.document))


@pages.post("/documents/{document_id:uuid}/translation")
async def tell_translation(visit: Visit) -> Response:
    """Write it down; what is missing is warned about on the last page, and never stops a filing."""
    found, draft = await _open(visit)
    form = translation_form(visit, draft, found.document)
    if not form.validate():
        return _page(visit, found, draft, form, status=422)
    try:
        await describe_translation(visit.session, found.document, form.said, me=visit.me.id)
    except (FiledAlready, WaitsForApproval):
        # Either page says what became of it meanwhile.
        return visit.redirect(f"/submissions/{draft.id}")
    if visit.posted.get("then") == CHECK:
        return visit.redirect(f"/submissions/{draft.id}/check")
    return visit.redirect(f"/submissions/{draft.id}#file-{found.document.id}")


async def _open(visit: Visit) -> tuple[OneDocument, Package]:
    document_id = visit.request.path_params["document_id"]
    found = await read_document(visit.session, visit.me.id, document_id, right=Right.prepare)
    return found, await read_submission(visit.session, visit.me.id, found.submission.id)


def _page(
    visit: Visit, found: OneDocument, draft: Package, form: TranslationForm, *, status: int = 200
) -> Response:
    asked = visit.posted.get("then") or visit.request.query_params.get("then")
    then = CHECK if asked == CHECK else ""
    return visit.render(
        "documents/translation.html",
        status=status,
        document=found.document,
        form=form,
        then=then,
        **drafted(visit, draft),
    )
