"""The page that asks for whom somebody acts on a case."""

from starlette.responses import Response

from portal.acting.choosing import choose
from portal.documents import drafting
from portal.gate import Chain, OpenCase, Right, open_case
from portal.web.fields import as_id
from portal.web.language import N_
from portal.web.pages import Pages, own_path
from portal.web.visit import Visit

pages = Pages()


@pages.get("/cases/{case_id:uuid}/principal")
async def ask(visit: Visit) -> Response:
    """For whom? Nothing is asked where only one answer is possible."""
    opened = await _opened(visit)
    asked = visit.request.query_params
    following = _following(opened, asked.get("next", ""))
    right = _right(asked.get("right", ""))
    if len(opened.authority.principals) < 2:
        return visit.redirect(f"/cases/{opened.id}")
    return _page(visit, opened, right=right, following=following)


@pages.post("/cases/{case_id:uuid}/principal")
async def answer(visit: Visit) -> Response:
    """Remember the answer, and go on where it was asked."""
    opened = await _opened(visit)
    following = _following(opened, str(visit.posted.get("next", "")))
    if len(opened.authority.principals) < 2:
        return visit.redirect(f"/cases/{opened.id}")
    right = _right(str(visit.posted.get("right", "")))
    principal = as_id(visit.posted.get("principal"))
    if principal is None:
        return _page(visit, opened, right=right, following=following, missing=True)
    chain = await choose(visit.session, opened, principal, now=visit.now)
    if following == _filing(opened):
        draft_id = await drafting.start(visit.session, opened, principal=principal)
        return visit.redirect(f"/submissions/{draft_id}")
    visit.tell(N_("On this case you act for %(name)s now."), name=chain.principal_name)
    return visit.redirect(following)


async def _opened(visit: Visit) -> OpenCase:
    case_id = visit.request.path_params["case_id"]
    return await open_case(visit.session, visit.me.id, case_id, right=Right.see)


def _following(opened: OpenCase, asked: str) -> str:
    return own_path(asked) or f"/cases/{opened.id}"


def _filing(opened: OpenCase) -> str:
    """What is asked when a draft is begun: it is begun when the answer is there."""
    return f"/cases/{opened.id}/submissions"


def _right(asked: str) -> Right:
    return Right(asked) if asked in set(Right) else Right.see


def _page(
    visit: Visit, opened: OpenCase, *, right: Right, following: str, missing: bool = False
) -> Response:
    able: list[Chain] = [one for one in opened.authority.principals if right in one.rights]
    return visit.render(
        "acting/principal.html",
        status=422 if missing else 200,
        case=opened.case,
        chains=able or opened.authority.principals,
        chosen=opened.authority.chosen,
        right=right,
        following=following,
        missing=missing,
    )
