"""Requests in the database itself, with the application's gate taken away."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from portal.models import Request, RequestDecision
from storage.database import Database
from tests.asking import REQUEST, asked
from tests.cast import (
    AMIRA,
    CLAIRE,
    FARIDA,
    JONAS,
    LOUIS,
    MARC,
    NOOR,
    RENEE,
    VICTOR,
    Character,
    known,
)


@pytest.fixture(autouse=True)
async def one_request(database: Database) -> None:
    """Claire asks for another date."""
    async with database.system_transaction() as session:
        session.add(asked(await session.scalar(sa.select(sa.func.now()))))  # pyright: ignore[reportArgumentType]


async def test_its_side_and_the_registry_see_it(database: Database) -> None:
    """Nobody else, whatever they ask."""
    seen: dict[str, bool] = {}
    for person in (CLAIRE, AMIRA, JONAS, FARIDA, RENEE, MARC, LOUIS, VICTOR):
        async with database.transaction(person.id) as session:
            seen[person.name] = (await session.scalars(sa.select(Request.id))).all() == [REQUEST]

    no = {MARC.name, LOUIS.name, VICTOR.name}
    assert {name for name, sees in seen.items() if not sees} == no


async def _refused(database: Database, person: Character, statement: sa.Executable) -> None:
    async with database.transaction(person.id) as session:
        with pytest.raises(ProgrammingError, match=r"policy|permission denied|only the registry"):
            await session.execute(statement)
        await session.rollback()


async def test_nobody_asks_without_the_right(database: Database) -> None:
    """Amira may file for Claire and not ask; nobody asks in the name of another."""
    row: dict[str, Any] = {
        "case_id": NOOR,
        "kind": "interpreter",
        "facts": {},
        "side": "person",
        "principal_id": CLAIRE.id,
        "principal_name": CLAIRE.name,
    }
    for person in (AMIRA, FARIDA, LOUIS):
        mine = row | {"asked_by": person.id, "asker_name": person.name, "number": person.name}
        mine |= {"delegation_id": known("delegation Claire to Amira")}
        await _refused(database, person, sa.insert(Request).values(mine))


async def test_what_was_asked_never_changes(database: Database) -> None:
    """Not by who asked, and not by the registry."""
    for person in (CLAIRE, RENEE):
        await _refused(database, person, sa.update(Request).values(facts={}))


async def test_only_the_registry_decides(database: Database) -> None:
    """Whoever asks for a decision in SQL is refused it."""
    row = {"notice_id": known("n"), "request_id": REQUEST, "case_id": NOOR, "outcome": "granted"}
    for person in (CLAIRE, MARC, VICTOR):
        by = {"decided_by": person.id, "decider_name": person.name}
        await _refused(database, person, sa.insert(RequestDecision).values(row | by))
