"""Pages of invitation letters: who can be invited, printing one, and ending its codes."""

import asyncio
from typing import cast
from uuid import uuid4

from starlette.responses import Response

from notices.facts import Language
from portal.audit import Actor
from portal.cases.looking import note_look
from portal.gate import OpenCase, Right, Unknown, find, open_case
from portal.models import InvitationLetter
from portal.registry.carrying import key_of
from portal.registry.invitations.form import InvitationForm
from portal.registry.invitations.listing import Invitee, invitees, letters_in_use
from portal.registry.invitations.printing import (
    ClosedCase,
    Codes,
    PrintedAlready,
    address_of,
    draw_codes,
    identify,
    paper,
    record_invitation,
    revoke_invitation,
)
from portal.rules import rules
from portal.web.headers import SANDBOX
from portal.web.language import LANGUAGES, N_, NAMES
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit

pages = Pages()

AGAIN = N_(
    "This form has printed its letter. The codes are shown once only. Did the file not come? "
    "Print again: the new letter has new codes, and the first one ends."
)
CLOSED = N_("This case is closed. Nobody is invited to it.")


@pages.get("/cases/{case_id:uuid}/invitations", who=Who.staff)
async def invitations(visit: Visit) -> Response:
    """Who has no account, and the letters they were sent."""
    opened = await _opened(visit)
    await note_look(visit.session, visit.me, opened.id)
    return visit.render(
        "registry/invitations.html",
        case=opened.case,
        people=await invitees(visit.session, opened.case),
        in_use=await letters_in_use(visit.session, opened.case),
    )


@pages.get("/cases/{case_id:uuid}/invitations/{whose_id:uuid}", who=Who.staff)
async def new_invitation(visit: Visit) -> Response:
    """The form: language, and what the portal asks for beside the code."""
    opened = await _opened(visit)
    invitee = await _invitee(visit, opened)
    await note_look(visit.session, visit.me, opened.id)
    return await _page(visit, opened, invitee, _fresh(visit, opened, invitee))


@pages.post("/cases/{case_id:uuid}/invitations/{whose_id:uuid}", who=Who.staff, mode=Mode.steps)
async def print_invitation(visit: Visit) -> Response:
    """Make the paper, keep its hashes, and answer with it; it is kept nowhere."""
    async with visit.transaction() as session:
        if not visit.me.is_staff:
            raise Unknown
        opened = await _opened(visit)
        invitee = await _invitee(visit, opened)
        form = _form(visit, invitee)
        if opened.case.closed_at is not None:
            return await _page(visit, opened, invitee, form, status=409, sentence=CLOSED)
        if not form.validate():
            return await _page(visit, opened, invitee, form, status=422)
        if await session.get(InvitationLetter, key_of(visit)) is not None:
            form = _fresh(visit, opened, invitee)
            return await _page(visit, opened, invitee, form, status=409, sentence=AGAIN)
        lines = await address_of(session, invitee)
    # Bytes before rows: a crash between leaves codes that nobody ever saw, and no entry of them.
    codes, language = draw_codes(), cast("Language", form.language.data)
    pdf = await asyncio.to_thread(
        paper,
        visit.portal.settings,
        opened.case,
        invitee,
        codes,
        language=language,
        lines=lines,
        now=visit.now,
    )
    refused = await _record(visit, form, codes, language=language)
    return refused or _file(pdf, invitee)


@pages.post("/invitations/{invitation_id:uuid}/revocation", who=Who.staff)
async def end_invitation(visit: Visit) -> Response:
    """Both codes of a letter stop at once: it was lost, or somebody else saw it."""
    letter = await find(visit.session, InvitationLetter, visit.request.path_params["invitation_id"])
    opened = await open_case(visit.session, visit.me.id, letter.case_id, right=Right.administer)
    by = Actor(visit.me.id, visit.me.name)
    ended = await revoke_invitation(visit.session, letter, by=by, now=visit.now)
    said = N_("The codes of the letter to %(name)s work no more.")
    visit.tell(said if ended else N_("These codes had ended before."), name=letter.name)
    return visit.redirect(f"/cases/{opened.id}/invitations")


async def _record(
    visit: Visit, form: InvitationForm, codes: Codes, *, language: Language
) -> Response | None:
    """Ask the gate again, then write; the page that says no, if it came to that."""
    async with visit.transaction() as session:
        opened = await _opened(visit)
        invitee = await _invitee(visit, opened)
        by = Actor(visit.me.id, visit.me.name)
        try:
            await record_invitation(
                session,
                key_of(visit),
                opened.case,
                invitee,
                codes,
                settings=visit.portal.settings,
                language=language,
                by=by,
                now=visit.now,
            )
        except (ClosedCase, PrintedAlready) as error:
            said = CLOSED if isinstance(error, ClosedCase) else AGAIN
            form = _fresh(visit, opened, invitee)
            return await _page(visit, opened, invitee, form, status=409, sentence=said)
        if form.editable:
            party = form.party(list(invitee.parties))
            uci, born = form.uci.data or "", form.born.data
            await identify(session, party, uci=uci, born_on=born, by=by)
    return None


# What the pages share


async def _opened(visit: Visit) -> OpenCase:
    case_id = visit.request.path_params["case_id"]
    return await open_case(visit.session, visit.me.id, case_id, right=Right.administer)


async def _invitee(visit: Visit, opened: OpenCase) -> Invitee:
    wanted = visit.request.path_params["whose_id"]
    for one in await invitees(visit.session, opened.case):
        if one.who.id == wanted:
            return one
    raise Unknown


def _fresh(visit: Visit, opened: OpenCase, invitee: Invitee) -> InvitationForm:
    """A form of its own id, with what the file says already."""
    first = invitee.parties[0] if invitee.parties else None
    form = InvitationForm(None, id=str(uuid4()), language=opened.case.language)
    if first:
        form.process(
            None, id=form.id.data, language=form.language.data, uci=first.uci, born=first.born_on
        )
    return _offer(visit, form, invitee)


def _form(visit: Visit, invitee: Invitee) -> InvitationForm:
    return _offer(visit, visit.form(InvitationForm), invitee)


def _offer(visit: Visit, form: InvitationForm, invitee: Invitee) -> InvitationForm:
    """Who stands for several is asked for what the file knows of any; an officer adds it for one."""
    form.language.choices = [(code, NAMES[code]) for code in LANGUAGES]
    form.whose.choices = [
        (str(one.id), f"{one.name} ({one.file_number})") for one in invitee.parties
    ]
    form.several = len(invitee.parties) > 1
    form.known = form.several and invitee.known
    form.today = visit.today
    return form


async def _page(
    visit: Visit,
    opened: OpenCase,
    invitee: Invitee,
    form: InvitationForm,
    *,
    status: int = 200,
    sentence: str = "",
) -> Response:
    return visit.render(
        "registry/invitation.html",
        status=status,
        case=opened.case,
        invitee=invitee,
        form=form,
        sentences=[visit.say(sentence)] if sentence else [],
        lines=await address_of(visit.session, invitee),
        days=rules.joining.code_days,
    )


def _file(pdf: bytes, invitee: Invitee) -> Response:
    """To be printed at once: a copy of it lies nowhere, and no cache keeps one."""
    number = invitee.parties[0].file_number.replace("/", "-")
    name = "".join(one for one in number if one.isalnum() or one == "-")
    headers = {
        "content-disposition": f'attachment; filename="invitation-{name}.pdf"',
        "cache-control": "no-store",
        "content-security-policy": SANDBOX,
    }
    return Response(pdf, headers=headers, media_type="application/pdf")
