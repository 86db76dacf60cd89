"""Pages of letters: what waits, printing it, a mailing and its file, posted, one more letter."""

import asyncio
from datetime import date
from uuid import uuid4
from zoneinfo import ZoneInfo

import structlog
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse

from notices.issuing import By
from notices.lettering import ask_letter
from notices.letters import Mailing, Why
from notices.mailing import WrongPaper
from portal.audit import Actor, record
from portal.gate import Unknown, find
from portal.registry.carrying import NotOurForm, key_of, typed
from portal.registry.letters.form import PostedForm
from portal.registry.letters.listing import letters_of, read_letters
from portal.registry.letters.posting import mark_posted
from portal.registry.letters.printing import gather_letters, make_mailing
from portal.registry.letters.receiving import find_receiving
from portal.rules import rules
from portal.web.fields import as_id
from portal.web.headers import SANDBOX
from portal.web.language import N_
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit
from storage.objects import StoreUnavailable, verified

pages = Pages()
log = structlog.get_logger()


@pages.get("/registry/letters", who=Who.staff)
async def letters(visit: Visit) -> Response:
    """What waits to be printed, what lacks an address, what came back, what was printed."""
    lists = await read_letters(visit.session, divisions=visit.me.divisions, now=visit.now)
    return visit.render("registry/letters_list.html", lists=lists, new_id=uuid4)


@pages.post("/registry/mailings", who=Who.staff, mode=Mode.steps)
async def print_letters(visit: Visit) -> Response:
    """Print what waits at one office: pressed twice, by two officers, each letter once."""
    async with visit.transaction() as session:
        if not visit.me.is_staff:
            raise Unknown
        division, office = typed(visit, "division"), typed(visit, "office")
        if division not in visit.me.divisions or office not in rules.offices:
            raise NotOurForm
        by = By(visit.me.id, visit.me.name)
        mailing = await gather_letters(
            session, key_of(visit), division=division, office=office, by=by, now=visit.now
        )
    if mailing is None:
        visit.tell(N_("Nothing waits any more: somebody has just printed it. It is listed below."))
        return visit.redirect("/registry/letters#mailings")
    try:
        await make_mailing(visit.portal, mailing.id)
    except (StoreUnavailable, WrongPaper) as error:
        # The letters are in this mailing; the job goes on trying to make its file.
        log.warning("mailing later", mailing=str(mailing.id), error=type(error).__name__)
    return visit.redirect(f"/registry/mailings/{mailing.id}")


@pages.get("/registry/mailings/{mailing_id:uuid}", who=Who.staff)
async def mailing(visit: Visit) -> Response:
    """Its letters, its file, and the form that says they were posted."""
    found = await _mailing(visit)
    form = PostedForm(None, on=_today(visit, found))
    return await _mailing_page(visit, found, form)


@pages.get("/registry/mailings/{mailing_id:uuid}.pdf", who=Who.staff, mode=Mode.steps)
async def mailing_file(visit: Visit) -> Response:
    """The file to print, the same bytes however often it is asked for."""
    async with visit.transaction():
        found = await _mailing(visit)
    if found.pdf_key is None or found.pdf_sha256 is None or found.pdf_size is None:
        raise Unknown
    store, sha256, size = visit.portal.store, found.pdf_sha256, found.pdf_size
    pieces = await asyncio.to_thread(verified, store, found.pdf_key, sha256=sha256, size=size)
    name = f"letters-{found.office}-{found.division}-{found.day.isoformat()}.pdf"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-length": str(size),
        "content-security-policy": SANDBOX,
    }
    return StreamingResponse(
        iterate_in_threadpool(pieces), headers=headers, media_type="application/pdf"
    )


@pages.post("/registry/mailings/{mailing_id:uuid}/posting", who=Who.staff)
async def post_letters(visit: Visit) -> Response:
    """Say that they went to the post, all but those ticked."""
    found = await _mailing(visit)
    form = PostedForm(visit.posted)
    rows = await letters_of(visit.session, found.id)
    form.kept_back.choices = [(str(row.id), row.person_name) for row in rows]
    form.printed_on, form.today = found.day, _today(visit, found)
    if not form.validate() or form.on.data is None:
        return await _mailing_page(visit, found, form, status=422)
    kept_back = [key for one in form.kept_back.data or () if (key := as_id(one))]
    by = Actor(visit.me.id, visit.me.name)
    count = await mark_posted(
        visit.session, found, on=form.on.data, kept_back=kept_back, by=by, now=visit.now
    )
    if count:
        visit.tell(N_("Recorded as posted. Each case’s history says so."))
    else:
        visit.tell(N_("Nothing was left to record."))
    return visit.redirect(f"/registry/mailings/{found.id}")


@pages.post("/registry/services/{service_id:uuid}/letters", who=Who.staff)
async def send_letter(visit: Visit) -> Response:
    """One click: this notice goes out on paper too. Asked twice, one letter waits."""
    if not visit.me.is_staff:
        raise Unknown
    service_id = visit.request.path_params["service_id"]
    found = await find_receiving(visit.session, visit.me.id, service_id)
    asked = typed(visit, "why")
    why = Why(asked) if asked in set(Why) else Why.asked
    new = await ask_letter(
        visit.session,
        key_of(visit),
        found.service.id,
        why=why,
        by=By(visit.me.id, visit.me.name),
        now=visit.now,
    )
    if new:
        await record(
            visit.session,
            found.opened.id,
            "letter.asked",
            by=Actor(visit.me.id, visit.me.name),
            notice_id=str(found.notice.id),
            number=found.notice.number,
            why=why.value,
        )
        visit.tell(N_("A letter to %(name)s waits to be printed."), name=found.service.person_name)
    else:
        visit.tell(
            N_("A letter to %(name)s was asked for already."), name=found.service.person_name
        )
    return visit.redirect("/registry/letters")


# What the pages share


async def _mailing(visit: Visit) -> Mailing:
    if not visit.me.is_staff:
        raise Unknown
    return await find(visit.session, Mailing, visit.request.path_params["mailing_id"])


def _today(visit: Visit, found: Mailing) -> date:
    return visit.now.astimezone(ZoneInfo(rules.offices[found.office].zone)).date()


async def _mailing_page(
    visit: Visit, found: Mailing, form: PostedForm, *, status: int = 200
) -> Response:
    rows = await letters_of(visit.session, found.id)
    form.kept_back.choices = [
        (str(row.id), f"{row.place}. {row.person_name}") for row in rows if not row.posted_on
    ]
    return visit.render(
        "registry/mailing.html", status=status, mailing=found, letters=rows, form=form
    )
