"""Pages of approvals: what waits for my word; asking for one, taking back, sending back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.responses import Response
from wtforms import Form, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.approvals import answering, asking
from portal.approvals.answering import AnsweredAlready
from portal.approvals.listing import soonest_first, to_approve
from portal.documents.describing import mistakes_in
from portal.documents.drafting import FiledAlready
from portal.documents.filing import ChangedMeanwhile, NotDescribed, NothingToFile
from portal.documents.reading import Package, read_submission
from portal.documents.showing import check_context, draft_context, drafted, words
from portal.gate import Lacking, Right, find
from portal.models import Approval
from portal.web.csrf import Forged
from portal.web.fields import paragraphs
from portal.web.language import N_
from portal.web.pages import Pages
from portal.web.visit import Visit
from storage.bundle import bundle

pages = Pages()


class SendBackForm(Form):
    """What is to be changed before this is filed."""

    remark = TextAreaField(
        N_("What is to be changed"),
        [
            DataRequired(N_("Say what is to be changed")),
            Length(max=1000, message=N_("Write at most 1,000 characters")),
        ],
        filters=[paragraphs],
    )


@pages.get("/approvals")
async def show_waiting(visit: Visit) -> Response:
    """Every draft that waits for my word, the nearest limit first."""
    found = await bundle(visit.session, waiting=to_approve().limit(100))
    waiting = soonest_first(found.waiting, visit.now)
    return visit.render("approvals/list.html", waiting=waiting, **words(visit))


@pages.post("/submissions/{submission_id:uuid}/approvals")
async def ask(visit: Visit) -> Response:
    """Put a draft before its principal; pressed twice, it is asked once."""
    submission_id = visit.request.path_params["submission_id"]
    seen = visit.posted.get("seen")
    try:
        draft = await asking.ask(
            visit.session,
            submission_id,
            key=_key(visit),
            seen=str(seen) if seen else None,
            **_who(visit),
        )
    except FiledAlready:
        return _too_late(visit, submission_id)
    except (NothingToFile, NotDescribed):
        found = await read_submission(visit.session, visit.me.id, submission_id)
        context = draft_context(visit, found, mistakes=mistakes_in(found))
        return visit.render("documents/draft.html", status=422, **context)
    except ChangedMeanwhile:
        found = await read_submission(visit.session, visit.me.id, submission_id)
        context = check_context(visit, found, changed=True)
        return visit.render("documents/check.html", status=409, **context)
    if draft.chain(Right.file):
        return visit.redirect(f"/submissions/{submission_id}/check")
    visit.tell(
        N_("Sent to %(name)s for approval. Nothing has been filed yet."),
        name=draft.submission.principal,
    )
    return visit.redirect(f"/submissions/{submission_id}")


@pages.post("/approvals/{approval_id:uuid}/withdrawal")
async def take_back(visit: Visit) -> Response:
    """Take a draft back, to go on with it."""
    try:
        submission_id = await answering.take_back(visit.session, _approval(visit), **_who(visit))
    except (AnsweredAlready, FiledAlready):
        return await _answered_already(visit)
    visit.tell(N_("You have taken the draft back. You can change it now."))
    return visit.redirect(f"/submissions/{submission_id}")


@pages.get("/approvals/{approval_id:uuid}/return")
async def ask_why(visit: Visit) -> Response:
    """What is to be changed?"""
    draft = await _draft(visit)
    if draft.asked is None or draft.asked.id != _approval(visit):
        return await _answered_already(visit)
    return _return_page(visit, draft, visit.form(SendBackForm))


@pages.post("/approvals/{approval_id:uuid}/return")
async def send_back(visit: Visit) -> Response:
    """Send a draft back with a remark."""
    form = visit.form(SendBackForm)
    if not form.validate():
        return _return_page(visit, await _draft(visit), form, status=422)
    try:
        submission_id = await answering.send_back(
            visit.session, _approval(visit), remark=form.remark.data or "", **_who(visit)
        )
    except (AnsweredAlready, FiledAlready):
        return await _answered_already(visit)
    found = await read_submission(visit.session, visit.me.id, submission_id)
    visit.tell(N_("Sent back to %(name)s with your remark."), name=found.rounds[-1].asked_by_name)
    return visit.redirect(f"/submissions/{submission_id}")


async def _draft(visit: Visit) -> Package:
    """The draft of this round, for who may answer; raises Unknown or Lacking."""
    asked = await find(visit.session, Approval, _approval(visit))
    draft = await read_submission(visit.session, visit.me.id, asked.submission_id)
    if draft.submission.filed_at is None and draft.chain(Right.file) is None:
        raise Lacking(Right.file, (draft.submission.principal,))
    return draft


def _return_page(
    visit: Visit, draft: Package, form: SendBackForm, *, status: int = 200
) -> Response:
    return visit.render(
        "approvals/return.html",
        status=status,
        form=form,
        approval_id=_approval(visit),
        **drafted(visit, draft),
    )


async def _answered_already(visit: Visit) -> Response:
    asked = await find(visit.session, Approval, _approval(visit))
    return _too_late(visit, asked.submission_id)


def _too_late(visit: Visit, submission_id: UUID) -> Response:
    visit.tell(N_("This draft does not wait for approval any more, so nothing was changed."))
    return visit.redirect(f"/submissions/{submission_id}")


def _who(visit: Visit) -> Mapping[str, Any]:
    return {"me": visit.me.id, "name": visit.me.name, "now": visit.now}


def _approval(visit: Visit) -> UUID:
    return visit.request.path_params["approval_id"]


def _key(visit: Visit) -> UUID:
    try:
        return UUID(str(visit.posted.get("key")))
    except ValueError as error:
        raise Forged from error
