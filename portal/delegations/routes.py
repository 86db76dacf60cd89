"""Pages of delegations: who acts in my name, lending access, answering an offer, ending a loan."""

from uuid import UUID, uuid4

from starlette.responses import Response

from portal.audit import Actor
from portal.delegations.answering import accept, end, refuse
from portal.delegations.form import EXPLAINED, LISTED, LendForm, fill_in
from portal.delegations.listing import State, list_delegations, read_delegation
from portal.delegations.offering import CannotLend, offer
from portal.delegations.terms import Terms, usual
from portal.gate import Unknown
from portal.web.language import N_
from portal.web.pages import Pages
from portal.web.visit import Visit

pages = Pages()

UNDERTAKE = N_("Tick the box to say that you will keep to this")


@pages.get("/delegations")
async def delegations(visit: Visit) -> Response:
    """Who acts in my name, what was lent to me, and what was done in my name."""
    found = await list_delegations(
        visit.session, visit.me.id, address=visit.me.email, now=visit.now
    )
    return visit.render("delegations/list.html", found=found)


@pages.get("/delegations/new")
async def new_offer(visit: Visit) -> Response:
    """The empty form: from today, for a year."""
    form = visit.form(LendForm, starts=visit.today, ends=usual(visit.today))
    await fill_in(visit.session, form, visit.me.id)
    return _form_page(visit, form, key=uuid4())


@pages.post("/delegations/new")
async def make_offer(visit: Visit) -> Response:
    """Look for cases, check the answers, go back to change them, or offer: the button says which."""
    step = str(visit.posted.get("step", "check"))
    key = _key(visit)
    form = visit.form(LendForm)
    await fill_in(visit.session, form, visit.me.id)
    if step in {"find", "edit"}:
        return _form_page(visit, form, key=key)
    if not _fits(visit, form):
        return _form_page(visit, form, key=key, status=422)
    terms = form.terms(zone=visit.me.zone)
    if step != "offer":
        return _check_page(visit, form, terms, key=key)
    try:
        await offer(
            visit.session,
            terms,
            delegation_id=key,
            by=_actor(visit),
            own_address=visit.me.email,
            now=visit.now,
        )
    except CannotLend as refusal:
        form.form_errors = [refusal.text]
        return _form_page(visit, form, key=uuid4(), status=422)
    visit.tell(
        N_("The offer goes to %(address)s by e-mail. It counts when that person has accepted it."),
        address=terms.email,
    )
    return visit.redirect("/delegations")


@pages.get("/delegations/{delegation_id:uuid}")
async def delegation(visit: Visit) -> Response:
    """What is lent, by whom, until when; and, to whom it is offered, the two answers."""
    return await _offer_page(visit)


@pages.post("/delegations/{delegation_id:uuid}/acceptance")
async def accept_offer(visit: Visit) -> Response:
    """Accept, having promised to keep what is seen confidential."""
    if not visit.posted.get("undertaken"):
        return await _offer_page(visit, trouble=UNDERTAKE)
    lent = await accept(visit.session, _id(visit), by=_actor(visit), now=visit.now)
    if lent.starts_at > visit.now:
        visit.tell(N_("You have accepted. It counts from the first day that was agreed."))
    else:
        visit.tell(N_("You have accepted. The cases are in your list now."))
    return visit.redirect("/delegations" if lent.starts_at > visit.now else "/cases")


@pages.post("/delegations/{delegation_id:uuid}/refusal")
async def refuse_offer(visit: Visit) -> Response:
    """Say no."""
    await refuse(visit.session, _id(visit), by=_actor(visit), now=visit.now)
    visit.tell(N_("You have refused the offer. Nothing was lent to you."))
    return visit.redirect("/delegations")


@pages.get("/delegations/{delegation_id:uuid}/ending")
async def preview_ending(visit: Visit) -> Response:
    """Which cases and rights are lost, by whom, before it is done."""
    opened = await read_delegation(visit.session, _id(visit), now=visit.now)
    if opened.lent.over:
        return visit.redirect(f"/delegations/{_id(visit)}")
    if opened.lent.row.grantor_id != visit.me.id and opened.lent.state is State.offered:
        raise Unknown
    return visit.render("delegations/ending.html", opened=opened, lent=opened.lent)


@pages.post("/delegations/{delegation_id:uuid}/ending")
async def end_delegation(visit: Visit) -> Response:
    """End it at once."""
    lent = await end(visit.session, _id(visit), by=_actor(visit), now=visit.now)
    if lent.accepted_at is None:
        visit.tell(N_("The offer is withdrawn. Nobody can accept it any more."))
    else:
        visit.tell(N_("It has ended. Nothing more can be seen or done through it."))
    return visit.redirect("/delegations")


def _fits(visit: Visit, form: LendForm) -> bool:
    """Whether the form holds terms that can be offered; what is wrong is said at its field."""
    if not form.validate():
        return False
    terms = form.terms(zone=visit.me.zone)
    misfits = list(terms.misfits(own_address=visit.me.email, today=visit.today))
    for name, text in misfits:
        form[name].errors = [text]
    return not misfits


def _form_page(visit: Visit, form: LendForm, *, key: UUID, status: int = 200) -> Response:
    form.scope.choices = [
        ("all", visit.say(N_("All of my cases, now and later"))),
        ("listed", visit.say(N_("Only some of them"))),
    ]
    offered = [(right, EXPLAINED[right]) for right in form.mine.rights]
    form.rights.choices = [(right.value, visit.say(name)) for right, (name, _) in offered]
    return visit.render(
        "delegations/new.html",
        status=status,
        form=form,
        key=key,
        many=len(form.mine.cases) >= LISTED or bool(form.find.data),
        numbers={str(case.id): case.numbers for case in form.mine.cases},
        explained={right.value: visit.say(meaning) for right, (_, meaning) in offered},
    )


def _check_page(visit: Visit, form: LendForm, terms: Terms, *, key: UUID) -> Response:
    left_out = {"csrf", "step", "key"}
    return visit.render(
        "delegations/check.html",
        terms=terms,
        cases=[case for case in form.mine.cases if terms.cases and case.id in terms.cases],
        key=key,
        kept=[each for each in visit.posted.multi_items() if each[0] not in left_out],
    )


async def _offer_page(visit: Visit, *, trouble: str = "") -> Response:
    opened = await read_delegation(visit.session, _id(visit), now=visit.now)
    return visit.render(
        "delegations/one.html",
        status=422 if trouble else 200,
        opened=opened,
        lent=opened.lent,
        answering=opened.lent.state is State.offered and opened.lent.row.grantor_id != visit.me.id,
        trouble=visit.say(trouble) if trouble else "",
    )


def _actor(visit: Visit) -> Actor:
    return Actor(visit.me.id, visit.me.name)


def _id(visit: Visit) -> UUID:
    return visit.request.path_params["delegation_id"]


def _key(visit: Visit) -> UUID:
    try:
        return UUID(str(visit.posted.get("key", "")))
    except ValueError:
        return uuid4()
