"""Pages of help: whom to ask, and the most needed things in languages beyond English and French."""

from datetime import date
from typing import Any

from starlette.responses import Response

from portal.cases.looking import note_look
from portal.cases.reading import read_case
from portal.gate import Right, Unknown, open_case
from portal.help.saying import MARK, Saying
from portal.help.telling import tell_case
from portal.locale.tongue import TONGUES, Tongue
from portal.rules.help import HELP
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()


@pages.get("/help", who=Who.anyone)
async def help_page(visit: Visit) -> Response:
    """Whom to ask, how to stay safe, and what this portal does with what people give it."""

    def weekday(number: int) -> str:
        # The first day of 2024 was a Monday.
        return visit.formatting.part(date(2024, 1, number), "EEEE")

    return visit.render("help/help.html", help=HELP, tongues=TONGUES, weekday=weekday)


@pages.get("/help/in/{language}", who=Who.anyone)
async def help_in(visit: Visit) -> Response:
    """What this portal is, how to come in, and how to get help, in another language."""
    return visit.render("help/in.html", **_spoken(_tongue(visit)))


@pages.get("/cases/{case_id:uuid}/in/{language}")
async def case_in(visit: Visit) -> Response:
    """The hearing, what to do for it and what is due, in another language."""
    case_id = visit.request.path_params["case_id"]
    opened = await open_case(visit.session, visit.me.id, case_id, right=Right.see)
    spoken = _spoken(_tongue(visit))
    file = await read_case(visit.session, opened, me=visit.me.id)
    await note_look(visit.session, visit.me, opened.id, looked=file.looked)
    told = tell_case(file, visit.me.id, now=visit.now)
    return visit.render(
        "help/case.html", opened=opened, case=opened.case, file=file, told=told, **spoken
    )


def _tongue(visit: Visit) -> Tongue:
    found = TONGUES.get(visit.request.path_params["language"])
    if found is None:
        raise Unknown
    return found


def _spoken(tongue: Tongue) -> dict[str, Any]:
    """What every page in another language is given."""
    return {
        "tongue": tongue,
        "say": Saying(tongue),
        "mark": MARK,
        "help": HELP,
        "tongues": TONGUES,
    }
