"""Pages on which an officer decides what somebody asks: the reasons, the preview, the decision."""

import asyncio
from typing import Any, cast
from uuid import uuid4

from starlette.responses import Response

from notices.facts import Both, Kind, Language
from notices.issuing import DifferentNotice
from notices.wording import both_wordings
from portal.audit import Actor
from portal.cases.looking import note_look
from portal.gate import Right, Unknown
from portal.models import Decided
from portal.registry.carrying import carried, key_of, step_of, typed
from portal.registry.notices.known import file_numbers
from portal.registry.noticing import Order, PeopleChanged, keep_letter, write_letter
from portal.registry.recipients import Reached, fingerprint
from portal.registry.requests.deciding import (
    DecidedBefore,
    Verdict,
    decide,
    notice_of,
    who_is_told,
)
from portal.requests.form import DecisionForm
from portal.requests.reading import Asked, read_request
from portal.web.language import N_
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit

pages = Pages()

CHANGED = N_(
    "Who receives this has changed since you looked. Nothing was decided. "
    "Look at the list again, then press the button."
)
BEFORE = N_("Another officer decided first, or it was withdrawn. Nothing was changed.")


@pages.get("/requests/{request_id:uuid}/decision", who=Who.staff)
async def consider(visit: Visit) -> Response:
    """What is asked, what the rules say, and the form."""
    asked = await _asked(visit)
    await note_look(visit.session, visit.me, asked.opened.id)
    if asked.state != "waiting":
        return visit.redirect(f"/requests/{asked.row.id}")
    form = asked.said.decision_form(None, id=str(uuid4()))
    return await _form_page(visit, asked, form)


@pages.post("/requests/{request_id:uuid}/decision/preview", who=Who.staff)
async def preview(visit: Visit) -> Response:
    """The notice as it would be issued, and who receives it; or back to the form."""
    asked = await _asked(visit)
    form = await _typed(visit, asked)
    if step_of(visit) == "change":
        return await _form_page(visit, asked, form)
    if not form.validate():
        return await _form_page(visit, asked, form, status=422)
    return await _preview_page(visit, asked, form)


@pages.post("/requests/{request_id:uuid}/decision", who=Who.staff, mode=Mode.steps)
async def decide_request(visit: Visit) -> Response:
    """Decide it: the paper is stored first, then everything commits together, or nothing does."""
    async with visit.transaction():
        if not visit.me.is_staff:
            raise Unknown
        asked = await _asked(visit)
        form = await _typed(visit, asked)
        if not form.validate():
            return await _form_page(visit, asked, form, status=422)
        verdict, key, now = _verdict(form), key_of(visit), visit.now
        facts = await _facts(visit, asked, verdict)
    settings, store = visit.portal.settings, visit.portal.store
    case = asked.opened.case
    pdf = await asyncio.to_thread(
        write_letter, facts, case, notice_id=key, settings=settings, now=now
    )
    paper = await asyncio.to_thread(keep_letter, store, pdf)
    order = Order(notice_id=key, facts=facts, seen=typed(visit, "seen"))
    by = Actor(visit.me.id, visit.me.name)
    try:
        async with visit.transaction() as session:
            asked = await _asked(visit)
            notice = await decide(
                session, order, verdict, asked=asked, paper=paper, by=by, now=now,
                recall_for=settings.recall_for,
            )  # fmt: skip
            _tell(visit, asked, verdict)
    except (PeopleChanged, DecidedBefore, DifferentNotice) as error:
        await asyncio.to_thread(store.delete, paper.key)
        return await _not_decided(visit, error)
    if notice.pdf_key != paper.key:
        await asyncio.to_thread(store.delete, paper.key)
    return visit.redirect(f"/requests/{asked.row.id}")


async def _not_decided(visit: Visit, error: Exception) -> Response:
    async with visit.transaction():
        asked = await _asked(visit)
        if isinstance(error, PeopleChanged):
            form = await _typed(visit, asked)
            form.validate()
            sentence = visit.say(CHANGED)
            return await _preview_page(visit, asked, form, status=409, sentence=sentence)
        visit.tell(BEFORE)
        return visit.redirect(f"/requests/{asked.row.id}")


def _tell(visit: Visit, asked: Asked, verdict: Verdict) -> None:
    if verdict.granted:
        visit.tell(N_("Granted. Who asked is told by a notice."))
    elif verdict.outcome is Decided.refused:
        visit.tell(N_("Refused. Who asked is told by a notice, with your reason."))
    else:
        visit.tell(N_("Recorded. Who asked is told by a notice."))


# What the pages share


async def _asked(visit: Visit) -> Asked:
    request_id = visit.request.path_params["request_id"]
    return await read_request(visit.session, visit.me.id, request_id, right=Right.administer)


async def _told(visit: Visit, asked: Asked) -> list[Reached]:
    return await who_is_told(visit.session, asked.row, asked.opened.case, now=visit.now)


async def _typed(visit: Visit, asked: Asked) -> DecisionForm:
    return _offer(visit, asked, visit.form(asked.said.decision_form), await _told(visit, asked))


def _offer(visit: Visit, asked: Asked, form: DecisionForm, told: list[Reached]) -> DecisionForm:
    form.offer(asked.said, visit.formatting)
    form.proceedings = asked.opened.case.language
    form.read_in = {one.language for one in told}
    return form


def _verdict(form: DecisionForm) -> Verdict:
    """What was decided; a reason in one language is told in that language to everybody."""
    english, french = form.why_en.data or "", form.why_fr.data or ""
    why = Both(english or french, french or english) if english or french else None
    outcome = Decided(form.outcome.data)
    refused = outcome is Decided.refused
    return Verdict(outcome=outcome, why=why, facts=dict[str, Any]() if refused else form.decided())


async def _facts(visit: Visit, asked: Asked, verdict: Verdict) -> Kind:
    number = await file_numbers(visit.session, asked.opened.id)
    return notice_of(asked, verdict, file_number=number)


async def _form_page(
    visit: Visit, asked: Asked, form: DecisionForm, *, status: int = 200
) -> Response:
    _offer(visit, asked, form, await _told(visit, asked))
    return visit.render(
        "registry/request_decision.html",
        status=status,
        asked=asked,
        form=form,
        rows=asked.said.rows(visit.formatting),
        cautions=asked.said.cautions(asked.opened.case, visit.formatting),
        case=asked.opened.case,
        opened=asked.opened,
    )


async def _preview_page(
    visit: Visit, asked: Asked, form: DecisionForm, *, status: int = 200, sentence: str = ""
) -> Response:
    case, verdict = asked.opened.case, _verdict(form)
    facts, reached = await _facts(visit, asked, verdict), await _told(visit, asked)
    lasting = verdict.outcome is not Decided.refused and asked.said.changes_case
    return visit.render(
        "registry/request_check.html",
        status=status,
        asked=asked,
        case=case,
        opened=asked.opened,
        verdict=verdict,
        wordings=both_wordings(facts, cast("Language", case.language)),
        reached=reached,
        seen=fingerprint(reached),
        carried=carried(visit, without=("seen",)),
        sentence=sentence,
        recall_minutes=0 if lasting else visit.portal.settings.recall_minutes,
    )
