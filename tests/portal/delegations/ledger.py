"""The rows under the oracle: written with its own moments, aged in place of waiting, read back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from hypothesis import strategies as st
from psycopg.rows import TupleRow

from storage.database import without_driver
from tests.cast import RENEE, known
from tests.portal.delegations.oracle import Row

PEOPLE = [known(f"oracle person {number}") for number in range(4)]
CASES = [known(f"oracle case {number}") for number in range(3)]
TEAMS = [known(f"oracle team {number}") for number in range(2)]
# The clock counts in steps of ten days, so that moments often fall on each other.
STEP = timedelta(days=10)
MOMENTS = {
    "standing": ("starts_at", "ends_at"),
    "suspension": ("began_at", "ended_at"),
    "delegation": ("offered_at", "starts_at", "ends_at", "ended_at"),
    "answer": ("accepted_at", "last_used_at", "ended_at"),
    "membership": ("joined_at", "ended_at"),
}


def steps(low: int, high: int) -> st.SearchStrategy[timedelta]:
    """So many steps of the clock."""
    return st.integers(low, high).map(lambda count: STEP * count)


class Ledger:
    """One transaction, so that now() stands still; rows are aged instead, past the triggers."""

    def __init__(self, url: str) -> None:
        """Four people, three cases and two teams, and nothing between them."""
        self.db: psycopg.Connection[TupleRow] = psycopg.connect(without_driver(url))
        started = self.db.execute("select now()").fetchone()
        assert started
        self.began: datetime = started[0]
        self.now = self.began
        for person in PEOPLE:
            self.write("person", id=person, name="P", calling="counsel")
        for number, case in enumerate(CASES):
            said = {"office": "toronto", "title": f"C{number}", "language": "en"}
            self.write("case", id=case, division="rpd", opened_by=RENEE.id, **said)
        for number, team in enumerate(TEAMS):
            self.write("team", id=team, code=f"T{number}", name="T", started_by=PEOPLE[0])

    def age(self, gone: timedelta) -> None:
        """Time passes: everything there is grows older."""
        self.now += gone
        self.db.execute("set local session_replication_role = replica")
        for table, columns in MOMENTS.items():
            older = ", ".join(f"{name} = {name} - %(gone)s" for name in columns)
            self.db.execute(f"update {table} set {older}", {"gone": gone})  # pyright: ignore[reportArgumentType]
        self.db.execute("set local session_replication_role = origin")

    def told(self) -> set[Row]:
        """What the view says of the people of the oracle."""
        rows = self.db.execute(
            'select person_id, case_id, "right", principal_id, delegation_id from authority'
            " where person_id = any (%s)",
            [PEOPLE],
        ).fetchall()
        return {(who, case, right, whose, loan) for who, case, right, whose, loan in rows}

    def become(self, person: UUID) -> None:
        """What follows is asked by this person, under the policies."""
        self.db.execute(
            "select set_config('role', 'portal_app', true), set_config('portal.person', %s, true)",
            [str(person)],
        )

    def aged(self, moment: datetime) -> datetime:
        """A moment of the oracle's clock, as it lies from the database's now."""
        return moment - (self.now - self.began)

    def write(self, table: str, **values: Any) -> None:
        """A new row; its moments are those of the oracle's clock."""
        said = [self.aged(one) if isinstance(one, datetime) else one for one in values.values()]
        marks = ", ".join(["%s"] * len(said))
        self.db.execute(f'insert into "{table}" ({", ".join(values)}) values ({marks})', said)  # pyright: ignore[reportArgumentType]

    def change(self, table: str, which: str, keys: list[UUID]) -> None:
        """It ends now, where it has not ended."""
        self.db.execute(
            f"update {table} set ended_at = now(), ended_by = %s"  # pyright: ignore[reportArgumentType]
            f" where ended_at is null and {which}",
            [RENEE.id, *keys],
        )
