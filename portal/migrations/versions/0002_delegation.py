"""Delegation in full: teams, answers, covers, approvals, endings, joined cases, the past."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make what is new, and carry over what was there."""
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute((Path(__file__).parent / "0002_delegation.sql").read_text("utf-8"))
