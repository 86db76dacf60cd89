"""Hundreds of slow lines at once, and how long pages take meanwhile: `python -m bench.slow_uploads`.

500 people send a paper each at 10 KB/s, from a process of their own, to the portal as it is served;
first in forms, then resumably. All the while somebody looks at pages, one after the other. A line
takes longer than a block of the store fills, so that what each upload holds in memory is seen.
"""

import asyncio
import json
import math
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from uuid import UUID, uuid4

import psycopg

from bench.figures import record
from bench.house import House, house
from bench.upload import require
from portal.models import Case, Person, Standing, Submission
from portal.settings import Settings
from portal.timezones import pin_timezones
from portal.web import sessions
from storage.database import Database, without_driver
from tests.cast import CLAIRE, NOOR, RENEE

COMMAND = "python -m bench.slow_uploads"
MB = 1_000_000
RATE = 10_000
UPLOADS, SECONDS = 500, 150
BETWEEN_PAGES = 0.05
TIMES_TO_WARM = 5


@dataclass
class Sender:
    """One of those who send: a case, a draft and a session of their own."""

    id: UUID = field(default_factory=uuid4)
    case: UUID = field(default_factory=uuid4)
    draft: UUID = field(default_factory=uuid4)
    cookie: str = ""


@dataclass(frozen=True)
class Round:
    """What one way of sending cost."""

    way: str
    pages: Sequence[float]
    failed: int
    growth: float

    @property
    def p95(self) -> float:
        """Milliseconds that 95 of 100 pages took at most."""
        return sorted(self.pages)[int(len(self.pages) * 0.95)] * 1000


def fresh(way: str, *, uploads: int, seconds: int) -> Round:
    """One way, against a portal that has not grown yet."""
    with house() as place:
        measure(place, way, uploads=5, seconds=1)
        return measure(place, way, uploads=uploads, seconds=seconds)


def measure(place: House, way: str, *, uploads: int, seconds: int) -> Round:
    """Send all, look at pages until the last answer has come, count what was kept."""
    people = asyncio.run(_people(place, uploads))
    draft = asyncio.run(_claires(place))
    pages = [f"/cases/{NOOR}", "/cases", f"/submissions/{draft}", "/hearings", "/notices"]
    for _ in range(TIMES_TO_WARM):
        require(math.isfinite(sum(look(place, place.cookie, pages))), "a page is refused")
    idle = peak = place.process.memory_info().rss
    plan = {
        "port": place.portal,
        "rate": RATE,
        "size": RATE * seconds,
        "uploads": [
            {"way": way, "cookie": one.cookie, "draft": f"/submissions/{one.draft}"}
            for one in people
        ],
    }
    took: list[float] = []
    with _trickling(plan) as lines:
        while lines.poll() is None:
            took += look(place, place.cookie, pages)
            peak = max(peak, place.process.memory_info().rss)
        told = json.loads(_answer(lines))
    wrong = [one for one in told if not isinstance(one, int) or one >= 400]
    if wrong:
        print(f"  not answered well: {wrong[:5]}")
    kept = _kept(place, people)
    return Round(way, took, max(len(wrong), uploads - kept), (peak - idle) / MB)


def look(place: House, cookie: str, pages: Sequence[str]) -> list[float]:
    """The seconds each of these pages took, from the question to the last byte; refused: for ever."""
    took: list[float] = []
    connection = HTTPConnection("127.0.0.1", place.portal, timeout=60)
    for path in pages:
        time.sleep(BETWEEN_PAGES)
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - began if answer.status == 200 else math.inf)
    connection.close()
    return took


def _trickling(plan: Mapping[str, object]) -> "subprocess.Popen[bytes]":
    lines = subprocess.Popen(
        [sys.executable, "-m", "bench.trickle"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    if lines.stdin is None:
        raise RuntimeError("no pipe")
    lines.stdin.write(json.dumps(plan).encode())
    lines.stdin.close()
    return lines


def _answer(lines: "subprocess.Popen[bytes]") -> bytes:
    require(lines.returncode == 0 and lines.stdout is not None, lines.returncode)
    return lines.stdout.read() if lines.stdout else b""


async def _people(place: House, count: int) -> list[Sender]:
    """Counsel, each with a case, a draft and a session: nothing one is let in for helps another.

    Nor do their drafts fill the pages that are looked at, which nobody's would.
    """
    settings = Settings(port=place.portal)
    database = Database(place.database_url)
    people = [Sender() for _ in range(count)]
    async with database.system_transaction() as session:
        session.add_all(Person(id=one.id, name="A counsel", calling="counsel") for one in people)
        await session.flush()
        session.add_all(_case(one) for one in people)
        await session.flush()
        session.add_all(_standing(one) for one in people)
        session.add_all(_draft(one) for one in people)
    async with database.login_transaction() as session:
        lasts = settings.session_absolute
        for one in people:
            token = await sessions.begin(session, one.id, lasts=lasts)
            one.cookie = f"session-{place.portal}={token}"
    await database.close()
    return people


def _case(one: Sender) -> Case:
    opened = {"language": "en", "opened_at": datetime.now(UTC), "opened_by": RENEE.id}
    return Case(id=one.case, division="rpd", office="toronto", title="A case", **opened)


def _standing(one: Sender) -> Standing:
    return Standing(
        id=uuid4(),
        case_id=one.case,
        person_id=one.id,
        role="counsel",
        starts_at=datetime.now(UTC),
        began_how="recorded by the registry",
        recorded_by=RENEE.id,
    )


def _draft(one: Sender) -> Submission:
    return Submission(id=one.draft, case_id=one.case, drafted_by=one.id, principal_id=one.id)


async def _claires(place: House) -> UUID:
    """A draft of hers, to be looked at."""
    database, draft = Database(place.database_url), uuid4()
    async with database.system_transaction() as session:
        claires = {"drafted_by": CLAIRE.id, "principal_id": CLAIRE.id}
        session.add(Submission(id=draft, case_id=NOOR, **claires))
    await database.close()
    return draft


def _kept(place: House, people: Sequence[Sender]) -> int:
    with psycopg.connect(without_driver(place.database_url)) as connection:
        rows = connection.execute(
            "select count(distinct submission_id) from document"
            " where submission_id = any(%s::uuid[])",
            ([one.draft for one in people],),
        )
        return next(iter(rows))[0]


def main() -> None:
    """Measure both ways, print, and keep the figures; `[UPLOADS [SECONDS]]` for a short look."""
    asked = [int(each) for each in sys.argv[1:]]
    uploads, seconds = (*asked, *(UPLOADS, SECONDS)[len(asked) :])
    pin_timezones()
    rounds = [fresh(way, uploads=uploads, seconds=seconds) for way in ("form", "tus")]
    print("way    pages   p50 ms   p95 ms   max ms   failed   memory MB")
    for one in rounds:
        middle, most = (sorted(one.pages)[at] * 1000 for at in (len(one.pages) // 2, -1))
        print(
            f"{one.way:5}{len(one.pages):7}{middle:9.1f}{one.p95:9.1f}{most:9.1f}"
            f"{one.failed:9}{one.growth:12.1f}"
        )
    if asked:
        return
    for key, value, limit in (
        ("slow_uploads_page_p95_ms", max(one.p95 for one in rounds), 100.0),
        ("slow_uploads_failed", sum(one.failed for one in rounds), 0.0),
        ("slow_uploads_memory_growth_mb", max(one.growth for one in rounds), 200.0),
    ):
        record(key, value, limit=limit, command=COMMAND)


if __name__ == "__main__":
    main()
