"""Pages that issue one notice to one case: kind, facts, preview with its people, issue."""

import asyncio
from typing import Any, cast

from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse

from notices.facts import Kind, Language
from notices.issuing import DifferentNotice
from notices.lettering import needs_letter
from notices.model import Notice
from notices.wording import both_wordings
from portal.audit import Actor
from portal.cases.looking import note_look
from portal.gate import OpenCase, Right, Unknown, open_case
from portal.registry.carrying import key_of, typed
from portal.registry.checking import Check, Sitting, check_sitting
from portal.registry.notices.drafting import Draft, prefilled_draft, typed_draft
from portal.registry.notices.form import OFFERED
from portal.registry.noticing import Order, PeopleChanged, issue_notice, keep_letter, write_letter
from portal.registry.recipients import fingerprint, recipients, who_receives
from portal.web.headers import SANDBOX
from portal.web.language import N_
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit
from storage.objects import verified

pages = Pages()

CHANGED = N_(
    "Who receives this has changed since you looked. Nothing was issued. "
    "Look at the list again, then press the button."
)
USED = N_(
    "This form has already issued another notice. Nothing was issued now. Look at the case, "
    "then begin again."
)


@pages.get("/cases/{case_id:uuid}/notices/new", who=Who.staff)
async def new_notice(visit: Visit) -> Response:
    """Which kind; or, once that is chosen, its facts as far as they are known."""
    opened = await _case(visit)
    if visit.request.query_params.get("kind") not in OFFERED:
        kinds = [(code, kind.title) for code, kind in OFFERED.items()]
        return visit.render("registry/notice_kinds.html", case=opened.case, kinds=kinds)
    return _facts_page(visit, await prefilled_draft(visit, opened))


@pages.post("/cases/{case_id:uuid}/notices/new", who=Who.staff)
async def change_facts(visit: Visit) -> Response:
    """Back from the preview, with everything that was typed."""
    return _facts_page(visit, typed_draft(visit, await _case(visit)))


@pages.get("/cases/{case_id:uuid}/notices/preview", who=Who.staff)
async def preview_known(visit: Visit) -> Response:
    """The preview of a notice whose facts are all known; else the form that asks for the rest."""
    opened = await _case(visit)
    if visit.request.query_params.get("kind") not in OFFERED:
        return visit.redirect(f"/cases/{opened.id}/notices/new")
    draft = await prefilled_draft(visit, opened)
    if not draft.form.check():
        return visit.redirect(f"/cases/{opened.id}/notices/new{draft.query}")
    return await _preview_page(visit, draft)


@pages.post("/cases/{case_id:uuid}/notices/preview", who=Who.staff)
async def preview(visit: Visit) -> Response:
    """The real page in both languages, who will receive it and why, and what the rules say."""
    draft = typed_draft(visit, await _case(visit))
    if not draft.form.check():
        return _facts_page(visit, draft, status=422)
    return await _preview_page(visit, draft)


@pages.post("/cases/{case_id:uuid}/notices/preview.pdf", who=Who.staff, mode=Mode.steps)
async def preview_pdf(visit: Visit) -> Response:
    """The paper as it would be kept, to look at."""
    async with visit.transaction():
        draft = typed_draft(visit, await _case(visit))
        if not draft.form.check():
            return _facts_page(visit, draft, status=422)
        facts = await draft.facts(visit)
    pdf = await _letter(visit, draft, facts)
    headers = {"content-disposition": 'inline; filename="preview.pdf"'}
    return Response(
        pdf, media_type="application/pdf", headers=headers | {"content-security-policy": SANDBOX}
    )


@pages.post("/cases/{case_id:uuid}/notices", who=Who.staff, mode=Mode.steps)
async def issue(visit: Visit) -> Response:
    """Issue it: the paper is stored first, then everything commits together, or nothing does."""
    async with visit.transaction():
        draft = typed_draft(visit, await _case(visit))
        if not draft.form.check():
            return _facts_page(visit, draft, status=422)
        order, now = await _order(visit, draft), visit.now
        if await _is_issued(visit, order):
            return visit.redirect(f"/registry/notices/{order.notice_id}")
    pdf = await _letter(visit, draft, order.facts)
    store = visit.portal.store
    paper = await asyncio.to_thread(keep_letter, store, pdf)
    by = Actor(visit.me.id, visit.me.name)
    try:
        async with visit.transaction() as session:
            opened = await _case(visit, lock=True)
            notice = await issue_notice(
                session,
                order,
                case=opened.case,
                paper=paper,
                by=by,
                now=now,
                recall_for=visit.portal.settings.recall_for,
            )
            await _tell_issued(visit, opened, notice)
    except (PeopleChanged, DifferentNotice) as error:
        await asyncio.to_thread(store.delete, paper.key)
        sentence = CHANGED if isinstance(error, PeopleChanged) else USED
        async with visit.transaction():
            await _case(visit)
            return await _preview_page(visit, draft, status=409, sentence=visit.say(sentence))
    if notice.pdf_key != paper.key:
        await asyncio.to_thread(store.delete, paper.key)
    return visit.redirect(f"/registry/notices/{notice.id}")


