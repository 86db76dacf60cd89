"""Hearings: who and what is booked for each, and never twice at once."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0005"
down_revision = "0004"

PARTS = ("bookings", "feeds", "policies")


def upgrade() -> None:
    """Make what is new, and carry over what was there."""
    driver: Any = op.get_bind().connection.driver_connection
    for part in PARTS:
        driver.execute((Path(__file__).parent / f"0005_{part}.sql").read_text("utf-8"))
