"""Pages: how somebody wants to be told, and the link in a reminder that stops reminders."""

from datetime import UTC, datetime

from starlette.responses import Response
from wtforms import BooleanField, EmailField, Form, RadioField, SelectField, ValidationError
from wtforms.validators import AnyOf, Optional

from notices.address import NotAnAddress, one_address
from portal.gate import Unknown
from portal.preferences.choosing import Asked, Choice, by_link, choose, what_is_chosen
from portal.preferences.zones import zones
from portal.web.language import LANGUAGES, N_, NAMES
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit

pages = Pages()

AT_ONCE, DAILY = "at-once", "daily"
RHYTHMS = (
    (AT_ONCE, N_("At once, one e-mail for each")),
    (DAILY, N_("Once a day, at 8:00 where you are, one e-mail for all that came")),
)


class PreferencesForm(Form):
    """How somebody is told, and in which language and zone."""

    rhythm = RadioField(
        N_("When we e-mail you"),
        [AnyOf((AT_ONCE, DAILY), N_("Choose when we e-mail you"))],
        choices=[],
        validate_choice=False,
    )
    neutral = BooleanField(N_("Leave the name of the portal out of e-mails and page titles"))
    second_address = EmailField(
        N_("A second e-mail address"),
        [Optional()],
        filters=[lambda text: (text or "").strip().lower()],
    )
    reminders = BooleanField(N_("Remind me by e-mail of what I have not opened"))
    language = RadioField(
        N_("Language of the portal and of e-mails"),
        [AnyOf(LANGUAGES, N_("Choose English or French"))],
        choices=[],
        validate_choice=False,
    )
    zone = SelectField(
        N_("Time zone"),
        [AnyOf([name for name, _ in zones()], N_("Choose a time zone from the list"))],
        choices=[],
        validate_choice=False,
    )

    own_address = ""

    def validate_second_address(self, field: EmailField) -> None:
        """One address, and another one than that of the account."""
        try:
            one_address(str(field.data))
        except NotAnAddress:
            raise ValidationError(
                N_("Enter one e-mail address, such as name@example.org, or leave it empty")
            ) from None
        if field.data == self.own_address:
            raise ValidationError(
                N_("This is the address you sign in with. Enter another one, or leave it empty")
            )

    @property
    def choice(self) -> Choice:
        """What was chosen; only of a valid form."""
        return Choice(
            daily=self.rhythm.data == DAILY,
            neutral=bool(self.neutral.data),
            second_address=str(self.second_address.data or "") or None,
            reminders=bool(self.reminders.data),
            language=str(self.language.data),
            zone=str(self.zone.data),
        )


@pages.get("/preferences")
async def preferences(visit: Visit) -> Response:
    """What holds now, ready to be changed."""
    chosen = (await what_is_chosen(visit.session, visit.me.id)).choice
    form = visit.form(
        PreferencesForm,
        rhythm=DAILY if chosen.daily else AT_ONCE,
        neutral=chosen.neutral,
        second_address=chosen.second_address or "",
        reminders=chosen.reminders,
        language=chosen.language,
        zone=chosen.zone,
    )
    return await _page(visit, form)


@pages.post("/preferences")
async def change_preferences(visit: Visit) -> Response:
    """Keep what was chosen, and say so in the language that was chosen."""
    form = visit.form(PreferencesForm)
    form.own_address = visit.me.email
    if not form.validate():
        return await _page(visit, form, status=422)
    choice = form.choice
    await choose(visit.session, visit.me.id, choice, now=visit.now)
    visit.tell(N_("Your preferences are kept."))
    answer = visit.redirect("/preferences")
    answer.set_cookie(
        "language", choice.language, max_age=31_536_000, httponly=True, samesite="lax"
    )
    return answer


async def _page(visit: Visit, form: PreferencesForm, *, status: int = 200) -> Response:
    form.rhythm.choices = [(value, visit.say(text)) for value, text in RHYTHMS]
    form.language.choices = [(code, NAMES[code]) for code in LANGUAGES]
    form.zone.choices = list(zones(visit.language))
    chosen = await what_is_chosen(visit.session, visit.me.id)
    return visit.render("preferences/page.html", form=form, chosen=chosen, status=status)


@pages.get("/reminders/{token}", who=Who.anyone, mode=Mode.steps)
async def stop_page(visit: Visit) -> Response:
    """Ask first: programs that look into mails follow every link, and must stop nothing."""
    return await _stopping(visit, "look")


@pages.post("/reminders/{token}", who=Who.anyone, mode=Mode.machine)
async def stop_reminders(visit: Visit) -> Response:
    """Stop this person's reminders: by the button, or by a mail program for its user (RFC 8058).

    Such a program brings no cookie and takes no redirect; what it may do, its link says.
    """
    return await _stopping(visit, "stop")


async def _stopping(visit: Visit, asked: Asked) -> Response:
    token = visit.request.path_params["token"]
    async with visit.portal.database.system_transaction() as session:
        stopped = await by_link(session, token, asked=asked, now=datetime.now(UTC))
    if stopped is None:
        raise Unknown
    return visit.render("preferences/reminders.html", stopped=stopped)
