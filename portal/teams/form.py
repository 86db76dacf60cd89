"""The forms of teams: what one is called, and whom to ask into it."""

from wtforms import EmailField, Form, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.web.language import N_


class StartForm(Form):
    """What the team is called."""

    name = StringField(
        N_("Name of the team"),
        [
            DataRequired(N_("Enter a name for the team")),
            Length(max=80, message=N_("Use at most 80 characters for the name")),
        ],
        filters=[lambda text: " ".join(text.split()) if text else text],
    )


class InviteForm(Form):
    """Whom to ask into the team."""

    email = EmailField(
        N_("E-mail address of the person"),
        [
            InputRequired(N_("Enter the e-mail address of the person")),
            Length(max=254, message=N_("Use at most 254 characters")),
        ],
        filters=[lambda text: text.strip().lower() if text else text],
    )
