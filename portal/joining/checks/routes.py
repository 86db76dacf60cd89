"""The hearing check: anybody with a file number and its posted code learns when; nobody learns who."""

import asyncio

from starlette.responses import Response

from portal.joining.checks.asking import NothingFits, Sitting, file_numbers, find_sitting
from portal.joining.form import CheckForm
from portal.joining.limiting import Tries
from portal.joining.sealing import sealed
from portal.joining.spelling import Purpose
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit

pages = Pages()

# Every answer takes as long: its time does not tell whether there is such a number.
SECONDS = 0.15


@pages.get("/hearing-check", who=Who.anyone)
async def ask(visit: Visit) -> Response:
    """The form."""
    return _page(visit, visit.form(CheckForm))


@pages.post("/hearing-check", who=Who.anyone, mode=Mode.steps)
async def check(visit: Visit) -> Response:
    """When and where; or one and the same no, whatever is wrong."""
    form = visit.form(CheckForm)
    if not form.validate():
        return _page(visit, form, status=422)
    began = asyncio.get_running_loop().time()
    try:
        sitting, right = await _asked(visit, form), True
    except NothingFits:
        sitting, right = None, False
    await asyncio.sleep(began + SECONDS - asyncio.get_running_loop().time())
    return _page(visit, form, sitting=sitting, right=right, asked=True)


async def _asked(visit: Visit, form: CheckForm) -> Sitting | None:
    """The next hearing, if any; raises NothingFits, counted, or TooManyTries."""
    numbers = file_numbers(str(form.number.data))
    hashed = await asyncio.to_thread(sealed, visit.portal.settings, Purpose.check, form.spelled)
    address = visit.request.client.host if visit.request.client else ""
    tries = Tries("hearing-check", address, number=numbers[0])
    async with tries.turn():
        try:
            await visit.arrive()
            async with visit.portal.database.system_transaction() as session:
                return await find_sitting(session, numbers, hashed, now=visit.now)
        except NothingFits:
            await tries.wrong()
            raise


def _page(
    visit: Visit,
    form: CheckForm,
    *,
    sitting: Sitting | None = None,
    right: bool = False,
    asked: bool = False,
    status: int = 200,
) -> Response:
    return visit.render(
        "joining/hearing_check.html",
        status=status,
        form=form,
        sitting=sitting,
        right=right,
        asked=asked,
    )
