"""The foundation: tables, the queue's own tables, authority and its policies."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0001"
down_revision = None

SCRIPTS = ("0001_tables.sql", "0001_procrastinate.sql", "0001_authority.sql")


def upgrade() -> None:
    """Make everything."""
    # The driver's own connection runs a whole script and reads no % in it.
    driver: Any = op.get_bind().connection.driver_connection
    for name in SCRIPTS:
        driver.execute((Path(__file__).parent / name).read_text("utf-8"))
