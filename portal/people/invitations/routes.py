"""The page behind an invitation's link: who comes with it chooses a password and is signed in."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.models import Answer, Delegation, Invitation, Membership
from portal.people.form import NewAccountForm
from portal.people.inviting import HasAccount, join, known_name, open_invitation
from portal.people.passwords import WeakPassword, require_strong
from portal.web import sessions
from portal.web.language import LANGUAGES, N_, NAMES
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit

pages = Pages()


class JoinForm(NewAccountForm):
    """Who somebody is, in which language, and by which password."""

    name = StringField(
        N_("Your name"),
        [
            DataRequired(N_("Enter your first name and your last name")),
            Length(max=200, message=N_("Use at most 200 characters for your name")),
        ],
        filters=[lambda text: " ".join(text.split()) if text else text],
    )


@pages.get("/invitations/{token}", who=Who.anyone, mode=Mode.steps)
async def invitation(visit: Visit) -> Response:
    """What the mail led to. Somebody who has an account already is asked to sign in."""
    try:
        invited, name = await _invited(visit)
    except HasAccount:
        return visit.redirect("/sign-in?next=/delegations")
    return _page(visit, visit.form(JoinForm, language=visit.language), invited, name=name)


@pages.post("/invitations/{token}", who=Who.anyone, mode=Mode.steps)
async def accept_invitation(visit: Visit) -> Response:
    """Make the account, sign in, and go on to what waits. Hashing is outside any transaction."""
    form = visit.form(JoinForm)
    try:
        invited, name = await _invited(visit)
        if name is not None:
            form.name.validators = ()
        if not form.validate() or not _strong(form, invited, name=name):
            return _page(visit, form, invited, name=name, status=422)
        hashed = await visit.portal.passwords.hash(str(form.password.data))
        async with visit.portal.database.login_transaction() as session:
            person = await join(
                session,
                _token(visit),
                name=name or str(form.name.data),
                language=str(form.language.data),
                password_hash=hashed,
            )
            target = await _what_waits(session, invited.email)
    except HasAccount:
        return visit.redirect("/sign-in?next=/delegations")
    return await _welcome(visit, person, target)


async def _invited(visit: Visit) -> tuple[Invitation, str | None]:
    async with visit.portal.database.login_transaction() as session:
        invited = await open_invitation(session, _token(visit))
        return invited, await known_name(session, invited)


def _strong(form: JoinForm, invited: Invitation, *, name: str | None) -> bool:
    """Whether the password will do; what is wrong is said at the field."""
    about = (name or str(form.name.data)).split() + invited.email.replace("@", ".").split(".")
    try:
        require_strong(str(form.password.data), context=tuple(about))
    except WeakPassword as weak:
        form.password.errors = [weak.text]
        return False
    return True


async def _what_waits(session: AsyncSession, email: str) -> str:
    """The offer or the team that the person came for, if it is one."""
    offer = await session.scalar(
        sa.select(Delegation.id)
        .where(Delegation.invited_email == email, Delegation.ended_at.is_(None))
        .where(~sa.exists().where(Answer.delegation_id == Delegation.id))
        .order_by(Delegation.offered_at.desc())
        .limit(1)
    )
    if offer:
        return f"/delegations/{offer}"
    team = sa.exists().where(Membership.invited_email == email, Membership.ended_at.is_(None))
    return "/teams" if await session.scalar(sa.select(team)) else "/"


async def _welcome(visit: Visit, person: UUID, target: str) -> Response:
    async with visit.portal.database.login_transaction() as session:
        lasts = visit.portal.settings.session_absolute
        token = await sessions.begin(session, person, lasts=lasts)
    answer = visit.redirect(target)
    visit.keep_cookie(answer, "session", token)
    visit.drop_cookie(answer, "visitor")
    return answer


def _page(
    visit: Visit, form: JoinForm, invited: Invitation, *, name: str | None, status: int = 200
) -> Response:
    form.language.choices = [(code, NAMES[code]) for code in LANGUAGES]
    return visit.render(
        "people/invitation.html", status=status, form=form, email=invited.email, known=name
    )


def _token(visit: Visit) -> str:
    return visit.request.path_params["token"]
