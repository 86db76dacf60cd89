"""Pages of hearings: all of mine as a list or a month, one in full, its file, and my own feed."""

from datetime import date
from urllib.parse import urlencode

from starlette.responses import Response

from portal.cases.looking import note_look
from portal.gate import Right, Unknown, find, open_case
from portal.hearings.booking import counsel_elsewhere
from portal.hearings.calendar import calendar_feed, calendar_file
from portal.hearings.feeding import (
    end_feed,
    feed_hearings,
    find_subscriber,
    live_feed,
    make_feed,
)
from portal.hearings.form import ChoiceForm, DayForm, month_asked
from portal.hearings.listing import list_hearings, read_hearing
from portal.hearings.months import following, preceding, read_month
from portal.models import Hearing
from portal.rules import rules
from portal.web.language import N_
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit

pages = Pages()


@pages.get("/hearings")
async def hearings(visit: Visit) -> Response:
    """All of my hearings; an officer sees those of the division, of one day if asked."""
    form = DayForm(visit.request.query_params)
    day = form.day.data if visit.me.is_staff and form.validate() else None
    found = await list_hearings(
        visit.session, visit.me.id, now=visit.now, divisions=visit.me.divisions, day=day
    )
    return visit.render("hearings/list.html", found=found, form=form, day=day)


@pages.get("/hearings/month")
async def month(visit: Visit) -> Response:
    """A month of them, day by day; mine that overlap are marked."""
    asked = visit.request.query_params
    first = month_asked(asked.get("month", ""), today=visit.formatting.local_day(visit.now))
    form = ChoiceForm(asked)
    form.division.choices = [
        ("", visit.say(N_("All divisions"))),
        *((code, visit.formatting.data(one.name)) for code, one in rules.divisions.items()),
    ]
    choice, me = form.choice(), visit.me
    found = await read_month(visit.session, me.id, first, choice=choice, divisions=me.divisions)
    anybody = ("", visit.say(N_("Anybody")))
    form.delegate.choices = [anybody, *((str(one.id), one.name) for one in found.delegates)]
    kept = {key: value for key, value in asked.items() if key != "month" and value}
    return visit.render(
        "hearings/month.html",
        found=found,
        form=form,
        before=_month_address(preceding(first), kept),
        after=_month_address(following(first), kept),
        chosen=any((choice.division, choice.case, choice.delegate_id)),
    )


def _month_address(first: date, kept: dict[str, str]) -> str:
    return f"/hearings/month?{urlencode({'month': f'{first:%Y-%m}', **kept})}"


@pages.get("/hearings/feed")
async def feed_page(visit: Visit) -> Response:
    """Whether my calendar program can read my hearings, and since when."""
    feed = await live_feed(visit.session, visit.me.id)
    return visit.render("hearings/feed.html", feed=feed, address=None)


@pages.post("/hearings/feed")
async def new_feed(visit: Visit) -> Response:
    """A new secret address, shown this once; the one before it is over."""
    token = await make_feed(visit.session, visit.me.id, now=visit.now)
    address = f"{visit.portal.settings.public_url}/calendar/{token}.ics"
    feed = await live_feed(visit.session, visit.me.id)
    return visit.render("hearings/feed.html", feed=feed, address=address)


@pages.post("/hearings/feed/ending")
async def revoke_feed(visit: Visit) -> Response:
    """Nobody reads anything there any more."""
    await end_feed(visit.session, visit.me.id, now=visit.now)
    visit.tell(N_("The address is over. Calendar programs that have it get nothing any more."))
    return visit.redirect("/hearings/feed")


@pages.get("/calendar/{token}.ics", who=Who.anyone, mode=Mode.steps)
async def feed(visit: Visit) -> Response:
    """What the person may see at this moment, for whoever has the secret; else nothing is here."""
    database = visit.portal.database
    async with database.system_transaction() as session:
        reader = await find_subscriber(session, visit.request.path_params["token"])
    if reader is None:
        raise Unknown
    async with database.transaction(reader.person_id) as session:
        hearings = await feed_hearings(session, reader.person_id)
    return Response(
        calendar_feed(hearings, language=reader.language),
        media_type="text/calendar; charset=utf-8; method=PUBLISH",
        headers={"cache-control": "no-store"},
    )


@pages.get("/hearings/{hearing_id:uuid}")
async def hearing(visit: Visit) -> Response:
    """One hearing in full, with what to do."""
    found = await read_hearing(visit.session, visit.request.path_params["hearing_id"])
    opened = await open_case(visit.session, visit.me.id, found.case_id, right=Right.see)
    await note_look(visit.session, visit.me, opened.id)
    keeps = opened.may(Right.administer)
    clashes = await counsel_elsewhere(visit.session, found, now=visit.now) if keeps else []
    return visit.render(
        "hearings/one.html", hearing=found, opened=opened, case=opened.case, clashes=clashes
    )


@pages.get("/hearings/{hearing_id:uuid}.ics")
async def calendar(visit: Visit) -> Response:
    """The hearing for the person's own calendar."""
    found = await find(visit.session, Hearing, visit.request.path_params["hearing_id"])
    await open_case(visit.session, visit.me.id, found.case_id, right=Right.see)
    method = "CANCEL" if found.cancelled_at else "PUBLISH"
    return Response(
        calendar_file(found, language=visit.language),
        media_type=f"text/calendar; charset=utf-8; method={method}",
        headers={"content-disposition": f'attachment; filename="{found.id}.ics"'},
    )
