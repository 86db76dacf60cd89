"""The foundation: tables, the queue's own tables, authority and its policies."""

from pathlib import Path
from typing import Any

from alembic import op

from storage.database import Base

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make everything."""
    Base.metadata.create_all(op.get_bind())
    for name in ("0001_procrastinate.sql", "0001_authority.sql"):
        text = (Path(__file__).parent / name).read_text("utf-8")
        # The driver's own connection runs a whole script and reads no % in it.
        driver: Any = op.get_bind().connection.driver_connection
        driver.execute(text)
