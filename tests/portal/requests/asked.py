"""How tests ask something of the registry, and decide it: through the forms, as people do."""

import re
from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Hearing, Request
from portal.rules.holidays import Office
from tests.cast import HEARING, NOOR
from tests.conftest import Browser

NUMBER = re.compile(r"Q-[2-9C-X]{4}-[2-9C-X]{4}")


def in_boxes(name: str, day: date) -> dict[str, str]:
    """A day as the three boxes of a form have it."""
    return {
        f"{name}-day": str(day.day),
        f"{name}-month": str(day.month),
        f"{name}-year": str(day.year),
    }


def working_days(after: date, count: int) -> list[date]:
    """The next working days in Toronto."""
    return [Office("toronto").working(after, number) for number in range(1, count + 1)]


async def hearing_day(session: AsyncSession, hearing_id: UUID = HEARING) -> date:
    """The local date of a hearing."""
    return (await session.get_one(Hearing, hearing_id)).local_start.date()


async def another_date(browser: Browser, count: int = 3) -> dict[str, str]:
    """The typed form of another date for the Noors' hearing, with dates that the rule takes."""
    async with browser.portal.database.system_transaction() as session:
        days = working_days(await hearing_day(session), count)
    typed = {"hearing": str(HEARING), "reasons": "I am in another court that day."}
    for number, day in enumerate(days, 1):
        typed |= in_boxes(f"day_{number}", day)
    return typed


async def send(
    browser: Browser,
    kind: str,
    typed: Mapping[str, str],
    *,
    key: UUID | None = None,
    case: UUID = NOOR,
) -> UUID:
    """Send the form as it stands on the check page; the request's id."""
    form = {"id": str(key or uuid4()), **typed}
    answer = await browser.post(f"/cases/{case}/requests?kind={kind}", data=form)
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["location"].removeprefix("/requests/"))


async def the_request(browser: Browser, request_id: UUID) -> Request:
    """Its row, as the database has it."""
    async with browser.portal.database.system_transaction() as session:
        return (await session.scalars(sa.select(Request).where(Request.id == request_id))).one()


async def preview(browser: Browser, request_id: UUID, typed: Mapping[str, str]) -> dict[str, str]:
    """An officer's decision on its preview: everything that the button would send."""
    form = {"id": str(uuid4()), **typed}
    page = await browser.post(f"/requests/{request_id}/decision/preview", data=form)
    assert page.status_code == 200, page.text
    seen = re.search(r'name="seen" value="(\w+)"', page.text)
    assert seen
    return form | {"seen": seen[1]}


async def decide(browser: Browser, request_id: UUID, typed: Mapping[str, str]) -> None:
    """Decide it, through the preview."""
    form = await preview(browser, request_id, typed)
    answer = await browser.post(f"/requests/{request_id}/decision", data=form)
    assert answer.status_code == 303, answer.text
