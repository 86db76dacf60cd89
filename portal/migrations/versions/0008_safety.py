"""Sessions on shared devices; for whom a representative is designated, and why."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0008"
down_revision = "0007"

PARTS = ("sessions", "designations")


def upgrade() -> None:
    """Make what is new, and carry over what was there."""
    driver: Any = op.get_bind().connection.driver_connection
    for part in PARTS:
        driver.execute((Path(__file__).parent / f"0008_{part}.sql").read_text("utf-8"))
