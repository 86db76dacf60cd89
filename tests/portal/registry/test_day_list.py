"""The hearing list of a day: complete, by room and time, for staff, and each look recorded."""

from datetime import timedelta
from uuid import uuid4

import sqlalchemy as sa

from portal.models import Entry, Hearing
from storage.database import Database
from tests import cast
from tests.cast import CLAIRE, FARIDA, HEARING, NOOR, OKAFOR, RENEE, VICTOR
from tests.conftest import Browser
from tests.portal.registry.scheduled import kept


async def day_of(database: Database, **changes: object) -> dict[str, str]:
    """The Noors' hearing with these changes; its day as the address asks for it."""
    async with database.system_transaction() as session:
        hearing = await session.get_one(Hearing, HEARING)
        for name, value in changes.items():
            setattr(hearing, name, value)
        day = hearing.local_start
    return {"day-day": str(day.day), "day-month": str(day.month), "day-year": str(day.year)}


async def beside(database: Database, *, hour: int, **changes: object) -> Hearing:
    """A hearing of the Okafors on the same day."""
    async with database.system_transaction() as session:
        there = await session.get_one(Hearing, HEARING)
        made = cast.hearing(OKAFOR, uuid4(), days=1)
        made.local_start = there.local_start.replace(hour=hour)
        made.starts_at = there.starts_at + timedelta(hours=hour - there.local_start.hour)
        for name, value in changes.items():
            setattr(made, name, value)
        session.add(made)
    return made


async def test_the_list_has_all_that_opens_a_room(browser: Browser, database: Database) -> None:
    """Time, case, numbers, member, interpreter and language, counsel, link and telephone number."""
    named = {"member": "J. Roy", "interpreter_name": "P. Azimi", "dial_in": "1 833 555 0100"}
    day = await day_of(database, **named)
    await browser.sign_in(RENEE)

    page = (await browser.get("/registry/hearings", params=day)).text

    for words in (
        "Hearings on", "09:00", "Noor, F. and two children", "TC6-01482", "TC6-01483", "J. Roy",
        "Dari", "P. Azimi", CLAIRE.name, "for the Minister", "1 833 555 0100",
        "https://video.example.org/", "Demonstration Tribunal",
    ):  # fmt: skip
        assert words in page, words


async def test_by_room_and_time(browser: Browser, database: Database) -> None:
    """Rooms first, each with its hearings in order; what is cancelled is struck through, not gone."""
    day = await day_of(database)
    room = {"mode": "in_person", "place": "Room 3", "link": None}
    late = await beside(database, hour=14, **room)
    off = {"cancelled_at": late.scheduled_at, "cancelled_by": RENEE.id, "cancelled_why": "ill"}
    early = await beside(database, hour=10, **room, **off)
    await browser.sign_in(RENEE)

    page = (await browser.get("/registry/hearings", params=day)).text

    places = [page.index(f"h-{one}") for one in (early.id, late.id)]
    assert page.index("Room 3") < places[0] < places[1]
    assert "<s>" in page[places[0] : places[1]]
    assert "Cancelled" in page[places[0] : places[1]]
    assert "<s>" not in page[places[1] : page.index("</table>", places[1])]


async def test_an_office_and_a_day_of_their_own(browser: Browser, database: Database) -> None:
    """Another office, another day, another division: not on this list."""
    day = await day_of(database)
    other = await beside(database, hour=14)
    await browser.sign_in(RENEE)

    toronto = (await browser.get("/registry/hearings", params=day | {"office": "toronto"})).text
    nothing = (await browser.get("/registry/hearings", params=day | {"day-year": "2031"})).text
    wrong = (await browser.get("/registry/hearings", params=day | {"day-month": "13"})).text
    await browser.sign_in(VICTOR)
    elsewhere = (await browser.get("/registry/hearings", params=day)).text

    assert f"h-{HEARING}" in toronto
    assert str(other.id) not in toronto
    assert "No hearing on this day." in nothing
    assert "Enter a real date" in wrong
    assert "Noor" not in elsewhere


async def test_a_look_at_the_list_is_recorded(browser: Browser, database: Database) -> None:
    """One entry on each case that it names, once an hour; nobody but staff has such a list."""
    day = await day_of(database)
    await beside(database, hour=14)
    await browser.sign_in(RENEE)

    for _ in range(2):
        await browser.get("/registry/hearings", params=day)

    looks = await kept(browser, sa.select(Entry.case_id).where(Entry.act == "case.read"))
    assert sorted(looks) == sorted([NOOR, OKAFOR])
    for person in (CLAIRE, FARIDA):
        await browser.sign_in(person)
        assert (await browser.get("/registry/hearings", params=day)).status_code == 404


async def test_the_list_is_found_and_speaks_french(browser: Browser, database: Database) -> None:
    """From the desk and from the day of all hearings, in the officer’s language."""
    day = await day_of(database)
    await browser.sign_in(RENEE, language="fr")

    assert "/registry/hearings" in (await browser.get("/registry")).text
    assert "Le rôle de ce jour, à imprimer" in (await browser.get("/hearings", params=day)).text
    assert "Audiences du" in (await browser.get("/registry/hearings", params=day)).text
