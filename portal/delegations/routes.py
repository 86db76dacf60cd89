"""Pages of delegations: who acts in my name, answering an offer, ending a loan."""

from uuid import UUID, uuid4

from starlette.responses import Response

from portal.audit import Actor
from portal.delegations.answering import accept, refuse
from portal.delegations.ending import end, give_back
from portal.delegations.endings.choosing import Scope, preview
from portal.delegations.endings.routes import told
from portal.delegations.listing import Opened, list_delegations, read_delegation
from portal.delegations.managing import acting_as
from portal.delegations.states import State
from portal.gate import Unknown
from portal.rules import rules
from portal.web.language import N_
from portal.web.pages import Pages
from portal.web.visit import Visit

pages = Pages()

UNDERTAKE = N_("Tick the box to say that you will keep to this")


@pages.get("/delegations")
async def delegations(visit: Visit) -> Response:
    """Who acts in my name, what was lent to me, and what was done in my name."""
    found = await list_delegations(visit.session, visit.me.id, my_name=visit.me.name, now=visit.now)
    return visit.render("delegations/list.html", found=found)


@pages.get("/delegations/{delegation_id:uuid}")
async def delegation(visit: Visit) -> Response:
    """What is lent, by whom, until when; and, to whom it is offered, the two answers."""
    return await _offer_page(visit)


@pages.post("/delegations/{delegation_id:uuid}/acceptance")
async def accept_offer(visit: Visit) -> Response:
    """Accept, having promised to keep what is seen confidential."""
    if not visit.posted.get("undertaken"):
        return await _offer_page(visit, trouble=UNDERTAKE)
    lent = await accept(
        visit.session,
        _id(visit),
        by=_actor(visit),
        undertaking=rules.undertaking(str(visit.posted.get("undertaking", ""))).version,
        now=visit.now,
    )
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
    """What is lost, and by whom, before it is done; of a team's loan also by one of its people."""
    opened = await _opened(visit)
    if opened.lent.over:
        return visit.redirect(f"/delegations/{_id(visit)}")
    if not opened.mine and opened.lent.state is State.offered:
        raise Unknown
    grantor, leaver = opened.lent.row.grantor_id, _leaver(visit, opened)
    scope = Scope(grantor=grantor, loan=_id(visit), person=leaver)
    found = await preview(visit.session, scope, me=visit.me.id, now=visit.now, leaver=leaver)
    return visit.render(
        "delegations/ending.html", lent=opened.lent, found=found, leaver=leaver, key=uuid4()
    )


@pages.post("/delegations/{delegation_id:uuid}/ending")
async def end_delegation(visit: Visit) -> Response:
    """End it at once, for everybody it was lent to or for one of them; or give it back."""
    opened = await _opened(visit)
    if not opened.mine:
        await give_back(visit.session, _id(visit), by=_actor(visit), now=visit.now)
        visit.tell(N_("It has ended. Nothing more can be seen or done through it."))
        return visit.redirect("/delegations")
    grantor, key = opened.lent.row.grantor_id, visit.form_key
    ended = await end(
        visit.session,
        [_id(visit)],
        ending_id=key,
        grantor=grantor,
        by=await acting_as(visit.session, visit.me, grantor),
        now=visit.now,
        leaver=_leaver(visit, opened),
    )
    if ended and opened.lent.state is State.offered:
        visit.tell(N_("The offer is withdrawn. Nobody can accept it any more."))
        return visit.redirect("/delegations")
    return told(visit, key, ended=ended)


def _leaver(visit: Visit, opened: Opened) -> UUID | None:
    """Whose part alone ends: mine, where it was lent to me; one of a team's people, if one is named."""
    if not opened.mine:
        return visit.me.id
    asked = visit.posted.get("person") or visit.request.query_params.get("person")
    named = [one.person_id for one in opened.lent.accepted if str(one.person_id) == asked]
    if asked and not named:
        raise Unknown
    return named[0] if named else None


async def _opened(visit: Visit) -> Opened:
    return await read_delegation(visit.session, _id(visit), me=visit.me.id, now=visit.now)


async def _offer_page(visit: Visit, *, trouble: str = "") -> Response:
    opened = await _opened(visit)
    return visit.render(
        "delegations/one.html",
        status=422 if trouble else 200,
        loan=opened,
        lent=opened.lent,
        answering=opened.lent.state is State.offered and _may_answer(opened, visit.me.id),
        undertaking=rules.undertaking(),
        trouble=visit.say(trouble) if trouble else "",
    )


def _may_answer(opened: Opened, me: UUID) -> bool:
    row = opened.lent.row
    return row.to_me and me not in {row.grantor_id, row.offered_by}


def _actor(visit: Visit) -> Actor:
    return Actor(visit.me.id, visit.me.name)


def _id(visit: Visit) -> UUID:
    return visit.request.path_params["delegation_id"]
