"""Fixing, moving and cancelling hearings through the pages, and what the database has afterwards."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from httpx2 import Response

from portal.models import Hearing
from tests.cast import HEARING, OKAFOR, RENEE
from tests.conftest import Browser
from tests.portal.registry.pressing import press

WHY: dict[str, Any] = {"why_en": "The member is ill.", "why_fr": "Le commissaire est malade."}


def day(date: datetime) -> dict[str, str]:
    """The three boxes of a day."""
    return {"day__day": str(date.day), "day__month": str(date.month), "day__year": str(date.year)}


def weekday_in(days: int) -> datetime:
    """A Monday to Friday, at least so many days from now."""
    date = datetime.now(UTC) + timedelta(days=days)
    return date + timedelta(days=(7 - date.weekday()) % 7) if date.weekday() > 4 else date


async def planned(
    browser: Browser, *, days: int = 60, case: UUID = OKAFOR, language: str = "en", **typed: str
) -> Response:
    """The check of a new hearing, on a working day, at nine."""
    await browser.sign_in(RENEE, language=language)
    page = await browser.get(f"/cases/{case}/hearings/new")
    filled: dict[str, Any] = day(weekday_in(days)) | {"at": "9:00", "minutes": "180"} | typed
    return await press(browser, page, "check", **filled)


async def changed(browser: Browser, *, language: str = "en", **typed: Any) -> Response:
    """The check of a change to the Noors' hearing."""
    await browser.sign_in(RENEE, language=language)
    page = await browser.get(f"/hearings/{HEARING}/move")
    return await press(browser, page, "check", **typed)


async def called_off(browser: Browser, *, language: str = "en") -> Response:
    """The check of its cancellation."""
    await browser.sign_in(RENEE, language=language)
    page = await browser.get(f"/hearings/{HEARING}/cancellation")
    return await press(browser, page, "check", **WHY)


async def hearings(browser: Browser, case: UUID) -> list[Hearing]:
    """The hearings of a case, as they are in the database."""
    found = await kept(browser, sa.select(Hearing).where(Hearing.case_id == case))
    return list(found)


async def kept(browser: Browser, select: sa.Select[Any]) -> list[Any]:
    """What is in the database."""
    async with browser.portal.database.system_transaction() as session:
        return list((await session.scalars(select)).all())


def objects(browser: Browser) -> int:
    """How many objects the store holds."""
    return len(list(browser.portal.store.inventory()))
