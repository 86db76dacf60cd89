"""Pages that open a case: the form, its check, the act."""

from typing import Any
from uuid import uuid4

from starlette.datastructures import FormData
from starlette.responses import Response

from portal.audit import Actor
from portal.registry.carrying import carried, key_of, step_of, typed
from portal.registry.cases.closings import routes as closings
from portal.registry.cases.form import MOST, CaseForm, case_form, without_person
from portal.registry.cases.joinders import routes as joinders
from portal.registry.opening import (
    FormUsed,
    NumbersTaken,
    numbers_in_use,
    open_new_case,
    title_for,
)
from portal.rules import rules
from portal.web.language import N_, NAMES
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()

TAKEN = N_(
    "%(number)s belongs to the case “%(title)s” already. Look at that case, or check the number"
)
TAKEN_ELSEWHERE = N_("%(number)s belongs to a case of another division already. Check the number")
USED = N_(
    "This form has already opened a case with other details. Nothing was done now. "
    "Search for that case, then begin again."
)


@pages.get("/registry/cases/new", who=Who.staff)
async def new_case(visit: Visit) -> Response:
    """An empty form for one person."""
    start: dict[str, Any] = {"id": str(uuid4()), "office": "toronto", "language": "en"}
    if len(visit.me.divisions) == 1:
        start["division"] = visit.me.divisions[0]
    return _page(visit, _offer(visit, case_form(1)(None, **start)))


@pages.post("/registry/cases/new", who=Who.staff)
async def open_case_of_form(visit: Visit) -> Response:
    """Add or take out a person, check, change or open: by the button that was pressed."""
    said = typed(visit, "people")
    people = min(max(1, int(said)), MOST) if said.isdecimal() else 1
    match step_of(visit).split("-"):
        case ["add"]:
            form = _offer(visit, case_form(min(people + 1, MOST))(visit.posted))
            return _page(visit, form, focus=f"name_{form.people - 1}")
        case ["remove", number] if people > 1 and number.isdecimal():
            left = FormData([*without_person(carried(visit), int(number))])
            return _page(visit, _offer(visit, case_form(people - 1)(left)))
        case ["change"]:
            return _page(visit, _without_made_title(visit, _read(visit, people)))
        case ["open"]:
            return await _open(visit, _read(visit, people))
        case _:
            return await _check(visit, _read(visit, people))


async def _check(visit: Visit, form: CaseForm) -> Response:
    """What would be opened, with a title made of the names, to look at once more."""
    if not await _is_right(visit, form):
        return _page(visit, form, status=422)
    if not form.title.data:
        form.title.data = _made_title(visit, form)
    return _check_page(visit, form)


async def _open(visit: Visit, form: CaseForm) -> Response:
    """Open the case, and go there."""
    new = form.case(key_of(visit))
    if not form.validate() or not new.title:
        return await _check(visit, form)
    try:
        async with visit.session.begin_nested():
            by = Actor(visit.me.id, visit.me.name)
            await open_new_case(visit.session, new, by=by, now=visit.now)
    except NumbersTaken as error:
        await _blame_numbers(visit, form, list(error.numbers))
        return _page(visit, form, status=422)
    except FormUsed:
        return _page(visit, form, status=409, sentences=[visit.say(USED)])
    visit.tell(N_("The case is open. Add the people who may see it."))
    return visit.redirect(f"/cases/{new.id}")


async def _is_right(visit: Visit, form: CaseForm) -> bool:
    valid = form.validate()
    form.check_people(visit.today)
    if valid and not form.errors:
        numbers = [party.file_number for party in form.parties()]
        used = await numbers_in_use(visit.session, numbers)
        # The form's own case, when it was opened and somebody came back to it.
        own = key_of(visit)
        await _blame_numbers(visit, form, [n for n, row in used.items() if row.id != own])
    return not form.errors


async def _blame_numbers(visit: Visit, form: CaseForm, numbers: list[str]) -> None:
    used = await numbers_in_use(visit.session, numbers)
    form.blame_numbers(
        (
            number,
            visit.say(TAKEN, number=number, title=used[number].title)
            if number in used
            else visit.say(TAKEN_ELSEWHERE, number=number),
        )
        for number in numbers
    )


def _read(visit: Visit, people: int) -> CaseForm:
    return _offer(visit, case_form(people)(visit.posted))


def _offer(visit: Visit, form: CaseForm) -> CaseForm:
    """Give the form its choices, in the reader's language."""
    words = visit.formatting.data
    form.division.choices = [
        (code, words(division.name))
        for code, division in rules.divisions.items()
        if code in visit.me.divisions
    ]
    form.office.choices = [(code, words(office.name)) for code, office in rules.offices.items()]
    form.language.choices = list(NAMES.items())
    return form


def _made_title(visit: Visit, form: CaseForm) -> str:
    language = form.language.data or visit.language
    return title_for(form.parties(), language=language, today=visit.today)


def _without_made_title(visit: Visit, form: CaseForm) -> CaseForm:
    """A title of our own making is made again when the names change; one that was typed stays."""
    if all(party.name for party in form.parties()) and form.title.data == _made_title(visit, form):
        form.title.data = ""
    return form


def _page(
    visit: Visit,
    form: CaseForm,
    *,
    status: int = 200,
    sentences: list[str] | None = None,
    focus: str = "",
) -> Response:
    return visit.render(
        "registry/case_new.html",
        status=status,
        form=form,
        sentences=sentences or [],
        focus=focus,
        most=MOST,
    )


def _check_page(visit: Visit, form: CaseForm) -> Response:
    return visit.render(
        "registry/case_check.html",
        form=form,
        new=form.case(key_of(visit)),
        carried=carried(visit, without=("title",)),
    )


pages.routes += closings.pages.routes + joinders.pages.routes
