"""Documents in full: resumable uploads, packages, reviews, sealing, pictures, findings."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0003"
down_revision = "0002"

PARTS = ("uploads", "submissions", "reviews", "pictures", "findings", "receipts")


def upgrade() -> None:
    """Make what is new, and carry over what was there."""
    driver: Any = op.get_bind().connection.driver_connection
    for part in PARTS:
        driver.execute((Path(__file__).parent / f"0003_{part}.sql").read_text("utf-8"))
