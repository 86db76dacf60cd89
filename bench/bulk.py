"""Bulk: 1,000 notices to 2,000 people from *Issue* to the last row, and the pages meanwhile.

A portal and a worker as in production, each a process of its own; 1,000 cases with a claimant and
counsel of record. An officer presses the button; counsel and officer go on looking at their pages,
five a second. `python -m bench.bulk 10000` measures whether ten times as many take ten times as long.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from uuid import UUID

import sqlalchemy as sa
from httpx2 import AsyncClient

from bench.figures import record
from bench.house import free_port, running
from notices.model import Notice, Service
from portal.migrations import migrate
from portal.models import Batch, BatchRow
from portal.settings import Settings
from portal.timezones import pin_timezones
from portal.web import sessions
from storage.database import Database, embedded_server
from tests import cast
from tests.cast import CLAIRE, RENEE, Character
from tests.portal.registry.batches.listed import checked, opened
from tests.portal.registry.pressing import form_on

CASES = 1_000
LIMIT_S = 60
PAGE_LIMIT_MS = 100
BETWEEN_PAGES = 0.2
COMMAND = "make bench"


@dataclass
class Meanwhile:
    """How long each page took that people asked for, in milliseconds, and which page it was."""

    took: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])

    def p95(self) -> float:
        """The time within which 95 of 100 pages were there."""
        return sorted(self.took)[int(len(self.took) * 0.95)][0]

    def by_page(self) -> dict[str, float]:
        """The middle time of each page."""
        pages = {page for _, page in self.took}
        return {page: median(ms for ms, one in self.took if one == page) for page in pages}


@dataclass(frozen=True)
class Office:
    """A portal with a worker, and people signed in."""

    database: Database
    address: str
    cookies: dict[str, str]

    @asynccontextmanager
    async def browser(self, person: Character) -> AsyncGenerator[AsyncClient]:
        """Somebody's browser."""
        headers = {"sec-fetch-site": "same-origin", "cookie": self.cookies[person.name]}
        async with AsyncClient(base_url=self.address, headers=headers, timeout=60) as client:
            yield client


