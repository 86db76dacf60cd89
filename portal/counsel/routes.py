"""Pages on which counsel tells the registry of a new case, and those of the registry's answer."""

from uuid import uuid4

from starlette.responses import Response

from portal.audit import Actor
from portal.counsel.answers import routes as answers
from portal.counsel.form import RetainerForm
from portal.counsel.retaining import ANSWER_DAYS, declare, my_retainers
from portal.gate import Unknown
from portal.models import Calling
from portal.registry.carrying import carried, key_of, step_of
from portal.rules import rules
from portal.web.language import N_
from portal.web.pages import Pages
from portal.web.visit import Visit

pages = Pages()

PAID_WORDS = {"yes": N_("Yes"), "no": N_("No")}
SCOPE_WORDS = {"whole": N_("The whole case"), "limited": N_("A part of it: a limited retainer")}


@pages.get("/retainers")
async def retainers(visit: Visit) -> Response:
    """What I told the registry, and what it answered."""
    _require_counsel(visit)
    return visit.render(
        "counsel/retainers.html",
        retainers=await my_retainers(visit.session, visit.me.id),
        answer_days=ANSWER_DAYS,
    )


@pages.get("/retainers/new")
async def new_retainer(visit: Visit) -> Response:
    """The empty form."""
    _require_counsel(visit)
    return _form_page(visit, _offer(visit, RetainerForm(None, id=str(uuid4()), scope="whole")))


@pages.post("/retainers/new")
async def declare_retainer(visit: Visit) -> Response:
    """Check it, then lay it on the registry's desk; the answer is the same for every number."""
    _require_counsel(visit)
    form = _offer(visit, visit.form(RetainerForm))
    if step_of(visit) == "change":
        return _form_page(visit, form)
    if not form.validate():
        return _form_page(visit, form, status=422)
    if step_of(visit) != "send":
        return visit.render(
            "counsel/retainer_check.html",
            form=form,
            said=form.said,
            carried=carried(visit),
            answer_days=ANSWER_DAYS,
        )
    by = Actor(visit.me.id, visit.me.name)
    await declare(visit.session, key_of(visit), form.said, by=by, now=visit.now)
    visit.tell(N_("The registry has it."))
    return visit.redirect("/retainers")


def _require_counsel(visit: Visit) -> None:
    """For counsel: nobody else becomes counsel of record by asking."""
    if visit.me.calling != Calling.counsel:
        raise Unknown


def _offer(visit: Visit, form: RetainerForm) -> RetainerForm:
    """Give the form its choices, in the reader's language."""
    form.division.choices = [
        (code, visit.formatting.data(one.name)) for code, one in rules.divisions.items()
    ]
    form.paid.choices = [(code, visit.say(words)) for code, words in PAID_WORDS.items()]
    form.scope.choices = [(code, visit.say(words)) for code, words in SCOPE_WORDS.items()]
    form.today = visit.today
    return form


def _form_page(visit: Visit, form: RetainerForm, *, status: int = 200) -> Response:
    return visit.render("counsel/retainer_new.html", status=status, form=form)


pages.routes += answers.pages.routes
