"""Pages of teams: mine, one of them, who is invited, and leaving with what that takes."""

from uuid import UUID, uuid4

from starlette.responses import Response

from portal.audit import Actor
from portal.gate import Unknown
from portal.models import Calling
from portal.teams.form import InviteForm, StartForm
from portal.teams.joining import (
    CannotInvite,
    PlaceOver,
    invite_again,
    invite_into,
    join,
    refuse,
    start,
)
from portal.teams.leaving import LastLeader, leave, let_lead, read_leaving
from portal.teams.listing import list_teams, read_team
from portal.web.language import N_
from portal.web.pages import Pages
from portal.web.visit import Visit

pages = Pages()

OVER = N_("This invitation is no longer open. Ask the team to invite you again.")


@pages.get("/teams")
async def teams(visit: Visit) -> Response:
    """The teams I am in, and those that asked me."""
    _require_use(visit)
    found = await list_teams(visit.session, visit.me.id, now=visit.now)
    return visit.render("teams/list.html", found=found)


@pages.get("/teams/new")
async def new_team(visit: Visit) -> Response:
    """A name, and nothing else."""
    _require_use(visit)
    return visit.render("teams/new.html", form=visit.form(StartForm), key=uuid4())


@pages.post("/teams")
async def start_team(visit: Visit) -> Response:
    """Start it, with me as the first of its people."""
    _require_use(visit)
    form, key = visit.form(StartForm), visit.form_key
    if not form.validate():
        return visit.render("teams/new.html", status=422, form=form, key=key)
    await start(
        visit.session,
        str(form.name.data),
        team_id=key,
        by=_actor(visit),
        own_address=visit.me.email,
        now=visit.now,
    )
    visit.tell(N_("The team is there. Now invite its people."))
    return visit.redirect(f"/teams/{key}")


@pages.get("/teams/{team_id:uuid}")
async def team(visit: Visit) -> Response:
    """Its people, its code, and what is lent to it."""
    return await _team_page(visit, visit.form(InviteForm))


@pages.post("/teams/{team_id:uuid}/invitations")
async def invite_person(visit: Visit) -> Response:
    """Ask an address into the team."""
    form, team_id = InviteForm(visit.posted), _id(visit, "team_id")
    opened = await read_team(visit.session, team_id, me=visit.me.id, now=visit.now)
    if not opened.leads:
        raise Unknown
    if not form.validate():
        return await _team_page(visit, form, status=422)
    email = str(form.email.data)
    try:
        await invite_into(
            visit.session,
            team_id,
            email=email,
            place=visit.form_key,
            by=_actor(visit),
            now=visit.now,
        )
    except CannotInvite as refusal:
        form.email.errors = [refusal.text]
        return await _team_page(visit, form, status=422)
    visit.tell(N_("The invitation goes to %(address)s by e-mail."), address=email)
    return visit.redirect(f"/teams/{team_id}")


@pages.post("/teams/invitations/{membership_id:uuid}/renewal")
async def renew_invitation(visit: Visit) -> Response:
    """Mail it again."""
    _require_use(visit)
    try:
        team_id = await invite_again(visit.session, _id(visit), by=_actor(visit), now=visit.now)
    except PlaceOver:
        visit.tell(N_("This invitation was answered or withdrawn already."))
        return visit.redirect("/teams")
    visit.tell(N_("The invitation is mailed again, and waits for another 7 days."))
    return visit.redirect(f"/teams/{team_id}")


@pages.post("/teams/invitations/{membership_id:uuid}/acceptance")
async def accept_invitation(visit: Visit) -> Response:
    """Join."""
    _require_use(visit)
    try:
        team_id = await join(visit.session, _id(visit), by=_actor(visit), now=visit.now)
    except PlaceOver:
        visit.tell(OVER)
        return visit.redirect("/teams")
    visit.tell(N_("You are in the team. What is lent to it waits for your own answer."))
    return visit.redirect(f"/teams/{team_id}")


@pages.post("/teams/invitations/{membership_id:uuid}/refusal")
async def refuse_invitation(visit: Visit) -> Response:
    """Say no."""
    _require_use(visit)
    try:
        await refuse(visit.session, _id(visit), now=visit.now)
    except PlaceOver:
        visit.tell(OVER)
    else:
        visit.tell(N_("You have refused the invitation."))
    return visit.redirect("/teams")


@pages.get("/memberships/{membership_id:uuid}/ending")
async def preview_leaving(visit: Visit) -> Response:
    """Which access is lost, before it is done."""
    _require_use(visit)
    return await _leaving_page(visit)


@pages.post("/memberships/{membership_id:uuid}/ending")
async def end_membership(visit: Visit) -> Response:
    """Leave, remove somebody, or withdraw an invitation."""
    _require_use(visit)
    leaving = await read_leaving(visit.session, _id(visit), me=visit.me.id)
    try:
        await leave(visit.session, _id(visit))
    except LastLeader:
        return await _leaving_page(visit, status=409)
    place = leaving.place
    if place.person_id == visit.me.id:
        visit.tell(N_("You have left the team. What was lent to you through it has ended."))
        return visit.redirect("/teams")
    if place.joined_at:
        visit.tell(
            N_("%(name)s is no longer in the team. What was lent through it has ended."),
            name=place.name or "",
        )
    else:
        visit.tell(N_("The invitation is withdrawn."))
    return visit.redirect(f"/teams/{place.team_id}")


@pages.post("/memberships/{membership_id:uuid}/lead")
async def name_leader(visit: Visit) -> Response:
    """Let somebody else lead the team too."""
    _require_use(visit)
    team_id = await let_lead(visit.session, _id(visit))
    visit.tell(N_("Done. Whoever leads the team may invite and remove people."))
    return visit.redirect(f"/teams/{team_id}")


async def _team_page(visit: Visit, form: InviteForm, *, status: int = 200) -> Response:
    _require_use(visit)
    opened = await read_team(visit.session, _id(visit, "team_id"), me=visit.me.id, now=visit.now)
    return visit.render("teams/one.html", status=status, found=opened, form=form, key=uuid4())


async def _leaving_page(visit: Visit, *, status: int = 200) -> Response:
    leaving = await read_leaving(visit.session, _id(visit), me=visit.me.id)
    place = leaving.place
    if place.ended_at or not place.joined_at:
        return visit.redirect(f"/teams/{place.team_id}" if place.i_lead else "/teams")
    return visit.render("teams/leaving.html", status=status, leaving=leaving, place=place)


def _require_use(visit: Visit) -> None:
    """Teams are for those who work on cases of others: the registry and claimants have none."""
    if visit.me.is_staff or visit.me.calling not in {Calling.counsel, Calling.delegate}:
        raise Unknown


def _actor(visit: Visit) -> Actor:
    return Actor(visit.me.id, visit.me.name)


def _id(visit: Visit, name: str = "membership_id") -> UUID:
    return visit.request.path_params[name]
