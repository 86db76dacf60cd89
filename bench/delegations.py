"""How long it takes to end a thousand loans of one principal at once: `python -m bench.delegations`.

One transaction, as the page of delegations does it: everybody loses a hundred cases, and the
history of each case names them all.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from bench.figures import record
from portal.audit import Actor
from portal.delegations.ending import end
from portal.delegations.endings.choosing import Scope, loans_in
from portal.delegations.endings.stating import read_statement
from portal.migrations import migrate
from portal.models import Answer, Case, Delegation, Person, Standing
from portal.timezones import pin_timezones
from storage.database import Database, embedded_server

COMMAND = "make bench"
LOANS, CASES, ROUNDS = 1_000, 100, 3


async def populate(session: AsyncSession) -> UUID:
    """Counsel with so many cases, all of them lent to so many people; the id of counsel."""
    now, counsel = datetime.now(UTC), uuid4()
    people = [uuid4() for _ in range(LOANS)]
    named = [{"id": key, "name": f"Delegate {n}"} for n, key in enumerate(people)]
    known = {"calling": "delegate", "language": "en"}
    everybody = [{"id": counsel, "name": "Claire Tremblay"}, *named]
    await session.execute(sa.insert(Person), [one | known for one in everybody])
    cases = [uuid4() for _ in range(CASES)]
    opened = {"division": "rpd", "office": "toronto", "language": "en", "opened_by": counsel}
    await session.execute(
        sa.insert(Case), [{"id": one, "title": f"Case {one}", **opened} for one in cases]
    )
    placed = {"person_id": counsel, "role": "counsel", "recorded_by": counsel, "began_how": "r. 14"}
    standings = [{"id": uuid4(), "case_id": one, **placed} for one in cases]
    await session.execute(sa.insert(Standing).inline(), standings)
    terms = {
        "grantor_id": counsel,
        "offered_by": counsel,
        "rights": ["see", "read", "prepare", "file"],
        "all_cases": True,
        "starts_at": now - timedelta(days=2),
        "ends_at": now + timedelta(days=300),
        "open_until": now + timedelta(days=5),
        "reason": "works in the office",
    }
    loans = [{"id": uuid4(), "invited_email": f"{one}@example.org", **terms} for one in people]
    await session.execute(sa.insert(Delegation).inline(), loans)
    taken = {"accepted_at": now - timedelta(days=1), "undertaking": "2026-11"}
    answers = [
        {"delegation_id": loan["id"], "person_id": person, **taken}
        for loan, person in zip(loans, people, strict=True)
    ]
    await session.execute(sa.insert(Answer).inline(), answers)
    return counsel


async def end_everything(database: Database, counsel: UUID) -> float:
    """Seconds from the press of the button until the commit."""
    began, key = time.perf_counter(), uuid4()
    async with database.transaction(counsel) as session:
        now = (await session.execute(sa.select(sa.func.now()))).scalar_one()
        loans = (await session.scalars(loans_in(Scope(grantor=counsel), now))).all()
        by = Actor(counsel, "Claire Tremblay")
        ended = await end(session, loans, ending_id=key, grantor=counsel, by=by, now=now)
    took = time.perf_counter() - began
    async with database.transaction(counsel) as session:
        stated = await read_statement(session, key)
    if not ended or (len(stated.loans), len(stated.entries)) != (LOANS, CASES):
        raise RuntimeError(f"not what was asked for: {len(stated.loans)}, {len(stated.entries)}")
    return took


async def run(url: str) -> float:
    """The slowest of some rounds, each with people and cases of its own."""
    database, times = Database(url), list[float]()
    for _ in range(ROUNDS):
        async with database.system_transaction() as session:
            counsel = await populate(session)
        times.append(await end_everything(database, counsel))
        print(f"{LOANS} delegations over {CASES} cases ended in {times[-1]:.3f} s")
    await database.close()
    return max(times)


def main() -> None:
    """Measure, print, and keep the figure."""
    pin_timezones()
    with (
        TemporaryDirectory(prefix="dossier-") as folder,
        embedded_server(Path(folder) / "data") as url,
    ):
        migrate(url)
        slowest = asyncio.run(run(url))
    record("end_1000_delegations_s", slowest, limit=1.0, command=COMMAND)


if __name__ == "__main__":
    main()
