"""What tests share: a real PostgreSQL with the cast in it, the portal, and a browser's manners."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
import pytest
from httpx2 import ASGITransport, AsyncClient
from psycopg import sql

from notices.channels import CaughtMail
from portal.app import create_app
from portal.logs import configure_logs
from portal.migrations import migrate
from portal.parts import Parts
from portal.people.passwords import Passwords
from portal.settings import Settings
from portal.timezones import pin_timezones
from portal.watch import Watch
from portal.web import sessions
from storage.database import Database, embedded_server, without_driver
from storage.directory import DirectoryStore
from storage.scanner import Scanner
from tests import cast
from tests.cast import Character

pin_timezones()
configure_logs("warning")

pytest_plugins = ["tests.servers", "tests.postbox", "tests.staged"]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL of our own, with a template database that holds the tables and the cast."""
    # Not in pytest's folder: root's next run closes that to PostgreSQL's own user.
    with TemporaryDirectory(prefix="dossier-", dir=_in_memory()) as folder:
        data = Path(folder) / "data"
        with (
            embedded_server(data) as url,
            psycopg.connect(without_driver(url), autocommit=True) as connection,
        ):
            # Nothing here must outlive a power cut, and tests make hundreds of databases.
            connection.execute("alter system set fsync = off")
            # Which of two commits came first; counts from the next start.
            connection.execute("alter system set track_commit_timestamp = on")
        with embedded_server(data) as url:
            with psycopg.connect(without_driver(url), autocommit=True) as connection:
                connection.execute("create database stage")
            stage = _named(url, "stage")
            migrate(stage)
            asyncio.run(_raise_curtain(stage))
            yield url


def _in_memory() -> Path | None:
    """Where files are memory, if there is room: a thousand test databases are a lot of disk."""
    place = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    return place if place.is_dir() and disk_usage(place).free > 2 * 1024**3 else None


async def _raise_curtain(url: str) -> None:
    database = Database(url)
    async with database.system_transaction() as session:
        await cast.appear(session)
    await database.close()


@pytest.fixture
def database_url(server: str) -> Iterator[str]:
    """A database of this test's own, copied from the stage."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(without_driver(server), autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template stage strategy file_copy").format(
                sql.Identifier(name)
            )
        )
        yield _named(server, name)
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Transactions on this test's database."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings as `make run` has them, in a folder of this test's own; notices leave at once."""
    return Settings(state=tmp_path / "state", demo=True, recall_minutes=0)


@pytest.fixture
def scanner() -> Scanner | None:
    """No scanner; tests that scan ask for `clamd_socket` and give their own."""
    return None


@pytest.fixture
def portal(database: Database, settings: Settings, scanner: Scanner | None) -> Parts:
    """A portal of real parts: PostgreSQL, a directory of objects, and the scanner if one is asked."""
    return Parts(
        settings=settings,
        database=database,
        store=DirectoryStore(settings.state / "objects"),
        scanner=scanner,
        watch=Watch(scanner, accept_test=True),
        passwords=Passwords(cast.CHEAP),
        channel=CaughtMail(
            sender="no-reply@example.org",
            link="http://localhost:8000/sign-in",
            folder=settings.state / "mail",
        ),
        caught_mail=settings.state / "mail",
    )


class Browser(AsyncClient):
    """A browser without JavaScript: keeps cookies, says where it is, and can sign in."""

    portal: Parts

    async def sign_in(self, person: Character, *, language: str = "en") -> "Browser":
        """Become this person, as after typing the right password."""
        async with self.portal.database.login_transaction() as session:
            lasts = self.portal.settings.session_absolute
            token = await sessions.begin(session, person.id, lasts=lasts)
        self.cookies.set(self.portal.cookie("session"), token)
        self.cookies.set("language", language)
        return self


@pytest.fixture
async def browser(portal: Parts) -> AsyncIterator[Browser]:
    """A browser at the portal, signed out."""
    transport = ASGITransport(app=create_app(portal), raise_app_exceptions=True)
    headers = {"sec-fetch-site": "same-origin"}
    async with Browser(transport=transport, base_url="http://localhost:8000", headers=headers) as b:
        b.portal = portal
        yield b


def _named(url: str, name: str) -> str:
    return url.replace("/postgres?", f"/{name}?")
