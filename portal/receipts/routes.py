"""The page where anybody checks a file against a receipt: no account, no JavaScript, nothing kept."""

import asyncio

from starlette.datastructures import FormData
from starlette.responses import Response

from portal.receipts.asking import VerifyForm, read_question
from portal.receipts.verifying import Received, find_received
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit

pages = Pages()

# Every answer takes as long, so that its time does not tell whether there is such a receipt.
SECONDS = 0.15


@pages.get("/verify", who=Who.anyone)
async def ask(visit: Visit) -> Response:
    """The form."""
    return _page(visit, visit.form(VerifyForm))


@pages.post("/verify", who=Who.anyone, mode=Mode.stream)
async def verify(visit: Visit) -> Response:
    """Yes and when, or one and the same no: whether number or file is wrong is not said."""
    visit.posted = FormData(await read_question(visit))
    form = visit.form(VerifyForm)
    began = asyncio.get_running_loop().time()
    async with visit.transaction() as session:
        if not form.validate():
            return _page(visit, form, status=422)
        found = await find_received(session, form.number, form.fingerprint)
    await asyncio.sleep(began + SECONDS - asyncio.get_running_loop().time())
    return _page(visit, form, found=found, asked=True)


def _page(
    visit: Visit,
    form: VerifyForm,
    *,
    found: Received | None = None,
    asked: bool = False,
    status: int = 200,
) -> Response:
    return visit.render(
        "receipts/verify.html",
        status=status,
        form=form,
        found=found,
        asked=asked,
        largest=visit.portal.settings.max_file,
    )
