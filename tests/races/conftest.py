"""A portal whose every waiting is a point at which something else may happen."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from httpx2 import ASGITransport

from portal.app import create_app
from portal.models import Standing
from portal.parts import Parts
from portal.settings import Settings
from storage.database import Database
from tests.cast import AMIRA, LOUIS, NOOR, RENEE, lend
from tests.conftest import Browser
from tests.races.points import WatchedStore, watch_database, watch_wire


@pytest.fixture
def portal(portal: Parts, settings: Settings) -> Parts:
    """The same parts, watched."""
    watch_database(portal.database.engine)
    return replace(portal, store=WatchedStore(settings.state / "objects"))


@pytest.fixture
async def browser(portal: Parts) -> AsyncIterator[Browser]:
    """A browser at the portal over a watched line, signed out."""
    async with _browser(portal) as browser:
        yield browser


@pytest.fixture
async def claire(portal: Parts) -> AsyncIterator[Browser]:
    """The browser of the principal, who looks at what is left."""
    async with _browser(portal) as browser:
        yield browser


def _browser(portal: Parts) -> Browser:
    transport = ASGITransport(app=watch_wire(create_app(portal)))
    headers = {"sec-fetch-site": "same-origin"}
    browser = Browser(transport=transport, base_url="http://localhost:8000", headers=headers)
    browser.portal = portal
    return browser


@pytest.fixture(autouse=True)
async def _louis_lends_too(database: Database) -> None:
    """Amira still sees the case when Claire's loan has ended: that alone lets nothing through."""
    async with database.system_transaction() as session:
        session.add(
            Standing(
                case_id=NOOR,
                person_id=LOUIS.id,
                role="counsel",
                starts_at=datetime.now(UTC),
                began_how="recorded by the registry",
                recorded_by=RENEE.id,
            )
        )
        await session.flush()
        await lend(session, LOUIS, AMIRA, rights=("see",), cases=(NOOR,))
