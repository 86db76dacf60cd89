"""One seeded demonstration that every test here looks at, and a browser at its portal."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from notices.channels import CaughtMail
from portal.migrations import migrate
from portal.parts import Parts
from portal.people.passwords import Passwords
from portal.seeding import seed
from portal.settings import Settings
from portal.watch import Watch
from storage.database import Database, without_driver
from storage.directory import DirectoryStore
from tests.cast import CHEAP


@pytest.fixture(scope="session")
def empty_url(server: str) -> Iterator[str]:
    """A database with its tables and nobody in it."""
    with psycopg.connect(without_driver(server), autocommit=True) as connection:
        connection.execute("create database demonstration")
        url = server.replace("/postgres?", "/demonstration?")
        migrate(url)
        yield url
        connection.execute("drop database demonstration with (force)")


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demonstration keeps its papers."""
    return tmp_path_factory.mktemp("demonstration")


@pytest.fixture(scope="session")
def demonstration(empty_url: str, state: Path) -> str:
    """The same database, seeded; a real tribunal refused to be, first."""

    async def fill() -> None:
        portal = parts(Database(empty_url), state)
        assert await seed(portal)
        await portal.database.close()

    asyncio.run(fill())
    return empty_url


def parts(database: Database, state: Path) -> Parts:
    """The parts of a demonstration, as `make run` has them."""
    return Parts(
        settings=Settings(state=state, demo=True),
        database=database,
        store=DirectoryStore(state / "objects"),
        scanner=None,
        watch=Watch(None, accept_test=True),
        passwords=Passwords(CHEAP),
        channel=CaughtMail(
            sender="no-reply@example.org",
            link="http://localhost:8000/sign-in",
            folder=state / "mail",
        ),
        caught_mail=state / "mail",
    )


@pytest.fixture
async def portal(demonstration: str, state: Path) -> AsyncIterator[Parts]:
    """A portal on the demonstration."""
    database = Database(demonstration)
    yield parts(database, state)
    await database.close()


@pytest.fixture
def real_portal(portal: Parts) -> Parts:
    """The same, but for a real tribunal."""
    return replace(portal, settings=portal.settings.model_copy(update={"demo": False}))
