"""What every form asks that makes an account: the language, and a password twice."""

from wtforms import Form, PasswordField, RadioField
from wtforms.validators import AnyOf, EqualTo, InputRequired

from portal.web.language import LANGUAGES, N_


class NewAccountForm(Form):
    """In which language somebody reads, and by which password he or she comes back."""

    language = RadioField(
        N_("Language of the portal"),
        [AnyOf(LANGUAGES, N_("Choose English or French"))],
        choices=[],
        validate_choice=False,
    )
    password = PasswordField(N_("New password"), [InputRequired(N_("Choose a password"))])
    again = PasswordField(
        N_("The same password again"),
        [EqualTo("password", N_("The two passwords are not the same. Type both again"))],
    )
