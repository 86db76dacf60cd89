"""Pages of what was done in one's name: found by person, case, act and day; as CSV and PDF."""

import asyncio
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.responses import Response
from wtforms import Form, SelectField, StringField

from portal.delegations.acts.exporting import MOST_LINES, MOST_PRINTED, to_csv, typeset_acts
from portal.delegations.acts.finding import ACTS, Found, Wanted, find, find_page
from portal.delegations.managing import acting_as
from portal.web.fields import DayField, as_id
from portal.web.headers import SANDBOX
from portal.web.language import N_
from portal.web.pages import Mode, Pages
from portal.web.visit import Visit

pages = Pages()


class ActsForm(Form):
    """What to look for; everything may stay empty."""

    principal = SelectField(N_("In the name of"), validate_choice=False)
    person = SelectField(N_("Who did it"), validate_choice=False)
    act = SelectField(N_("What was done"), validate_choice=False)
    case = StringField(N_("In which case: name or file number"))
    since = DayField(N_("From"))
    until = DayField(N_("To, this day included"))


@pages.get("/delegations/acts")
async def acts(visit: Visit) -> Response:
    """Everything done in my name, fifty at a time, the newest first."""
    form = ActsForm(visit.request.query_params)
    form.validate()
    wanted = await _wanted(visit, form)
    asked = visit.request.query_params.get("page", "")
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
    found = await find_page(visit.session, wanted, page=page)
    _offer_choices(visit, form, found)
    return visit.render(
        "delegations/acts.html",
        form=form,
        found=found,
        page=page,
        query=urlencode(_asked(visit.request.query_params)),
    )


@pages.get("/delegations/acts.csv", mode=Mode.steps)
async def acts_csv(visit: Visit) -> Response:
    """The same as a table for a spreadsheet."""
    found, _ = await _found(visit, MOST_LINES)
    body = await asyncio.to_thread(to_csv, found, visit.formatting)
    return _download(body, "acts.csv", "text/csv; charset=utf-8")


@pages.get("/delegations/acts.pdf", mode=Mode.steps)
async def acts_pdf(visit: Visit) -> Response:
    """The same on paper."""
    found, told = await _found(visit, MOST_PRINTED + 1)
    pdf = await asyncio.to_thread(
        typeset_acts, found, told, visit.portal, visit.formatting, visit.now
    )
    return _download(pdf, "acts.pdf", "application/pdf")


async def _found(visit: Visit, most: int) -> tuple[list[Any], list[tuple[str, str]]]:
    """The acts, and what was looked for in words."""
    form = ActsForm(visit.request.query_params)
    form.validate()
    async with visit.transaction() as session:
        wanted = await _wanted(visit, form)
        by = await acting_as(session, visit.me, wanted.principal)
        found = (await session.execute(find(wanted).limit(most))).all()
    f = visit.formatting
    told = [
        (N_("In the name of"), by.chain.principal_name if by.chain else by.name),
        (N_("Act"), visit.say(ACTS[wanted.act]) if wanted.act else ""),
        (N_("Case"), wanted.case),
        (N_("From"), f.day(wanted.first_day) if wanted.first_day else ""),
        (N_("Until"), f.day(wanted.last_day) if wanted.last_day else ""),
    ]
    return list(found), [(visit.say(label), text) for label, text in told if text]


async def _wanted(visit: Visit, form: ActsForm) -> Wanted:
    principal = as_id(form.principal.data) or visit.me.id
    if principal != visit.me.id:
        await acting_as(visit.session, visit.me, principal)
    return Wanted(
        principal=principal,
        zone=visit.me.zone,
        person=as_id(form.person.data),
        case=(form.case.data or "").strip(),
        act=form.act.data if form.act.data in ACTS else "",
        first_day=_day(form.since),
        last_day=_day(form.until),
    )


def _offer_choices(visit: Visit, form: ActsForm, found: Found) -> None:
    form.principal.choices = [(str(one.id), one.name or "") for one in found.principals]
    form.principal.data = form.principal.data or str(visit.me.id)
    everybody, everything = visit.say(N_("Everybody")), visit.say(N_("Everything"))
    form.person.choices = [("", everybody), *((str(one.id), one.name) for one in found.people)]
    form.act.choices = [("", everything), *((act, visit.say(text)) for act, text in ACTS.items())]


def _asked(query: QueryParams) -> list[tuple[str, str]]:
    return [(name, text) for name, text in query.multi_items() if name != "page" and text]


def _day(field: DayField) -> date | None:
    # A year that no calendar of ours knows would not reach the database.
    return field.data if field.data and 1900 < field.data.year < 9999 else None


def _download(body: bytes, name: str, kind: str) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": SANDBOX,
    }
    return Response(body, media_type=kind, headers=headers)
