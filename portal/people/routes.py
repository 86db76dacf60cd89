"""Pages for coming and going: sign in, sign out, language, the way back after a time-out."""

from typing import Any

from starlette.responses import RedirectResponse, Response
from wtforms import BooleanField, EmailField, Form, PasswordField
from wtforms.validators import InputRequired

from portal.people.demo import DEMO_PASSWORD, DEMO_PEOPLE
from portal.people.signing_in import WrongCredentials, check_password, find_account
from portal.web import sessions
from portal.web.language import LANGUAGES, N_
from portal.web.pages import Mode, Pages, Who, own_path
from portal.web.visit import Visit

pages = Pages()

# Fields of a form that was sent after its session had ended, carried through signing in.
KEPT = "kept."
WRONG = N_("The e-mail address or the password is not right. Check both and try again.")


class SignInForm(Form):
    """Address and password."""

    email = EmailField(N_("E-mail address"), [InputRequired(N_("Enter your e-mail address"))])
    password = PasswordField(N_("Password"), [InputRequired(N_("Enter your password"))])
    shared = BooleanField(N_("Other people use this phone or computer too"))


@pages.get("/", who=Who.anyone)
async def start(visit: Visit) -> Response:
    """To the person's own first page."""
    me = visit.someone
    return visit.redirect("/sign-in" if me is None else "/registry" if me.is_staff else "/cases")


@pages.get("/sign-in", who=Who.anyone)
async def sign_in_page(visit: Visit) -> Response:
    """The form."""
    following = own_path(visit.request.query_params.get("next", ""))
    return _page(visit, visit.form(SignInForm), following=following)


@pages.post("/sign-in", who=Who.anyone, mode=Mode.steps)
async def sign_in(visit: Visit) -> Response:
    """Check the password outside any transaction: hashing is slow on purpose."""
    form = visit.form(SignInForm)
    following = own_path(str(visit.posted.get("next", "")))
    if not form.validate():
        return _page(visit, form, following=following, status=422)
    database = visit.portal.database
    email, password = str(form.email.data), str(form.password.data)
    async with database.login_transaction() as session:
        account = await find_account(session, email)
    address = visit.request.client.host if visit.request.client else ""
    try:
        person = await check_password(
            account, password, passwords=visit.portal.passwords, address=address, email=email
        )
    except WrongCredentials:
        form.form_errors = [WRONG]
        return _page(visit, form, following=following, status=422)
    async with database.login_transaction() as session:
        token = await sessions.begin(
            session,
            person,
            lasts=visit.portal.settings.session_absolute,
            shared=bool(form.shared.data),
        )
    return _welcome(visit, token, following)


def interrupted(visit: Visit) -> Response:
    """The form over an act that came after its session had ended: what was typed waits inside."""
    kept = [(name, value) for name, value in visit.posted.multi_items() if name != "csrf"]
    return _door(visit, SignInForm(), status=401, kept=kept, kept_for=visit.request.url.path)


@pages.post("/sign-out", who=Who.anyone, mode=Mode.steps)
async def sign_out(visit: Visit) -> Response:
    """End the session for good; Back shows nothing, for no page is kept."""
    if visit.token:
        async with visit.portal.database.login_transaction() as session:
            await sessions.end(session, visit.token)
    answer = visit.redirect("/sign-in")
    visit.forget(answer)
    return answer


@pages.get("/language", who=Who.anyone)
async def choose_language(visit: Visit) -> Response:
    """Remember the language on this browser, and stay on the page."""
    asked = visit.request.query_params
    answer = visit.redirect(own_path(asked.get("next", "")) or "/")
    if asked.get("to") in LANGUAGES:
        answer.set_cookie(
            "language", asked["to"], max_age=31_536_000, httponly=True, samesite="lax"
        )
    return answer


@pages.get("/session")
async def stay(visit: Visit) -> Response:
    """Using the session keeps it: a page asks for this when the person says "still here"."""
    return Response(status_code=204 if visit.me else 401)


def _page(visit: Visit, form: SignInForm, *, following: str, status: int = 200) -> Response:
    kept = [
        (name.removeprefix(KEPT), value)
        for name, value in visit.posted.multi_items()
        if name.startswith(KEPT)
    ]
    kept_for = own_path(str(visit.posted.get("kept_for", "")))
    return _door(visit, form, status=status, following=following, kept=kept, kept_for=kept_for)


def _door(
    visit: Visit,
    form: SignInForm,
    *,
    status: int,
    kept: list[tuple[str, Any]],
    kept_for: str,
    following: str = "",
) -> Response:
    """The page; a demonstration says on it who may sign in."""
    return visit.render(
        "people/sign_in.html",
        status=status,
        form=form,
        next=following,
        kept=kept,
        kept_for=kept_for,
        demo_people=DEMO_PEOPLE if visit.portal.settings.demo else (),
        demo_password=DEMO_PASSWORD,
    )


def _welcome(visit: Visit, token: str, following: str) -> Response:
    """On to where the person was going; a form that was interrupted is offered again."""
    kept_for = own_path(str(visit.posted.get("kept_for", "")))
    answer: Response = RedirectResponse(following or "/", 303)
    if kept_for:
        visit.secret = token
        kept = [
            (name.removeprefix(KEPT), value)
            for name, value in visit.posted.multi_items()
            if name.startswith(KEPT)
        ]
        answer = visit.render("people/resume.html", kept=kept, kept_for=kept_for)
    visit.keep_cookie(answer, "session", token)
    visit.drop_cookie(answer, "visitor")
    return answer
