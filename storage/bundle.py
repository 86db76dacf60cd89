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


class Bundle:
    """Selects that are run as one statement; made once, for making them costs more than asking."""

    def __init__(self, **lists: sa.Select[*tuple[Any, ...]]) -> None:
        """Each list by the name its rows shall have; parameters are `sa.bindparam`s."""
        self._lists = lists
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
                name: [_row(select, row) for row in getattr(found, name)]
                for name, select in self._lists.items()
            }
        )


async def bundle(session: AsyncSession, **lists: sa.Select[*tuple[Any, ...]]) -> SimpleNamespace:
    """Run these selects as one statement, once."""
    return await Bundle(**lists).read(session)


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
