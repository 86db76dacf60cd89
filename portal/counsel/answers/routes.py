"""Pages on which the registry finds the case of a retainer, and records counsel or says why not."""

from typing import Any

from starlette.responses import Response

from portal.audit import Actor
from portal.counsel.admitting import (
    AnsweredAlready,
    admit,
    counsel_of,
    places_of,
    turn_away,
)
from portal.counsel.form import AnswerForm
from portal.counsel.matching import Match, find_match
from portal.counsel.retaining import as_number
from portal.gate import Right, Unknown, find, open_case
from portal.hearings.booking import ELSEWHERE, DoubleBooked
from portal.models import Retainer
from portal.registry.carrying import typed
from portal.registry.recording import StandsAlready
from portal.registry.sides import OppositeSides
from portal.rules import rules
from portal.web.fields import as_id
from portal.web.language import N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()

REPLACED = N_("Another person takes this place")
BECAME = N_("Counsel said so here on %(day)s")
BECAME_LIMITED = N_("Counsel said so here on %(day)s; limited retainer: %(service)s")
BOTH_SIDES = N_(
    "%(name)s is on the other side of this case, or of one heard with it. Nobody can be on both "
    "sides, so nothing was recorded."
)
BOTH_SIDES_THROUGH = N_(
    "%(name)s would be on both sides of this case, through access lent by %(principal)s. "
    "That access must end first; nothing was recorded."
)
ALREADY = N_("%(name)s has this place in the case already. Nothing was recorded.")
ANSWERED = N_("Another officer answered this meanwhile.")
NO_CASE = N_("No case of this Division has this file number. Look for it by another number.")


@pages.get("/registry/retainers/{retainer_id:uuid}", who=Who.staff)
async def retainer(visit: Visit) -> Response:
    """What counsel says, the case that fits, and who is counsel there now."""
    row = await _retainer(visit)
    asked = visit.request.query_params.get("number", "")
    number = as_number(asked) if asked else row.file_number
    return await _page(visit, row, AnswerForm(), number=number)


@pages.post("/registry/retainers/{retainer_id:uuid}/standing", who=Who.staff)
async def record(visit: Visit) -> Response:
    """Record counsel in one press, in the case that the page showed."""
    session, row = visit.session, await _retainer(visit)
    form, number = visit.form(AnswerForm), as_number(typed(visit, "number"))
    match = await find_match(session, row, number)
    if match is None:
        return await _page(visit, row, form, number=number, status=422, sentences=[NO_CASE])
    await open_case(session, visit.me.id, match.case.id, right=Right.administer)
    try:
        async with session.begin_nested():
            clashes = await _admit(visit, row, match)
    except (OppositeSides, StandsAlready) as error:
        said = [_why_not(visit, row, error)]
        return await _page(visit, row, form, number=number, status=409, sentences=said)
    except AnsweredAlready:
        return _answered(visit, row)
    if clashes:
        start = visit.formatting.moment(clashes[0].starts_at, rules.offices[match.case.office].zone)
        visit.tell(ELSEWHERE, name=row.asked_by_name, start=start)
    else:
        visit.tell(
            N_("%(name)s is counsel of record now. Everybody concerned is told."),
            name=row.asked_by_name,
        )
    return visit.redirect(f"/cases/{match.case.id}")


@pages.post("/registry/retainers/{retainer_id:uuid}/refusal", who=Who.staff)
async def refuse(visit: Visit) -> Response:
    """Say why counsel is not recorded."""
    row, form = await _retainer(visit), visit.form(AnswerForm)
    if not form.validate():
        return await _page(visit, row, form, number=row.file_number, status=422)
    by, remark = Actor(visit.me.id, visit.me.name), form.remark.data or ""
    try:
        await turn_away(visit.session, row, remark=remark, by=by, now=visit.now)
    except AnsweredAlready:
        return _answered(visit, row)
    visit.tell(N_("%(name)s can read why this was not recorded."), name=row.asked_by_name)
    return visit.redirect("/registry")


async def _admit(visit: Visit, row: Retainer, match: Match) -> list[DoubleBooked]:
    going = {as_id(one) for one in visit.posted.getlist("replaces")}
    counsel = await counsel_of(visit.session, match.case)
    return await admit(
        visit.session,
        row,
        match.case,
        replaced=[one.Standing for one in counsel if one.Standing.id in going],
        how=_began(visit, row),
        ending=visit.say(REPLACED),
        by=Actor(visit.me.id, visit.me.name),
        now=visit.now,
    )


def _answered(visit: Visit, row: Retainer) -> Response:
    visit.tell(ANSWERED)
    return visit.redirect(f"/registry/retainers/{row.id}")


def _why_not(visit: Visit, row: Retainer, error: OppositeSides | StandsAlready) -> str:
    if isinstance(error, StandsAlready):
        return visit.say(ALREADY, name=row.asked_by_name)
    sentence = BOTH_SIDES_THROUGH if error.principal else BOTH_SIDES
    return visit.say(sentence, name=error.name, principal=error.principal)


def _began(visit: Visit, row: Retainer) -> str:
    """The reason as it stays on the record, in the officer's language."""
    day = visit.formatting.day(visit.formatting.local_day(row.asked_at))
    if row.limited_to:
        return visit.say(BECAME_LIMITED, day=day, service=row.limited_to)
    return visit.say(BECAME, day=day)


async def _retainer(visit: Visit) -> Retainer:
    row = await find(visit.session, Retainer, visit.request.path_params["retainer_id"])
    if row.division not in visit.me.divisions:
        raise Unknown
    return row


async def _page(
    visit: Visit,
    row: Retainer,
    form: AnswerForm,
    *,
    number: str,
    status: int = 200,
    sentences: list[str] | None = None,
) -> Response:
    session = visit.session
    match: Match | None = await find_match(session, row, number)
    counsel: list[Any] = list(await counsel_of(session, match.case)) if match else []
    form.replaces.choices = [(str(one.Standing.id), one.name) for one in counsel]
    return visit.render(
        "counsel/answer.html",
        status=status,
        retainer=row,
        form=form,
        number=number,
        match=match,
        counsel=counsel,
        places=await places_of(session, row, match.case) if match else [],
        began=_began(visit, row),
        sentences=sentences or [],
    )