async def main(counts: Sequence[int]) -> None:
    """Measure each number of cases on the same house, the smallest first."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dossier-bulk-")))
        url = stack.enter_context(embedded_server(folder / "database"))
        migrate(url)
        port = free_port()
        database = Database(url)
        office = await _people(database, port)
        settings = {
            "DATABASE_URL": url.replace("+psycopg", ""),
            "PORT": str(port),
            "DOSSIER_DEMO": "true",
            "DOSSIER_EMBEDDED_WORKER": "no",
            "DOSSIER_STATE": str(folder / "state"),
        }
        program = [sys.executable, "-m", "portal"]
        stack.enter_context(running([*program, "serve"], port, settings))
        # A folder of its own, and one store for both.
        (folder / "worker").mkdir()
        (folder / "worker" / "objects").symlink_to(folder / "state" / "objects")
        settings["DOSSIER_STATE"] = str(folder / "worker")
        stack.enter_context(running([*program, "worker"], None, settings))
        numbers = await opened(database, sum(counts))
        await _analyse(database)
        took: list[float] = []
        for count in counts:
            mine, numbers = numbers[:count], numbers[count:]
            took.append(await _measure(office, mine))
        await database.close()
    if len(counts) > 1:
        ratio = took[-1] / (took[0] * counts[-1] / counts[0])
        record(f"bulk_{counts[-1]}_ratio", ratio, limit=1.2, command=COMMAND)
        print(f"{counts[-1]:,} cases: {ratio:.2f} times as long for each as {counts[0]:,}")


async def _measure(office: Office, numbers: Sequence[str]) -> float:
    """Seconds from the button to the last row, while people look at their pages."""
    began = time.monotonic()
    batch_id = await checked(office.database, "\n".join(numbers), kind="notice_to_appear")
    print(f"{len(numbers):,} lines checked in {time.monotonic() - began:.1f} s")
    meanwhile = Meanwhile()
    async with office.browser(RENEE) as officer:
        page = await officer.get(f"/registry/batches/{batch_id}")
        form = form_on(page, "/issue")
        looking = [
            asyncio.create_task(_look(office, person, paths, meanwhile))
            for person, paths in _walks(batch_id)
        ]
        began = time.monotonic()
        answer = await officer.post(form.action, data=form.values)
        _require(answer.status_code == 303, answer.text)
        await _finished(office.database, batch_id)
        seconds = time.monotonic() - began
    for one in looking:
        one.cancel()
    await _all_there(office.database, batch_id, len(numbers))
    _tell(len(numbers), seconds, meanwhile)
    return seconds


def _walks(batch_id: UUID) -> list[tuple[Character, Sequence[str]]]:
    """Who looks at which pages, one after the other."""
    return [
        (CLAIRE, ("/cases", "/notices", f"/cases/{cast.NOOR}", "/hearings")),
        (RENEE, ("/registry", "/cases?q=Noor", f"/registry/batches/{batch_id}")),
    ]


async def _look(
    office: Office, person: Character, paths: Sequence[str], meanwhile: Meanwhile
) -> None:
    async with office.browser(person) as client:
        at = 0
        while True:
            began = time.monotonic()
            answer = await client.get(paths[at % len(paths)])
            _require(answer.status_code == 200, str(answer.url))
            meanwhile.took.append(((time.monotonic() - began) * 1000, paths[at % len(paths)]))
            at += 1
            # Both together: five pages a second.
            await asyncio.sleep(2 * BETWEEN_PAGES)


async def _finished(database: Database, batch_id: UUID) -> None:
    while True:
        async with database.system_transaction() as session:
            batch = await session.get_one(Batch, batch_id)
            if batch.state == "finished":
                return
        await asyncio.sleep(0.1)


async def _all_there(database: Database, batch_id: UUID, count: int) -> None:
    """A figure for work that was not done would be worth nothing."""
    rows = sa.select(BatchRow.notice_id).where(BatchRow.batch_id == batch_id)
    async with database.system_transaction() as session:
        papers = sa.select(sa.func.count(Notice.pdf_key)).where(Notice.id.in_(rows))
        services = sa.select(sa.func.count()).where(Service.notice_id.in_(rows))
        _require(await session.scalar(papers) == count, "papers are missing")
        _require(await session.scalar(services) == 2 * count, "somebody was not told")


def _require(fulfilled: object, what: str) -> None:
    if not fulfilled:
        raise RuntimeError(what)


def _tell(count: int, seconds: float, meanwhile: Meanwhile) -> None:
    print(
        f"{count:,} notices to {2 * count:,} people: {seconds:.1f} s; "
        f"{len(meanwhile.took)} pages meanwhile, p95 {meanwhile.p95():.0f} ms"
    )
    for page, middle in sorted(meanwhile.by_page().items(), key=lambda one: -one[1]):
        print(f"  {middle:6.0f} ms {page}")
    if count == CASES:
        record("bulk_1000_s", seconds, limit=LIMIT_S, command=COMMAND)
        record("bulk_page_p95_ms", meanwhile.p95(), limit=PAGE_LIMIT_MS, command=COMMAND)


async def _people(database: Database, port: int) -> Office:
    """The cast, with two of them signed in."""
    async with database.system_transaction() as session:
        await cast.appear(session)
    lasts = Settings(port=port).session_absolute
    cookies: dict[str, str] = {}
    for person in (CLAIRE, RENEE):
        async with database.login_transaction() as session:
            token = await sessions.begin(session, person.id, lasts=lasts)
        cookies[person.name] = f"session-{port}={token}"
    return Office(database, f"http://localhost:{port}", cookies)


async def _analyse(database: Database) -> None:
    """As autovacuum would have done minutes after so many rows came."""
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(sa.text("vacuum analyze"))


if __name__ == "__main__":
    pin_timezones()
    more = [int(one) for one in sys.argv[1:]]
    asyncio.run(main([CASES, *more]))
