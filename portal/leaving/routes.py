"""The way out in danger, and the harmless page that it leads to unless the operator names another."""

from starlette.responses import Response

from portal.web import sessions
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit

pages = Pages()

# Neither the address nor anything on the page says whose it is.
HARMLESS = "/measures"


@pages.post("/leaving", who=Who.anyone, mode=Mode.steps)
async def leave(visit: Visit) -> Response:
    """End the session for good, forget what is kept, and go: by script or by a plain form."""
    if visit.token:
        async with visit.portal.database.login_transaction() as session:
            await sessions.end(session, visit.token)
    elsewhere = visit.portal.settings.exit_url
    # Not a redirect: a browser holds a form's redirect to `form-action 'self'`.
    answer = visit.render("leaving/away.html", to=elsewhere) if elsewhere else None
    answer = answer or visit.redirect(HARMLESS)
    visit.forget(answer)
    return answer


@pages.get(HARMLESS, who=Who.anyone, mode=Mode.steps)
async def measures(visit: Visit) -> Response:
    """Centimetres and inches: true, useful, and of interest to nobody who looks over a shoulder."""
    return visit.render("leaving/measures.html")
