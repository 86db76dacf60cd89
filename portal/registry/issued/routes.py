"""The registry's pages of one issued notice: what was said, how far it came, and its recall."""

from uuid import UUID, uuid4

from starlette.responses import Response

from portal.audit import Actor
from portal.cases.looking import note_look
from portal.gate import Right
from portal.registry.issued.reading import Issued, read_issued
from portal.registry.issued.recalling import HasLeft, recall
from portal.web.language import LANGUAGES, N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()

LEFT = N_(
    "This notice has left: it cannot be recalled any more, and nothing was changed. "
    "Issue a correcting notice that says what counts now."
)


@pages.get("/registry/notices/{notice_id:uuid}", who=Who.staff)
async def show_issued(visit: Visit) -> Response:
    """The notice with its evidence; while nothing of it has left, the button that takes it back."""
    issued = await _issued(visit)
    await note_look(visit.session, visit.me, issued.opened.id, looked=issued.looked)
    return _page(visit, issued)


@pages.post("/registry/notices/{notice_id:uuid}/recall", who=Who.staff)
async def recall_notice(visit: Visit) -> Response:
    """Take it back; said twice, it is recalled once, and after it left, not at all."""
    issued = await _issued(visit)
    by = Actor(visit.me.id, visit.me.name)
    try:
        first = await recall(visit.session, issued.notice.id, by=by, now=visit.now)
    except HasLeft:
        return _page(visit, await _issued(visit), status=409, sentence=visit.say(LEFT))
    if first:
        visit.tell(N_("The notice is recalled. Nobody outside the registry has seen it."))
    return visit.redirect(f"/registry/notices/{issued.notice.id}")


async def _issued(visit: Visit) -> Issued:
    notice_id: UUID = visit.request.path_params["notice_id"]
    return await read_issued(
        visit.session, visit.me.id, notice_id, now=visit.now, right=Right.administer
    )


def _page(visit: Visit, issued: Issued, *, status: int = 200, sentence: str = "") -> Response:
    first = "fr" if issued.notice.language == "fr" else "en"
    order = sorted(LANGUAGES, key=lambda language: language != first)
    return visit.render(
        "registry/notice_issued.html",
        status=status,
        issued=issued,
        case=issued.opened.case,
        notice=issued.notice,
        wordings=[issued.wording("fr" if language == "fr" else "en") for language in order],
        recallable=issued.recallable(visit.now),
        sentence=sentence,
        new_id=uuid4,
    )
