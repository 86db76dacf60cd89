"""The parts of a portal over a given database, folder, store and scanner, and people at it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

from httpx2 import ASGITransport
from starlette.types import ASGIApp

from notices.channels import CaughtMail
from portal.app import create_app
from portal.models import Submission
from portal.parts import Parts
from portal.people.passwords import Passwords
from portal.settings import Settings
from portal.watch import Watch
from storage.database import Database
from storage.directory import DirectoryStore
from storage.scanner import Scanner
from tests.cast import CHEAP, CLAIRE, NOOR
from tests.conftest import Browser


def open_parts(url: str, folder: Path, *, store: DirectoryStore, scanner: Scanner | None) -> Parts:
    """Put them together as the program does."""
    return Parts(
        settings=Settings(state=folder, demo=True),
        database=Database(url),
        store=store,
        scanner=scanner,
        watch=Watch(scanner, accept_test=True),
        passwords=Passwords(CHEAP),
        channel=CaughtMail(
            sender="no-reply@example.org",
            link="http://localhost:8000/sign-in",
            folder=folder / "mail",
        ),
        caught_mail=folder / "mail",
    )


@asynccontextmanager
async def open_browser(portal: Parts, app: ASGIApp | None = None) -> AsyncGenerator[Browser]:
    """A browser at these parts, signed out."""
    transport = ASGITransport(app=app or create_app(portal))
    headers = {"sec-fetch-site": "same-origin"}
    async with Browser(
        transport=transport, base_url="http://localhost:8000", headers=headers
    ) as browser:
        browser.portal = portal
        yield browser


async def draft(portal: Parts) -> UUID:
    """An empty draft of Claire's."""
    key = uuid4()
    async with portal.database.system_transaction() as session:
        session.add(Submission(id=key, case_id=NOOR, drafted_by=CLAIRE.id, principal_id=CLAIRE.id))
    return key
