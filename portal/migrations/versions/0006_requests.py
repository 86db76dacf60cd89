"""Requests to the registry, appeals, and reminders of hearings."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0006"
down_revision = "0005"

PARTS = ("requests", "contacts", "counsel", "appeals", "reminders")


def upgrade() -> None:
    """Make what is new, and carry over what was there."""
    driver: Any = op.get_bind().connection.driver_connection
    for part in PARTS:
        driver.execute((Path(__file__).parent / f"0006_{part}.sql").read_text("utf-8"))
