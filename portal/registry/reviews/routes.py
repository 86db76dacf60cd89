"""Pages on which an officer reviews a filing, and answers a wish to take a document back."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from starlette.responses import Response

from portal.audit import Actor
from portal.cases.looking import note_look
from portal.documents.changes.withdrawing import AnsweredBefore, answer, read_withdrawal
from portal.documents.describing import called
from portal.documents.showing import words
from portal.models import DocumentState, ReviewOutcome, WithdrawalOutcome
from portal.registry.carrying import NotOurForm
from portal.registry.reviewing import (
    Decision,
    Filing,
    ReviewedMeanwhile,
    read_filing,
    review,
)
from portal.registry.reviews.form import ANSWERS, OUTCOMES, AnswerForm, ReviewForm
from portal.rules import rules
from portal.web.fields import as_id
from portal.web.language import N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()

MEANWHILE = N_(
    "Another officer reviewed this filing after you opened the page, so nothing was recorded. This is how it is now."
)
DONE = {
    ReviewOutcome.accepted: N_("Accepted. Who filed is told."),
    ReviewOutcome.correction: N_("A correction is asked for. Who filed is told why."),
    ReviewOutcome.refused: N_("Refused. Who filed is told why."),
}


@pages.get("/submissions/{submission_id:uuid}/review", who=Who.staff)
async def show_filing(visit: Visit) -> Response:
    """What came in together, each with the registry's word on it; all that waits is ticked."""
    filing = await read_filing(visit.session, visit.me.id, _submission(visit))
    await note_look(visit.session, visit.me, filing.opened.id)
    return _page(visit, filing, _fresh(filing))


@pages.post("/submissions/{submission_id:uuid}/review", who=Who.staff)
async def decide(visit: Visit) -> Response:
    """Say it of all that is ticked, once."""
    filing = await read_filing(visit.session, visit.me.id, _submission(visit))
    form = _offer(visit, visit.form(ReviewForm), filing)
    if not form.validate():
        return _page(visit, filing, form, status=422)
    decision = _decision(form)
    try:
        await review(visit.session, filing, decision, by=Actor(visit.me.id, visit.me.name))
    except ReviewedMeanwhile:
        fresh = _fresh(filing)
        return _page(visit, filing, fresh, status=409, sentences=[visit.say(MEANWHILE)])
    visit.tell(DONE[decision.outcome])
    return visit.redirect(f"/submissions/{filing.submission.id}/review")


@pages.get("/withdrawals/{withdrawal_id:uuid}/answer", who=Who.staff)
async def show_wish(visit: Visit) -> Response:
    """Who wants which document back, and why."""
    return await _answer_page(visit, AnswerForm(None))


@pages.post("/withdrawals/{withdrawal_id:uuid}/answer", who=Who.staff)
async def answer_wish(visit: Visit) -> Response:
    """Agree or refuse, once."""
    wish = await read_withdrawal(visit.session, visit.me.id, _withdrawal(visit))
    form = visit.form(AnswerForm)
    _offer_answers(visit, form)
    if not form.validate():
        return await _answer_page(visit, form, status=422)
    outcome = WithdrawalOutcome(form.outcome.data)
    try:
        by = Actor(visit.me.id, visit.me.name)
        await answer(visit.session, wish, outcome, remark=form.remark.data or None, by=by)
    except AnsweredBefore:
        visit.tell(N_("This was decided before, so nothing was changed."))
    else:
        visit.tell(N_("Recorded. Those concerned are told."))
    return visit.redirect(f"/documents/{wish.document.id}")


def _page(
    visit: Visit,
    filing: Filing,
    form: ReviewForm,
    *,
    status: int = 200,
    sentences: Sequence[str] = (),
) -> Response:
    _offer(visit, form, filing)
    return visit.render(
        "registry/review.html",
        status=status,
        filing=filing,
        form=form,
        sentences=list(sentences),
        opened=filing.opened,
        **words(visit),
    )


def _fresh(filing: Filing) -> ReviewForm:
    """A form with what waits ticked, about what there is now."""
    due = [
        str(one.id)
        for one in filing.open
        if one.review == "due" and one.state == DocumentState.clean and not one.replaced_at
    ]
    return ReviewForm(None, key=str(uuid4()), seen=str(filing.seen), documents=due)


def _offer(visit: Visit, form: ReviewForm, filing: Filing) -> ReviewForm:
    """Give the form its choices, in the reader's language."""
    form.documents.choices = [(str(one.id), called(one)) for one in filing.open]
    form.outcome.choices = [(code, visit.say(word)) for code, word in OUTCOMES.items()]
    reasons = rules.reasons_for(filing.opened.case.division)
    said = [(one.code, visit.formatting.data(one.name)) for one in reasons]
    form.reason.choices = [("", visit.say(N_("Choose a reason"))), *said]
    return form


def _decision(form: ReviewForm) -> Decision:
    key = as_id(form.key.data)
    if key is None or not str(form.seen.data).isdigit():
        raise NotOurForm
    outcome = ReviewOutcome(form.outcome.data)
    accepted = outcome is ReviewOutcome.accepted
    return Decision(
        key=key,
        outcome=outcome,
        documents=[UUID(one) for one in form.documents.data or ()],
        reason=None if accepted else form.reason.data,
        words=None if accepted else form.words.data or None,
        seen=int(str(form.seen.data)),
    )


async def _answer_page(visit: Visit, form: AnswerForm, *, status: int = 200) -> Response:
    wish = await read_withdrawal(visit.session, visit.me.id, _withdrawal(visit))
    _offer_answers(visit, form)
    return visit.render(
        "registry/withdrawal_answer.html", status=status, wish=wish, form=form, opened=wish.opened
    )


def _offer_answers(visit: Visit, form: AnswerForm) -> None:
    form.outcome.choices = [(code, visit.say(word)) for code, word in ANSWERS.items()]


def _submission(visit: Visit) -> UUID:
    return visit.request.path_params["submission_id"]


def _withdrawal(visit: Visit) -> UUID:
    return visit.request.path_params["withdrawal_id"]
