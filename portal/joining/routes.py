"""Pages for who comes with a letter: code, choice, account, one look; and the mailed link."""

import asyncio
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from portal.joining.checks import routes as checks
from portal.joining.confirming import confirm_address, find_address
from portal.joining.entering import AddressTaken, make_account
from portal.joining.form import AccountForm, DoorForm
from portal.joining.knocking import (
    Known,
    NoFit,
    Over,
    PassOver,
    asked_parties,
    close_pass,
    knock,
    open_pass,
)
from portal.joining.limiting import Tries
from portal.joining.looking import begin_look, look
from portal.joining.sealing import sealed
from portal.joining.spelling import Purpose
from portal.models import InvitationLetter
from portal.people.passwords import WeakPassword, require_strong
from portal.rules import rules
from portal.web import sessions
from portal.web.language import LANGUAGES, N_, NAMES
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit

pages = Pages()

COOKIE = "joining"
# Every answer takes as long: its time does not tell whether there is such a code.
SECONDS = 0.15
WRONG = N_(
    "The code, the date of birth or the UCI is not right. Check each with your letter and papers."
)
TAKEN = N_("This address cannot be used here. Use another one, or ask the registry.")


@pages.get("/join", who=Who.anyone)
async def door(visit: Visit) -> Response:
    """The form: the code, and date of birth or UCI."""
    return _door(visit, visit.form(DoorForm))


@pages.post("/join", who=Who.anyone, mode=Mode.steps)
async def knock_at_door(visit: Visit) -> Response:
    """Open a pass; or say one and the same no, whatever is wrong."""
    form = visit.form(DoorForm)
    if not form.validate():
        return _door(visit, form, status=422)
    began = asyncio.get_running_loop().time()
    try:
        token, sentence = await _knock(visit, form), ""
    except NoFit:
        token, sentence = "", WRONG
    except Over as over:
        token, sentence = "", over.text
    await asyncio.sleep(began + SECONDS - asyncio.get_running_loop().time())
    if not token:
        form.form_errors = [sentence]
        return _door(visit, form, status=422)
    answer = visit.redirect("/join/choice")
    visit.keep_cookie(answer, COOKIE, token)
    return answer


@pages.get("/join/choice", who=Who.anyone, mode=Mode.steps)
async def choice(visit: Visit) -> Response:
    """Whose letter it is, and what can be done with it: an account, or one look."""
    await visit.arrive()
    async with visit.portal.database.system_transaction() as session:
        joining, letter, _ = await open_pass(session, _token(visit), now=visit.now)
        parties = await asked_parties(session, letter.id)
    if joining.looked_at is not None:
        return visit.redirect("/join/look")
    return visit.render(
        "joining/choice.html",
        letter=letter,
        parties=parties,
        minutes=rules.joining.look_minutes,
    )


@pages.post("/join/look", who=Who.anyone, mode=Mode.steps)
async def begin_one_look(visit: Visit) -> Response:
    """From now on, for some minutes, the hearing is shown and no account is made."""
    await visit.arrive()
    async with visit.portal.database.system_transaction() as session:
        await begin_look(session, _token(visit), now=visit.now)
    return visit.redirect("/join/look")


@pages.get("/join/look", who=Who.anyone, mode=Mode.steps)
async def one_look(visit: Visit) -> Response:
    """The hearing, and nothing else of the case."""
    await visit.arrive()
    async with visit.portal.database.system_transaction() as session:
        joining, hearings = await look(session, _token(visit), now=visit.now)
    return visit.render("joining/look.html", hearings=hearings, ends_at=joining.ends_at)


@pages.post("/join/ending", who=Who.anyone, mode=Mode.steps)
async def end_look(visit: Visit) -> Response:
    """Nobody who comes to this browser next sees anything of it."""
    await visit.arrive()
    async with visit.portal.database.system_transaction() as session:
        await close_pass(session, _token(visit), now=visit.now)
    visit.tell(N_("The page is closed. Nothing of it stays on this device."))
    answer = visit.redirect("/join")
    visit.drop_cookie(answer, COOKIE)
    answer.headers["clear-site-data"] = '"cache"'
    return answer


