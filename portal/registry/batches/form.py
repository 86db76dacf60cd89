"""The form that begins a batch."""

from uuid import uuid4

from wtforms import FileField, Form, HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired

from portal.registry.notices.form import OFFERED
from portal.rules import rules
from portal.web.language import N_
from portal.web.visit import Visit


class BatchForm(Form):
    """Which notice, and for whom."""

    id = HiddenField()
    kind = RadioField(N_("Which notice?"), [InputRequired(N_("Choose a notice"))], choices=[])
    division = RadioField(N_("Division"), [InputRequired(N_("Choose a division"))], choices=[])
    pasted = TextAreaField(N_("File numbers, one on each line"))
    file = FileField(N_("Or a CSV file"))


def empty_form(visit: Visit, *, division: str = "", pasted: str = "") -> BatchForm:
    """As it opens."""
    mine = visit.me.divisions
    chosen = division if division in mine else mine[0] if len(mine) == 1 else None
    return _offer(visit, BatchForm(None, id=str(uuid4()), division=chosen, pasted=pasted))


def sent_form(visit: Visit) -> BatchForm:
    """As it was sent."""
    return _offer(visit, BatchForm(visit.posted))


def _offer(visit: Visit, form: BatchForm) -> BatchForm:
    form.kind.choices = [
        (code, kind.title.fr if visit.language == "fr" else kind.title.en)
        for code, kind in OFFERED.items()
    ]
    form.division.choices = [
        (code, visit.formatting.data(division.name))
        for code, division in rules.divisions.items()
        if code in visit.me.divisions
    ]
    return form
