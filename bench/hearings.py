"""What a calendar costs: `python -m bench.hearings`.

Counsel with 2,000 hearings over two years asks for the page of one month; another with 500 fetches
the feed. Over HTTP, from a portal in a process of its own; the first fetch of the feed counts too.
"""

import asyncio
import hashlib
import statistics
import time

import psycopg

from bench.figures import record
from bench.house import House, house
from bench.wire import Wire
from portal.timezones import pin_timezones
from storage.database import without_driver
from tests.cast import CLAIRE, LOUIS, RENEE

COMMAND = "python -m bench.hearings"
ROUNDS = 60
SECRET = "a-secret-of-forty-three-letters-for-a-bench"  # noqa: S105 - of nobody

FILLED = """
insert into "case" (id, division, office, title, language, opened_by)
select md5('h' || n)::uuid, 'rpd', 'toronto', 'Case ' || n, 'en', '{officer}'
from generate_series(1, 22500) as n;
insert into standing (id, case_id, person_id, role, starts_at, began_how, recorded_by)
select md5('hs' || n)::uuid, md5('h' || n)::uuid,
    case when n <= 2000 then '{counsel}'::uuid else '{other}'::uuid end,
    'counsel', now() - interval '1 day', 'recorded', '{officer}'
from generate_series(1, 2500) as n;
insert into hearing (id, case_id, local_start, zone, starts_at, minutes, mode, scheduled_by)
select md5('hh' || n)::uuid, md5('h' || n)::uuid, at, 'UTC', at, 120, 'video', '{officer}'
from generate_series(1, 22500) as n,
    lateral (select date_trunc('hour', now()) + (n % 2000) * interval '8 hours' as at) as said;
insert into feed (id, person_id, token_hash) values (gen_random_uuid(), '{other}', '{hash}');
"""


async def measure(place: House) -> tuple[float, float]:
    """Milliseconds of the month's page and of the feed, medians; and prints the worst."""
    token_hash = hashlib.sha256(SECRET.encode()).hexdigest()
    filled = FILLED.format(
        officer=RENEE.id, counsel=CLAIRE.id, other=LOUIS.id, hash=f"\\x{token_hash}"
    )
    with psycopg.connect(without_driver(place.database_url), autocommit=True) as connection:
        connection.execute(filled.encode())
        connection.execute("vacuum analyze")
    month = await timed(place, "/hearings/month", rounds=ROUNDS)
    feed = await timed(place, f"/calendar/{SECRET}.ics", rounds=ROUNDS // 4)
    for name, took in (("month", month), ("feed", feed)):
        print(f"{name}: first {took[0]:.0f} ms, median {statistics.median(took):.1f}, "
              f"worst {max(took):.0f}")  # fmt: skip
    return statistics.median(month), statistics.median(feed)


async def timed(place: House, path: str, *, rounds: int) -> list[float]:
    """Milliseconds of each time."""
    took: list[float] = []
    async with Wire.to(place.portal, cookie=place.cookie) as wire:
        for _ in range(rounds):
            began = time.perf_counter()
            status, _ = await wire.ask("GET", path)
            took.append((time.perf_counter() - began) * 1000)
            if status != 200:
                raise RuntimeError(f"{path}: {status}")
    return took


def main() -> None:
    """Measure, print, and keep the figures."""
    pin_timezones()
    with house() as place:
        month, feed = asyncio.run(measure(place))
    record("calendar_2000_ms", month, limit=20, command=COMMAND)
    record("feed_500_ms", feed, limit=100, command=COMMAND)


if __name__ == "__main__":
    main()