@pages.get("/cases/{case_id:uuid}/notices/{notice_id:uuid}.pdf", who=Who.staff, mode=Mode.steps)
async def letter_to_post(visit: Visit) -> Response:
    """The paper of an issued notice, for whom only a letter reaches."""
    async with visit.transaction() as session:
        opened = await _case(visit)
        notice = await session.get(Notice, visit.request.path_params["notice_id"])
        if notice is None or notice.case_id != opened.id:
            raise Unknown
        if notice.pdf_key is None or notice.pdf_sha256 is None or notice.pdf_size is None:
            raise Unknown
        await note_look(session, visit.me, opened.id)
    store, sha256, size = visit.portal.store, notice.pdf_sha256, notice.pdf_size
    pieces = await asyncio.to_thread(verified, store, notice.pdf_key, sha256=sha256, size=size)
    headers = {
        "content-disposition": f'attachment; filename="{notice.number}.pdf"',
        "content-length": str(size),
        "content-security-policy": SANDBOX,
    }
    return StreamingResponse(
        iterate_in_threadpool(pieces), headers=headers, media_type="application/pdf"
    )


# What the pages share


async def _case(visit: Visit, *, lock: bool = False) -> OpenCase:
    if not visit.me.is_staff:
        raise Unknown
    case_id = visit.request.path_params["case_id"]
    return await open_case(visit.session, visit.me.id, case_id, right=Right.administer, lock=lock)


async def _letter(visit: Visit, draft: Draft, facts: Kind) -> bytes:
    return await asyncio.to_thread(
        write_letter,
        facts,
        draft.opened.case,
        notice_id=key_of(visit),
        settings=visit.portal.settings,
        now=visit.now,
    )


async def _order(visit: Visit, draft: Draft) -> Order:
    """What the officer decided, and the hearing that it is about."""
    hearing = await draft.hearing(visit)
    return Order(
        notice_id=key_of(visit),
        facts=await draft.facts(visit),
        seen=typed(visit, "seen"),
        hearing_id=hearing.id if hearing else None,
    )


async def _is_issued(visit: Visit, order: Order) -> bool:
    """Whether this form has issued this already: the same button, pressed again."""
    notice = await visit.session.get(Notice, order.notice_id)
    return notice is not None and notice.facts == order.facts.to_json()


async def _tell_issued(visit: Visit, opened: OpenCase, notice: Notice) -> None:
    """Say until when it can be recalled; without that time, to whom it went, and to whom on paper."""
    if notice.leaves_at > visit.now:
        until = visit.formatting.time(notice.leaves_at)
        visit.tell(N_("The notice is issued. Until %(time)s you can recall it."), time=until)
        return
    reached = recipients(await who_receives(visit.session, opened.case, now=visit.now))
    letters = [one.name for one in reached if needs_letter(one)]
    if letters:
        names = ", ".join(letters)
        visit.tell(N_("The notice is issued. A letter goes by post to: %(names)s."), names=names)
    else:
        visit.tell(N_("The notice is issued, and mail is on its way to everybody."))


def _facts_page(visit: Visit, draft: Draft, *, status: int = 200) -> Response:
    return visit.render(
        "registry/notice_facts.html",
        status=status,
        form=draft.form,
        draft=draft,
        case=draft.opened.case,
    )


async def _preview_page(
    visit: Visit, draft: Draft, *, status: int = 200, sentence: str = ""
) -> Response:
    facts, case = await draft.facts(visit), draft.opened.case
    reached = await who_receives(visit.session, case, now=visit.now)
    return visit.render(
        "registry/notice_preview.html",
        status=status,
        draft=draft,
        case=case,
        facts=facts,
        wordings=both_wordings(facts, cast("Language", case.language)),
        reached=reached,
        seen=fingerprint(reached),
        checks=await _checks(visit, draft, facts),
        carried=draft.form.as_posted(),
        sentence=sentence,
        recall_minutes=visit.portal.settings.recall_minutes,
    )


async def _checks(visit: Visit, draft: Draft, facts: Any) -> list[Check]:  # noqa: ANN401 - a Kind
    """What the rules say about the hearing that the notice calls people to."""
    if not hasattr(facts, "starts"):
        return []
    hearing = await draft.hearing(visit)
    sitting = Sitting(
        starts_at=facts.starts.at,
        zone=facts.starts.zone,
        minutes=hearing.minutes if hearing else 180,
        interpreter=facts.interpreter.en if facts.interpreter else None,
        hearing_id=hearing.id if hearing else None,
    )
    return await check_sitting(visit.session, draft.opened.case, sitting, now=visit.now)
