"""Notices that are proven to arrive: recalling, letters, mail that comes back, many at once."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0004"
down_revision = "0003"

PARTS = ("serving", "letters", "mail", "batches")


def upgrade() -> None:
    """Make what is new, and carry over what was there."""
    driver: Any = op.get_bind().connection.driver_connection
    for part in PARTS:
        driver.execute((Path(__file__).parent / f"0004_{part}.sql").read_text("utf-8"))
