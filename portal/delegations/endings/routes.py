"""Pages of endings: what would be lost and by whom, ending it, and the statement that proves it."""

import asyncio
from uuid import UUID, uuid4

from starlette.responses import Response

from portal.delegations.ending import end
from portal.delegations.endings.choosing import loans_in, preview, scope_of
from portal.delegations.endings.stating import PROVES, read_statement, said_to, typeset_statement
from portal.delegations.managing import acting_as
from portal.web.headers import SANDBOX
from portal.web.language import N_
from portal.web.pages import Mode, Pages
from portal.web.visit import SignedOut, Visit

pages = Pages()


@pages.get("/delegations/ending")
async def preview_endings(visit: Visit) -> Response:
    """Everything of a person, an address, a team, or of everybody: what is lost, and what is kept."""
    scope = scope_of(visit.request.query_params, visit.me.id)
    await acting_as(visit.session, visit.me, scope.grantor)
    leaver = scope.person
    found = await preview(visit.session, scope, me=visit.me.id, now=visit.now, leaver=leaver)
    return visit.render("delegations/endings.html", scope=scope, found=found, key=uuid4())


@pages.post("/delegations/ending")
async def end_together(visit: Visit) -> Response:
    """All of it at once, then the statement."""
    scope = scope_of(visit.posted, visit.me.id)
    by = await acting_as(visit.session, visit.me, scope.grantor)
    loans = (await visit.session.scalars(loans_in(scope, visit.now))).all()
    key = visit.form_key
    ended = await end(
        visit.session,
        loans,
        ending_id=key,
        grantor=scope.grantor,
        by=by,
        now=visit.now,
        leaver=scope.person,
    )
    return told(visit, key, ended=ended)


@pages.get("/delegations/endings/{ending_id:uuid}")
async def statement(visit: Visit) -> Response:
    """When, by whom, which loans, whom it met, and the entry on each case that proves it."""
    stated = await read_statement(visit.session, _id(visit))
    proves = visit.say(PROVES)
    return visit.render("delegations/statement.html", stated=stated, proves=proves, said_to=said_to)


@pages.get("/delegations/endings/{ending_id:uuid}.pdf", mode=Mode.steps)
async def statement_pdf(visit: Visit) -> Response:
    """The same on paper."""
    async with visit.transaction() as session:
        if visit.someone is None:
            raise SignedOut
        stated = await read_statement(session, _id(visit))
    pdf = await asyncio.to_thread(typeset_statement, stated, visit.portal, visit.formatting)
    headers = {
        "content-disposition": f'attachment; filename="statement-{stated.ending.id}.pdf"',
        "content-security-policy": SANDBOX,
    }
    return Response(pdf, media_type="application/pdf", headers=headers)


def told(visit: Visit, key: UUID, *, ended: bool) -> Response:
    """To the statement; or back to the list, where everything had ended before."""
    if not ended:
        visit.tell(N_("There was nothing left to end. Nothing was done now."))
        return visit.redirect("/delegations")
    visit.tell(N_("It has ended. Nothing more can be seen or done through it."))
    return visit.redirect(f"/delegations/endings/{key}")


def _id(visit: Visit) -> UUID:
    return visit.request.path_params["ending_id"]
