"""Pages of offers: lending access, changing what was lent, mailing an invitation once more."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from starlette.responses import Response

from portal.delegations.changing import Change, change
from portal.delegations.filling import fill_in
from portal.delegations.form import LendForm
from portal.delegations.listing import read_delegation
from portal.delegations.managing import acting_as
from portal.delegations.offering import CannotLend, NothingToLend, offer, offer_again
from portal.delegations.offers.covers import routes as covers
from portal.delegations.offers.showing import Asked, fits, shown_check, shown_form
from portal.delegations.states import Lent
from portal.delegations.terms import Terms, usual
from portal.gate import Unknown
from portal.web.fields import as_id
from portal.web.language import N_
from portal.web.pages import Pages
from portal.web.visit import Visit

# Presses that ask for the form again.
LOOKING = {"find", "edit"}
NOTHING_NEW = N_("Nothing is different from what is lent now")
AT_ONCE = N_("It counts from now on. The history of each case says so.")
AS_OFFER = N_("The new terms are offered. Until they are accepted, the old ones hold.")
INSTEAD = N_("The new offer has taken the place of the old one.")

pages = Pages()


@pages.get("/delegations/new")
async def new_offer(visit: Visit) -> Response:
    """The empty form, from today for a year; before it, in whose name, if there is a choice."""
    form = visit.form(LendForm, starts=visit.today, ends=usual(visit.today))
    asked = await _asked(visit, form, visit.request.query_params.get("principal"))
    if asked is None:
        return visit.render("delegations/principal.html", lenders=form.mine.lenders)
    return _form_page(visit, asked, key=uuid4())


@pages.post("/delegations/new")
async def make_offer(visit: Visit) -> Response:
    """Look for cases, check the answers, go back to change them, or offer: the button says which."""
    step, key = str(visit.posted.get("step", "check")), visit.form_key
    named = visit.posted.get("principal", "")
    asked = await _asked(visit, visit.form(LendForm), named or visit.me.id)
    # Who was to lend no longer can: it is not lent in another's name instead.
    if asked is None or named not in {"", str(asked.lender_id)}:
        raise NothingToLend
    form = asked.form
    if step in LOOKING:
        return _form_page(visit, asked, key=key)
    if not form.validate() or not fits(visit, form, form.terms(zone=asked.zone)):
        return _form_page(visit, asked, key=key, status=422)
    terms = form.terms(zone=asked.zone)
    if step != "offer":
        return _check_page(visit, asked, terms, key=key)
    try:
        await offer(visit.session, terms, delegation_id=key, **await _by(visit, asked))
    except CannotLend as refusal:
        return _form_page(visit, asked, key=uuid4(), wrong=refusal.text)
    _tell_offered(visit, terms, form.team)
    return visit.redirect("/delegations")


@pages.get("/delegations/{delegation_id:uuid}/change")
async def new_terms(visit: Visit) -> Response:
    """The form with the present terms; a loan that is over has none to change."""
    lent = await _lent(visit)
    row = lent.row
    if lent.over:
        return visit.redirect(f"/delegations/{row.id}")
    form = visit.form(
        LendForm,
        rights=[right for right in row.rights if right != "see"],
        scope="all" if row.all_cases else "listed",
        starts=visit.formatting.local_day(row.starts_at, row.zone),
        ends=visit.formatting.local_day(row.ends_at, row.zone),
        reason=visit.say(row.reason) if row.kind == "cover" else row.reason,
    )
    asked = await _asked_instead(visit, form, lent)
    form.cases.data = [str(case) for case in form.mine.before]
    return _form_page(visit, asked, key=uuid4())


@pages.post("/delegations/{delegation_id:uuid}/change")
async def change_terms(visit: Visit) -> Response:
    """Look for cases, see what will happen, or do it: at once if it is less, else as an offer."""
    step, key = str(visit.posted.get("step", "check")), visit.form_key
    lent = await _lent(visit)
    asked = await _asked_instead(visit, visit.form(LendForm), lent)
    form, row = asked.form, lent.row
    if step in LOOKING or not form.validate():
        return _form_page(visit, asked, key=key, status=200 if step in LOOKING else 422)
    terms = _other_terms(visit, form, row)
    today = terms.today(visit.now)
    changed = Change(row, form.mine.before, terms, accepted=bool(lent.accepted))
    if not fits(visit, form, changed.offered(today)):
        return _form_page(visit, asked, key=key, status=422)
    if step != "offer" and changed.idle:
        return _form_page(visit, asked, key=key, wrong=NOTHING_NEW)
    if step != "offer":
        wanted = terms if changed.at_once else changed.offered(today)
        return _check_page(visit, asked, wanted, key=key, change=changed)
    try:
        by = await _by(visit, asked)
        at_once = await change(visit.session, row.id, terms, new_id=key, **by)
    except CannotLend as refusal:
        return _form_page(visit, asked, key=uuid4(), wrong=refusal.text)
    visit.tell(AT_ONCE if at_once else AS_OFFER if lent.accepted else INSTEAD)
    return visit.redirect("/delegations")


@pages.post("/delegations/{delegation_id:uuid}/resending")
async def resend(visit: Visit) -> Response:
    """Mail the invitation once more."""
    row = (await _lent(visit)).row
    by = await acting_as(visit.session, visit.me, row.grantor_id)
    await offer_again(visit.session, row.id, by=by, now=visit.now)
    visit.tell(
        N_("The invitation goes to %(address)s again. The offer waits for another 7 days."),
        address=row.invited_email,
    )
    return visit.redirect("/delegations")


def _form_page(
    visit: Visit, asked: Asked, *, key: UUID, wrong: str = "", status: int = 200
) -> Response:
    """The form; `wrong`: why what was sent cannot be done."""
    if wrong:
        asked.form.form_errors, status = [wrong], 422
    shown = shown_form(visit, asked)
    return visit.render("delegations/new.html", status=status, key=key, **shown)


def _check_page(
    visit: Visit, asked: Asked, terms: Terms, *, key: UUID, change: Change | None = None
) -> Response:
    shown = shown_check(visit, asked, terms, change)
    return visit.render("delegations/check.html", key=key, **shown)


async def _asked(visit: Visit, form: LendForm, wanted: object) -> Asked | None:
    """The form for whoever lends; None where it is still to be chosen in whose name.

    `wanted`: the id of one for whom the reader may lend, or anything else.
    """
    me = visit.me.id
    guess = as_id(wanted) or me
    await fill_in(visit.session, form, me, grantor=guess)
    able = form.mine.lenders
    named = [one for one in able if str(one.id) == str(wanted)]
    if not named and len(able) > 1:
        return None
    lender = named[0] if named else able[0]
    if lender.id != guess:
        await fill_in(visit.session, form, me, grantor=lender.id)
    if not form.mine.rights:
        raise NothingToLend
    return Asked(form, lender.id, lender.name, lender.zone)


async def _asked_instead(visit: Visit, form: LendForm, lent: Lent) -> Asked:
    """Other terms for this loan; to whom is settled."""
    row = lent.row
    me, grantor = visit.me.id, row.grantor_id
    await fill_in(visit.session, form, me, grantor=grantor, replacing=row.id)
    del form.whom, form.email, form.code
    return Asked(form, grantor, row.grantor_name or "", row.zone, lent)


def _other_terms(visit: Visit, form: LendForm, row: Any) -> Terms:  # noqa: ANN401 - a row
    whom = {"email": row.invited_email, "team_id": row.team_id, "kind": row.kind}
    terms = form.terms(zone=row.zone, **whom)
    # The fixed reason of a cover stays the text that is translated.
    kept = row.kind == "cover" and terms.reason == visit.say(row.reason)
    return replace(terms, reason=row.reason) if kept else terms


async def _lent(visit: Visit) -> Lent:
    """A loan that the reader may change: lent by the reader, or by a principal to somebody else."""
    wanted = visit.request.path_params["delegation_id"]
    opened = await read_delegation(visit.session, wanted, me=visit.me.id, now=visit.now)
    if not opened.mine:
        raise Unknown
    return opened.lent


async def _by(visit: Visit, asked: Asked) -> dict[str, Any]:
    """Who does it, from which address, when."""
    by = await acting_as(visit.session, visit.me, asked.lender_id)
    return {"by": by, "own_address": visit.me.email, "now": visit.now}


def _tell_offered(visit: Visit, terms: Terms, team: Any) -> None:  # noqa: ANN401 - a row
    if team:
        visit.tell(
            N_("The offer waits for everybody in %(team)s. It counts for each who accepts it."),
            team=team.name,
        )
    else:
        visit.tell(
            N_(
                "The offer goes to %(address)s by e-mail. It counts when that person has accepted it."
            ),
            address=terms.email,
        )


pages.routes += covers.pages.routes
