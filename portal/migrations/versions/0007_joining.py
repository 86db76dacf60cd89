"""Joining by letter: invitation letters, and mail addresses that somebody still has to confirm."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make what is new."""
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute((Path(__file__).parent / "0007_joining.sql").read_text("utf-8"))
