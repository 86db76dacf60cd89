"""Several lists in one round trip: a page asks the database once, however many lists it shows."""

from collections.abc import Callable
from contextlib import suppress
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


class Bundle:
    """Selects that are run as one statement; made once, for making them costs more than asking."""

    def __init__(self, **lists: sa.Select[*tuple[Any, ...]]) -> None:
        """Each list by the name its rows shall have; parameters are `sa.bindparam`s."""
        self._readers = {name: _readers(select) for name, select in lists.items()}
        columns: list[sa.Label[Any]] = []
        for name, select in lists.items():
            rows = select.subquery(name)
            found = sa.func.coalesce(sa.func.json_agg(rows.table_valued()), sa.text("'[]'"))
            columns.append(sa.select(found).scalar_subquery().label(name))
        self._statement = sa.select(*columns)

    async def read(self, session: AsyncSession, **parameters: object) -> SimpleNamespace:
        """Each list's rows under its name, as objects with the columns it selects."""
        found = (await session.execute(self._statement, parameters)).one()
        return SimpleNamespace(
            **{
                name: [_row(readers, row) for row in getattr(found, name)]
                for name, readers in self._readers.items()
            }
        )


async def bundle(session: AsyncSession, **lists: sa.Select[*tuple[Any, ...]]) -> SimpleNamespace:
    """Run these selects as one statement, once."""
    return await Bundle(**lists).read(session)


def _readers(select: sa.Select[*tuple[Any, ...]]) -> dict[str, Callable[[str], Any]]:
    """How to read the columns that JSON has as text and Python as something else."""
    readers: dict[str, Callable[[str], Any]] = {}
    for column in select.selected_columns:
        with suppress(NotImplementedError):
            if read := _READ.get(column.type.python_type):
                readers[str(column.key)] = read
    return readers


def _row(readers: dict[str, Callable[[str], Any]], row: dict[str, Any]) -> SimpleNamespace:
    for key, read in readers.items():
        value = row[key]
        if isinstance(value, str):
            row[key] = read(value)
    return SimpleNamespace(**row)
