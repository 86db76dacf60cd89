"""Pages on which a filer puts another document in the place of a filed one, or takes one back."""

from uuid import UUID, uuid4

from starlette.responses import Response
from wtforms import Form, HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.audit import Actor
from portal.documents import drafting
from portal.documents.changes.withdrawing import AskedBefore, require_filer, withdraw
from portal.documents.reading import OneDocument, read_document
from portal.gate import Lacking, Right
from portal.registry.carrying import key_of
from portal.web.fields import paragraphs
from portal.web.language import N_
from portal.web.pages import Pages
from portal.web.visit import Visit

pages = Pages()


class WithdrawalForm(Form):
    """Why somebody takes a document back."""

    id = HiddenField()
    why = TextAreaField(
        N_("Why do you withdraw it?"),
        [
            DataRequired(N_("Say why you withdraw it")),
            Length(max=1000, message=N_("Write at most 1,000 characters")),
        ],
        filters=[paragraphs],
    )


@pages.post("/documents/{document_id:uuid}/replacement")
async def replace(visit: Visit) -> Response:
    """A draft of what is to take its place."""
    found = await read_document(visit.session, visit.me.id, _document(visit), right=Right.prepare)
    document, submission = found.document, found.submission
    if submission.filed_at is None:
        return visit.redirect(f"/submissions/{submission.id}")
    if document.withdrawn_at or document.replaced_at:
        visit.tell(
            N_("This document was replaced or withdrawn before. File the new one by itself.")
        )
        return visit.redirect(f"/documents/{document.id}")
    try:
        draft_id = await drafting.start(
            visit.session, found.opened, principal=submission.principal_id, replaces=document.id
        )
    except Lacking as error:
        raise Lacking(Right.prepare, (submission.principal_name or "",)) from error
    return visit.redirect(f"/submissions/{draft_id}")


@pages.get("/documents/{document_id:uuid}/withdrawal")
async def ask_why(visit: Visit) -> Response:
    """Why, and what it means."""
    found = await _mine(visit)
    if found.submission.filed_at is None:
        return visit.redirect(f"/submissions/{found.submission.id}")
    return _page(visit, found, WithdrawalForm(None, id=str(uuid4())))


@pages.post("/documents/{document_id:uuid}/withdrawal")
async def take_back(visit: Visit) -> Response:
    """Withdraw it, or ask the registry for its consent; pressed twice, it is done once."""
    found = await _mine(visit)
    form = visit.form(WithdrawalForm)
    if found.submission.filed_at is None:
        return visit.redirect(f"/submissions/{found.submission.id}")
    if not form.validate():
        return _page(visit, found, form, status=422)
    by = Actor(visit.me.id, visit.me.name)
    try:
        wish = await withdraw(
            visit.session, found, key=key_of(visit), why=form.why.data or "", by=by, now=visit.now
        )
    except AskedBefore:
        visit.tell(N_("This document was withdrawn already, or the registry has been asked."))
        return visit.redirect(f"/documents/{found.document.id}")
    if wish.outcome:
        visit.tell(N_("The document is withdrawn. Everybody on the case is told."))
    else:
        visit.tell(N_("The registry is asked. The document stays in the file until it agrees."))
    return visit.redirect(f"/documents/{found.document.id}")


async def _mine(visit: Visit) -> OneDocument:
    """A document filed in the name of somebody I may file for."""
    found = await read_document(visit.session, visit.me.id, _document(visit))
    await require_filer(visit.session, found)
    return found


def _page(visit: Visit, found: OneDocument, form: WithdrawalForm, *, status: int = 200) -> Response:
    return visit.render(
        "documents/withdrawal.html",
        status=status,
        found=found,
        form=form,
        opened=found.opened,
        principal=found.submission.principal_id,
    )


def _document(visit: Visit) -> UUID:
    return visit.request.path_params["document_id"]
