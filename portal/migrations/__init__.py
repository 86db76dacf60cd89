"""Bringing a database to the present tables: Alembic, run from the program itself."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from storage.database import with_driver

FOLDER = Path(__file__).parent


def migrate(url: str) -> None:
    """Apply what is missing; several processes may ask at once, one does it."""
    engine = sa.create_engine(with_driver(url))
    try:
        with engine.begin() as connection:
            connection.execute(sa.text("select pg_advisory_xact_lock(7001)"))
            command.upgrade(configuration(connection), "head")
    finally:
        engine.dispose()


def configuration(connection: sa.Connection) -> Config:
    """Alembic's own settings, on a connection that is already open."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config
