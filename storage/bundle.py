"""Several lists in one round trip: a page asks the database once, however many lists it shows."""

from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

# How JSON gives back what PostgreSQL put into it.
_READ: dict[type, Callable[[str], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    UUID: UUID,
    bytes: lambda text: bytes.fromhex(text[2:]),
}


async def bundle(session: AsyncSession, **lists: sa.Select[*tuple[Any, ...]]) -> SimpleNamespace:
    """Run these selects as one statement; each name holds its rows, as objects with its columns."""
    columns: list[sa.ScalarSelect[Any]] = []
    for name, select in lists.items():
        rows = select.subquery(name)
        columns.append(
            sa.select(sa.func.coalesce(sa.func.json_agg(rows.table_valued()), sa.text("'[]'")))
            .scalar_subquery()
            .label(name)  # pyright: ignore[reportArgumentType]
        )
    found = (await session.execute(sa.select(*columns))).one()
    return SimpleNamespace(
        **{
            name: [_row(select, row) for row in getattr(found, name)]
            for name, select in lists.items()
        }
    )


def _row(select: sa.Select[*tuple[Any, ...]], row: dict[str, Any]) -> SimpleNamespace:
    for column in select.selected_columns:
        key = str(column.key)
        value = row[key]
        try:
            read = _READ.get(column.type.python_type)
        except NotImplementedError:
            continue
        if read and isinstance(value, str):
            row[key] = read(value)
    return SimpleNamespace(**row)
