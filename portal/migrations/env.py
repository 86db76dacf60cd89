"""What Alembic runs: the caller's connection, and the tables of all three packages."""

from alembic import context

import notices.model
import portal.models
from storage.database import Base

_ = (notices.model, portal.models)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    include_name=lambda name, kind, _parents: (
        kind != "table" or not (name or "").startswith("procrastinate_")
    ),
)
context.run_migrations()
