"""What the list of cases costs somebody who works for ten: `python -m bench.authority`.

Ten counsel with 2,000 cases each, all lent to one delegate; every second case has a hearing ahead.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from bench.figures import record
from portal.cases.listing import list_cases
from portal.migrations import migrate
from portal.timezones import pin_timezones
from storage.database import Database, embedded_server, without_driver
from tests.cast import AMIRA, RENEE, appear

COMMAND = "python -m bench.authority"
LIMIT_MS = 15
ROUNDS = 60

# Everything the database can make by itself: 12 counsel more than Amira works for, so that most
# rows of every table are somebody else's.
FILLED = """
insert into person (id, name, calling)
select md5('counsel' || n)::uuid, 'Counsel ' || n, 'counsel' from generate_series(1, 22) as n;
insert into "case" (id, division, office, title, language, opened_by, opened_at)
select md5('case' || n)::uuid, 'rpd', 'toronto', 'Case ' || n, 'en', %(officer)s,
    now() - n * interval '20 minutes'
from generate_series(1, 44000) as n;
insert into party (id, case_id, name, file_number)
select md5('party' || n)::uuid, md5('case' || n)::uuid, 'Party ' || n, 'TC9-' || n
from generate_series(1, 44000) as n;
insert into standing (id, case_id, person_id, role, starts_at, began_how, recorded_by)
select md5('standing' || n)::uuid, md5('case' || n)::uuid, md5('counsel' || (n %% 22) + 1)::uuid,
    'counsel', now() - interval '1 day', 'recorded', %(officer)s
from generate_series(1, 44000) as n;
insert into hearing (id, case_id, local_start, zone, starts_at, minutes, mode, scheduled_by)
select md5('hearing' || n)::uuid, md5('case' || n)::uuid, at, 'UTC', at, 180, 'video', %(officer)s
from generate_series(1, 44000, 2) as n,
    lateral (select date_trunc('hour', now()) + (n %% 4000 - 400) * interval '2 hours' as at) as said;
insert into delegation (id, grantor_id, offered_by, offered_at, invited_email, rights, all_cases,
    starts_at, ends_at, open_until, reason)
select md5('loan' || n)::uuid, md5('counsel' || n)::uuid, md5('counsel' || n)::uuid, now(),
    'amira@example.org', array['see', 'read', 'prepare', 'file', 'receive'], true,
    now() - interval '1 day', now() + interval '300 days', now(), 'works for all'
from generate_series(1, 10) as n;
insert into answer (delegation_id, person_id, accepted_at, undertaking)
select md5('loan' || n)::uuid, %(delegate)s, now(), '2026-11' from generate_series(1, 10) as n;
"""


async def timed(database: Database, ask: Callable[[AsyncSession], Awaitable[object]]) -> float:
    """The median of many times, in milliseconds, as Amira asks."""
    took: list[float] = []
    for _ in range(ROUNDS):
        async with database.transaction(AMIRA.id) as session:
            began = time.perf_counter()
            await ask(session)
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[5:])


async def measure(url: str) -> dict[str, float]:
    """Milliseconds of each question."""
    database = Database(url)
    async with database.system_transaction() as session:
        await appear(session)
    with psycopg.connect(without_driver(url)) as connection:
        filled = FILLED.replace("%(officer)s", f"'{RENEE.id}'").replace(
            "%(delegate)s", f"'{AMIRA.id}'"
        )
        connection.execute(filled.replace("%%", "%").encode())
    with psycopg.connect(without_driver(url), autocommit=True) as connection:
        connection.execute("vacuum analyze")
    now = datetime.now(UTC)
    count = sa.text("select count(*) from portal_cases('see')")

    async def counted(session: AsyncSession) -> None:
        if await session.scalar(count) < 20_000:
            raise RuntimeError("Amira does not see the cases that were lent to her")

    found = {
        "the list, first page": await timed(
            database, lambda session: list_cases(session, AMIRA.id, now=now)
        ),
        "the list, page 20": await timed(
            database, lambda session: list_cases(session, AMIRA.id, now=now, page=20)
        ),
        "portal_cases('see')": await timed(database, counted),
    }
    await database.close()
    return found


def main() -> None:
    """Measure, print, and keep the figure."""
    pin_timezones()
    with (
        TemporaryDirectory(prefix="dossier-bench-") as folder,
        embedded_server(Path(folder) / "data") as url,
    ):
        migrate(url)
        found = asyncio.run(measure(url))
    for name, took in found.items():
        print(f"{took:8.1f} ms  {name}")
    record("authority_list_ms", found["the list, first page"], limit=LIMIT_MS, command=COMMAND)


if __name__ == "__main__":
    main()