@pages.get("/join/account", who=Who.anyone, mode=Mode.steps)
async def new_account(visit: Visit) -> Response:
    """How to sign in from now on: address and password."""
    letter = await _letter(visit)
    return _account(visit, visit.form(AccountForm, language=visit.language), letter)


@pages.post("/join/account", who=Who.anyone, mode=Mode.steps)
async def create_account(visit: Visit) -> Response:
    """Make it, sign in, and go to the case. Hashing is outside any transaction."""
    letter = await _letter(visit)
    form = visit.form(AccountForm)
    if not form.validate() or not _strong(form, letter):
        return _account(visit, form, letter, status=422)
    hashed = await visit.portal.passwords.hash(str(form.password.data))
    try:
        async with visit.portal.database.system_transaction() as session:
            person = await make_account(
                session,
                _token(visit),
                email=str(form.email.data),
                language=str(form.language.data),
                password_hash=hashed,
                now=visit.now,
            )
    except AddressTaken:
        form.email.errors = [TAKEN]
        return _account(visit, form, letter, status=422)
    return await _welcome(visit, person, letter)


@pages.get("/join/address/{token}", who=Who.anyone, mode=Mode.steps)
async def address(visit: Visit) -> Response:
    """What the mail led to: the address, and a button, for programs open links too."""
    async with visit.portal.database.system_transaction() as session:
        found = await find_address(session, visit.request.path_params["token"])
    return visit.render("joining/address.html", email=found.email)


@pages.post("/join/address/{token}", who=Who.anyone, mode=Mode.steps)
async def confirm(visit: Visit) -> Response:
    """The address works, and belongs to who typed it."""
    async with visit.portal.database.system_transaction() as session:
        await confirm_address(session, visit.request.path_params["token"])
    visit.tell(N_("Your e-mail address is confirmed."))
    return visit.redirect("/")


# What the pages share


async def _knock(visit: Visit, form: DoorForm) -> str:
    """The token of a pass. Raises NoFit, counted, or Over or TooManyTries."""
    hashed = await asyncio.to_thread(sealed, visit.portal.settings, Purpose.join, form.spelled)
    said = Known(form.born.data, str(form.uci.data or ""))
    host = visit.request.client.host if visit.request.client else ""
    tries = Tries("join", host)
    async with tries.turn():
        await visit.arrive()
        async with visit.portal.database.system_transaction() as session:
            try:
                return await knock(session, hashed, said, now=visit.now)
            except NoFit:
                # What was counted on the letter is kept.
                await session.commit()
                await tries.wrong()
                raise


async def _letter(visit: Visit) -> InvitationLetter:
    """The letter of a pass that still can make an account."""
    await visit.arrive()
    async with visit.portal.database.system_transaction() as session:
        joining, letter, _ = await open_pass(session, _token(visit), now=visit.now)
    if joining.looked_at is not None:
        raise PassOver
    return letter


def _strong(form: AccountForm, letter: InvitationLetter) -> bool:
    """Whether the password will do; what is wrong is said at the field."""
    about = letter.name.split() + str(form.email.data).replace("@", ".").split(".")
    try:
        require_strong(str(form.password.data), context=tuple(about))
    except WeakPassword as weak:
        form.password.errors = [weak.text]
        return False
    return True


async def _welcome(visit: Visit, person: UUID, letter: InvitationLetter) -> Response:
    async with visit.portal.database.login_transaction() as session:
        lasts = visit.portal.settings.session_absolute
        token = await sessions.begin(session, person, lasts=lasts)
    answer = RedirectResponse(f"/cases/{letter.case_id}", 303)
    visit.keep_cookie(answer, "session", token)
    visit.drop_cookie(answer, "visitor")
    visit.drop_cookie(answer, COOKIE)
    return answer


def _token(visit: Visit) -> str | None:
    return visit.request.cookies.get(visit.portal.cookie(COOKIE))


def _door(visit: Visit, form: DoorForm, *, status: int = 200) -> Response:
    return visit.render("joining/door.html", status=status, form=form, most=rules.joining.wrong)


def _account(
    visit: Visit, form: AccountForm, letter: InvitationLetter, *, status: int = 200
) -> Response:
    form.language.choices = [(code, NAMES[code]) for code in LANGUAGES]
    return visit.render("joining/account.html", status=status, form=form, known=letter.name)


pages.routes += checks.pages.routes
