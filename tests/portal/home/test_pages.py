"""The first page of the person whom a case is about, as it is served."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event

from portal.models import Hearing
from storage.database import Database
from tests import cast
from tests.cast import CLAIRE, FARIDA, HEARING, NOOR, SAM
from tests.conftest import Browser
from tests.portal.hearings.test_pages import change


async def test_the_day_comes_first(browser: Browser) -> None:
    """The heading says how far off it is; then the weekday, the time in words, the zone, the ways in."""
    await browser.sign_in(FARIDA)

    page = (await browser.get(f"/cases/{NOOR}")).text

    assert "Your hearing is in" in page
    for words in ("in the morning", "Toronto time (Eastern)", "/device-test", "/sheet", ".ics"):
        assert words in page, words
    assert page.index("dossier-hearing") < page.index("next-step") < page.index('id="received"')


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({"starts_at": datetime.now(UTC) - timedelta(minutes=5)}, "Your hearing is now"),
        ({"starts_at": datetime.now(UTC) - timedelta(days=5)}, "Your hearing is over"),
        (
            {
                "cancelled_at": datetime.now(UTC),
                "cancelled_by": cast.RENEE.id,
                "cancelled_why": "x",
            },
            "Your hearing was cancelled",
        ),
    ],
    ids=["now", "over", "cancelled"],
)
async def test_the_heading_says_how_it_stands(
    browser: Browser, database: Database, values: dict[str, object], title: str
) -> None:
    """Who is late is told that it is now; who would travel in vain, that it is off."""
    await change(database, **values)
    await browser.sign_in(FARIDA)

    page = (await browser.get(f"/cases/{NOOR}")).text

    assert title in page
    assert ("Join the hearing" in page) == (title == "Your hearing is now")


async def test_it_asks_the_database_as_little_as_any_case_page(
    browser: Browser, database: Database
) -> None:
    """Three statements beside the transaction's own, whatever there is to show."""
    await browser.sign_in(FARIDA)
    await browser.get(f"/cases/{NOOR}")
    asked: list[str] = []

    def hear(*told: object) -> None:
        asked.append(str(told[2]))

    engine = browser.portal.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", hear)
    await browser.get(f"/cases/{NOOR}")
    event.remove(engine, "before_cursor_execute", hear)

    assert len([one for one in asked if "set_config" not in one]) <= 3


async def test_only_the_test_of_the_device_may_ask_for_it(browser: Browser) -> None:
    """Camera and microphone are allowed on that page, and on no other."""
    tested = await browser.get("/device-test")
    other = await browser.get("/help")

    assert "camera=(self), microphone=(self)" in tested.headers["permissions-policy"]
    assert "camera=(), " in other.headers["permissions-policy"]


async def test_the_sections_lead_to_my_case(browser: Browser, database: Database) -> None:
    """With one case straight there; with several they ask which; with none they say so."""
    await browser.sign_in(FARIDA)
    documents = await browser.get("/my-documents")
    details = await browser.get("/my-contact-details")

    assert documents.headers["location"] == f"/cases/{NOOR}#received"
    assert details.headers["location"] == f"/cases/{NOOR}/requests/new?kind=contact_details"

    await browser.sign_in(SAM)
    assert "You have no cases yet." in (await browser.get("/my-documents")).text


async def test_counsel_sees_the_page_of_counsel(browser: Browser, database: Database) -> None:
    """The plain page is for the person whom the case is about."""
    async with database.system_transaction() as session:
        made: Hearing = cast.hearing(NOOR, uuid4(), days=40)
        session.add(made)
    await browser.sign_in(CLAIRE)

    page = (await browser.get(f"/cases/{NOOR}")).text

    assert "What we received from you" not in page
    assert "Who will be there" not in page


async def test_the_sheet_has_everything_on_it(browser: Browser) -> None:
    """When, where, how to join in letters one can type, what to do, what to bring, who is there."""
    await browser.sign_in(FARIDA)

    page = (await browser.get(f"/hearings/{HEARING}/sheet")).text

    for words in ("in the morning", "What to do", "Who will be there", "https://"):
        assert words in page, words
