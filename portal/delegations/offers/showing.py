"""Showing: what the form of an offer shows, and the check before anything is done."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wtforms import Form

from portal.delegations.changing import Change
from portal.delegations.form import EXPLAINED, LISTED, LendForm
from portal.delegations.states import Lent
from portal.delegations.terms import Terms
from portal.web.language import N_
from portal.web.visit import Visit


@dataclass(frozen=True)
class Asked:
    """An offer on its way: its form, in whose name it is, and the loan that it changes, if any."""

    form: LendForm
    lender_id: UUID
    lender: str
    # The days that are agreed are days where the lender is, whoever types them.
    zone: str
    lent: Lent | None = None


def fits(visit: Visit, form: Form, terms: Terms) -> bool:
    """Whether these terms can be offered; what is wrong is said at its field."""
    today = terms.today(visit.now)
    misfits = list(terms.misfits(own_address=visit.me.email, today=today))
    for name, text in misfits:
        if name in form:
            form[name].errors = [text]
        else:
            form.form_errors = [text]
    return not misfits


def shown_form(visit: Visit, asked: Asked) -> dict[str, Any]:
    """What the page of the form shows, its choices in the reader's language."""
    form = asked.form
    mine = asked.lender_id == visit.me.id
    every = N_("All of my cases, now and later") if mine else N_("All cases, now and later")
    form.scope.choices = [
        ("all", visit.say(every)),
        ("listed", visit.say(N_("Only some of them"))),
    ]
    if "whom" in form:
        by_code = N_("Another team, by its code") if form.mine.teams else N_("A team, by its code")
        form.whom.choices = [
            ("person", visit.say(N_("A person"))),
            *((str(team.id), team.name) for team in form.mine.teams),
            ("code", visit.say(by_code)),
        ]
    offered = [(right, EXPLAINED[right]) for right in form.mine.rights]
    form.rights.choices = [(right.value, visit.say(words[0])) for right, words in offered]
    return {
        "form": form,
        "asked": asked,
        "many": len(form.mine.cases) >= LISTED or bool(form.find.data),
        "numbers": {str(case.id): case.numbers for case in form.mine.cases},
        "explained": {
            right.value: f"{visit.say(words[1])} {visit.say(words[2])}" for right, words in offered
        },
    }


def shown_check(
    visit: Visit, asked: Asked, terms: Terms, change: Change | None = None
) -> dict[str, Any]:
    """What would be lent, and what will happen, before anything is done."""
    left_out = {"csrf", "step", "key"}
    return {
        "terms": terms,
        "titles": {case.id: case for case in asked.form.mine.cases},
        "team": asked.form.team if "whom" in asked.form else None,
        "asked": asked,
        "change": change,
        "kept": [each for each in visit.posted.multi_items() if each[0] not in left_out],
    }
