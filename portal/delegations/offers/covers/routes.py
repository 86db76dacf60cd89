"""Pages of covers: a colleague stands in while I am away, in two clicks."""

from datetime import date, timedelta
from uuid import uuid4

import sqlalchemy as sa
from starlette.responses import Response
from wtforms import EmailField, Form
from wtforms.validators import InputRequired

from portal.audit import Actor
from portal.delegations.offering import CannotLend, NothingToLend, lendable, offer
from portal.delegations.offers.showing import fits
from portal.delegations.terms import COVER, COVERS, Terms
from portal.models import Delegation
from portal.web.fields import DayField
from portal.web.language import N_
from portal.web.pages import Pages
from portal.web.visit import Visit
from storage.bundle import bundle

pages = Pages()

# What is proposed, counted from today.
AWAY = timedelta(days=13)


class CoverForm(Form):
    """Who covers, from when until when."""

    email = EmailField(
        N_("E-mail address of your colleague"),
        [InputRequired(N_("Enter the e-mail address of your colleague"))],
        filters=[lambda text: text.strip().lower() if text else text],
    )
    starts = DayField(N_("First day away"), [InputRequired(N_("Enter the first day"))])
    ends = DayField(N_("Last day away"), [InputRequired(N_("Enter the last day"))])

    def terms(self, *, zone: str) -> Terms:
        """Everything but lending, on all cases, once it is validated."""
        return Terms(
            email=str(self.email.data),
            kind="cover",
            rights=COVER,
            cases=None,
            first_day=self.starts.data or date.min,
            last_day=self.ends.data or date.min,
            zone=zone,
            reason=COVERS,
        )


@pages.get("/delegations/cover")
async def new_cover(visit: Visit) -> Response:
    """Who covered last, from today for two weeks: one press where that is right."""
    me = visit.me.id
    found = await bundle(
        visit.session,
        mine=lendable(me).limit(1),
        last=sa.select(Delegation.invited_email)
        .where(Delegation.grantor_id == me, Delegation.kind == "cover")
        .order_by(Delegation.offered_at.desc())
        .limit(1),
    )
    if not found.mine:
        raise NothingToLend
    last = found.last[0].invited_email if found.last else ""
    form = visit.form(CoverForm, email=last, starts=visit.today, ends=visit.today + AWAY)
    return visit.render("delegations/cover.html", form=form, key=uuid4())


@pages.post("/delegations/cover")
async def ask_to_cover(visit: Visit) -> Response:
    """Offer it."""
    if (await visit.session.execute(lendable(visit.me.id).limit(1))).first() is None:
        raise NothingToLend
    form = visit.form(CoverForm)
    if not form.validate() or not fits(visit, form, form.terms(zone=visit.me.zone)):
        key = visit.form_key
        return visit.render("delegations/cover.html", status=422, form=form, key=key)
    try:
        await offer(
            visit.session,
            form.terms(zone=visit.me.zone),
            delegation_id=visit.form_key,
            by=Actor(visit.me.id, visit.me.name),
            own_address=visit.me.email,
            now=visit.now,
        )
    except CannotLend as refusal:
        form.form_errors = [refusal.text]
        return visit.render("delegations/cover.html", status=422, form=form, key=uuid4())
    visit.tell(
        N_("We ask %(address)s to cover for you. It counts when your colleague has accepted."),
        address=form.email.data,
    )
    return visit.redirect("/delegations")
