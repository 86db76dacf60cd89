"""Migrations: what they make is what the models say, and running them again changes nothing."""

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import notices.letters
import notices.model
import portal.models
from portal.migrations import migrate
from storage.database import Base

_ = (notices.letters, notices.model, portal.models)


def test_migrated_tables_are_those_of_the_models(database_url: str) -> None:
    """Every column, index and constraint that autogeneration can see is the same on both sides."""
    engine = sa.create_engine(database_url)
    options: dict[str, Any] = {"compare_type": True, "include_name": _ours}

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()

    assert differences == []


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not (name or "").startswith(("procrastinate_", "alembic_"))


def test_migrating_again_changes_nothing(database_url: str) -> None:
    """`migrate` may be run at every start."""
    migrate(database_url)
    migrate(database_url)


def test_checks_of_the_database_are_those_of_the_models(database_url: str) -> None:
    """A CHECK that stands in a model and not in the migration would protect nothing."""
    engine = sa.create_engine(database_url)
    written = {
        (table.name, constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, sa.CheckConstraint)
    }

    with engine.connect() as connection:
        rows = connection.execute(
            sa.text(
                "select conrelid::regclass::text, conname from pg_constraint where contype = 'c'"
            )
        )
        made = {(name.strip('"'), check) for name, check in rows}
    engine.dispose()

    assert {(table, str(name)) for table, name in written} <= made
