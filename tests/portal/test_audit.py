"""The chain of entries: written by the database, and no change of it goes unseen."""

import pytest
import sqlalchemy as sa

from portal.audit import Actor, record, verify
from storage.database import Database
from tests.cast import NOOR, OKAFOR

CHANGES = (
    "update entry set act = act || 'x' where number = 3",
    "update entry set actor_name = 'Somebody Else' where number = 3",
    "update entry set facts = '{\"n\": 99}' where number = 3",
    "update entry set at = at + interval '1 microsecond' where number = 3",
    "update entry set hash = sha256('x') where number = 3",
    "update entry set previous = null where number = 3",
    "delete from entry where number = 3",
    "delete from entry where number = 1",
    "update entry set number = case number when 3 then -4 when 4 then -3 else number end",
)


@pytest.fixture(autouse=True)
async def five_entries(database: Database) -> None:
    """Five entries on one case, one on another."""
    async with database.system_transaction() as session:
        for n in range(5):
            await record(session, NOOR, "case.read", by=Actor(None, "test"), n=n)
        await record(session, OKAFOR, "case.read", by=Actor(None, "test"), n=0)


async def test_a_chain_that_nobody_touched_holds(database: Database) -> None:
    """What was written verifies, case by case."""
    async with database.system_transaction() as session:
        assert await verify(session, NOOR) is None
        assert await verify(session, OKAFOR) is None


@pytest.mark.parametrize("change", CHANGES)
async def test_every_change_is_found(database: Database, change: str) -> None:
    """The owner of the tables can change a row, but not without breaking the chain."""
    async with database.login_transaction() as session:
        await session.execute(sa.text(change))

    async with database.login_transaction() as session:
        assert await verify(session, NOOR) is not None
        assert await verify(session, OKAFOR) is None
