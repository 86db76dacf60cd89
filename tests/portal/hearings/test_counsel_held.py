"""Counsel is held for the hearings of a case from the day of joining to the day of leaving it."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from portal.hearings.booking import DoubleBooked, counsel_elsewhere
from portal.hearings.scheduling import move
from portal.models import Booked, Booking, Case, Hearing, Role, Standing
from portal.registry.closing import close_case
from portal.registry.recording import NewStanding, end_standing, record_standing
from storage.database import Database
from tests.cast import CLAIRE, HEARING, LOUIS, NOOR, RENEE, SAM
from tests.conftest import Browser
from tests.portal.hearings.test_booking import (
    MEMBER,
    NOW,
    RENEE_ACTS,
    cases,
    fix,
    sitting,
)
from tests.portal.registry.pressing import arrive, press

__all__ = ["cases"]
RACES = 20


async def joins(database: Database, case_id: UUID, person_id: UUID) -> list[DoubleBooked]:
    """The person becomes counsel of record."""
    new = NewStanding(id=uuid4(), case_id=case_id, role=Role.counsel, began_how="form received")
    async with database.transaction(RENEE.id) as session:
        return await record_standing(session, new, person_id=person_id, by=RENEE_ACTS, now=NOW)


async def held(database: Database, hearing: Hearing) -> set[str]:
    """For whom and what the hearing has the time."""
    async with database.system_transaction() as session:
        labels = sa.select(Booking.label).where(Booking.hearing_id == hearing.id)
        return set(await session.scalars(labels))


async def test_who_joins_later_is_held_at_once(database: Database, cases: list[UUID]) -> None:
    """From then on nobody else can have counsel at that time."""
    hearing = await fix(database, cases[0], sitting(**MEMBER))

    assert await joins(database, cases[0], SAM.id) == []

    assert await held(database, hearing) == {"J. Roy", SAM.name}
    await joins(database, cases[1], SAM.id)
    with pytest.raises(DoubleBooked, match=Booked.counsel):
        await fix(database, cases[1], sitting(hour=10))


async def test_a_clash_stops_nobody_from_being_counsel(
    database: Database, cases: list[UUID]
) -> None:
    """The place counts; the other hearing is told, this one is marked, and can still be changed."""
    await fix(database, cases[2], sitting())
    hearing = await fix(database, cases[0], sitting(hour=10, **MEMBER))

    (clash,) = await joins(database, cases[0], LOUIS.id)

    assert (clash.who, clash.starts_at) == (LOUIS.name, datetime(2027, 1, 4, 14, tzinfo=UTC))
    assert await held(database, hearing) == {"J. Roy"}
    async with database.transaction(RENEE.id) as session:
        found = await session.get_one(Hearing, hearing.id)
        (marked,) = await counsel_elsewhere(session, found, now=NOW)
        assert marked.who == LOUIS.name
        # Another link brings nobody anywhere else: what clashed already stands in no way.
        link = sitting(hour=10, link="https://video.example.org/y", **MEMBER)
        await move(session, found, link, by=RENEE_ACTS, now=NOW)
        await move(session, found, sitting(hour=14, **MEMBER), by=RENEE_ACTS, now=NOW)
        assert await counsel_elsewhere(session, found, now=NOW) == []
    assert await held(database, hearing) == {"J. Roy", LOUIS.name}


async def test_who_leaves_is_let_go(database: Database, cases: list[UUID]) -> None:
    """When the place ends, or the case is closed, the time is free for other cases."""
    hearing = await fix(database, cases[2], sitting(**MEMBER))
    other = await fix(database, cases[3], sitting(day=1, **MEMBER))
    assert LOUIS.name in await held(database, hearing)

    async with database.transaction(RENEE.id) as session:
        place = await session.scalar(sa.select(Standing).where(Standing.case_id == cases[2]))
        assert place is not None
        await end_standing(session, place, how="revoked", by=RENEE_ACTS, now=datetime.now(UTC))
        case = await session.get_one(Case, cases[3])
        await close_case(session, case, by=RENEE_ACTS, now=datetime.now(UTC))

    assert await held(database, hearing) == await held(database, other) == {"J. Roy"}


async def test_fixed_and_joined_at_once_counsel_is_held(
    database: Database, cases: list[UUID]
) -> None:
    """One officer fixes the hearing, another records counsel: whoever is second sees the first."""
    for number in range(RACES):
        case_id = uuid4()
        async with database.system_transaction() as session:
            session.add(
                Case(id=case_id, division="rpd", office="toronto", title=f"Race {number}",
                     language="en", opened_by=RENEE.id)
            )  # fmt: skip

        hearing, _ = await asyncio.gather(
            fix(database, case_id, sitting(day=number)), joins(database, case_id, SAM.id)
        )

        assert await held(database, hearing) == {SAM.name}


async def test_the_pages_say_that_counsel_is_elsewhere(
    browser: Browser, database: Database, cases: list[UUID]
) -> None:
    """When counsel is recorded, and on the page of the hearing; counsel reads nothing of it."""
    async with database.system_transaction() as session:
        there = await session.get_one(Hearing, HEARING)
        start = there.local_start
    await joins(database, cases[0], SAM.id)
    await fix(database, cases[0], sitting(local_start=start))
    await browser.sign_in(RENEE)
    form = await browser.get(f"/cases/{NOOR}/people/new")
    filled = {"email": SAM.email, "role": "counsel", "how": "form received"}
    check = await press(browser, form, "check", **filled)

    page = await arrive(browser, await press(browser, check, "record"))

    assert "is at another hearing on" in page.text
    marked = (await browser.get(f"/hearings/{HEARING}")).text
    assert "Sam Stranger, counsel, has another hearing from" in marked
    await browser.sign_in(CLAIRE)
    assert "Sam Stranger, counsel" not in (await browser.get(f"/hearings/{HEARING}")).text
