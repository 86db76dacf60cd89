"""Where the oracle's people live: one portal, everybody signed in, four cases, two teams."""

import asyncio
import hashlib
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from httpx2 import ASGITransport, Response
from psycopg.rows import TupleRow
from sqlalchemy.ext.asyncio import AsyncSession

from portal.app import create_app
from portal.models import Account, Case, Document, Party, Person, Submission
from portal.parts import Parts
from storage.database import without_driver
from storage.objects import new_key, put
from tests.cast import RENEE, Character, known
from tests.conftest import Browser
from tests.samples import pdf

PEOPLE = tuple(
    Character(f"Person {letter}", f"person-{letter.lower()}@example.org", "counsel")
    for letter in "ABCDEF"
)
CASES = tuple(known(f"the oracle's case {number}") for number in range(4))
PAPERS = {case: known(f"paper of {case}") for case in CASES}
CLAIMS = {case: known(f"claim of {case}") for case in CASES}
NUMBERS = {case: f"TC5-0000{number}" for number, case in enumerate(CASES)}
TEAMS = tuple(known(f"the oracle's team {number}") for number in range(2))
# What a run leaves behind, and what of it grows older as time passes.
LEFT = (
    *("standing", "suspension", "delegation", "delegation_case", "answer", "membership", "ending"),
    *("entry", "invitation", "acting", "approval", "reminder", "procrastinate_jobs"),
)
AGEING = {
    "standing": ("starts_at", "ends_at"),
    "suspension": ("began_at", "ended_at"),
    "delegation": ("offered_at", "open_until", "starts_at", "ends_at", "ended_at"),
    "answer": ("accepted_at", "declined_at", "last_used_at", "ended_at"),
    "membership": ("invited_at", "open_until", "joined_at", "declined_at", "ended_at"),
}


@dataclass
class Place:
    """One portal with a browser for each, a loop to drive them, and the database beside it."""

    portal: Parts
    loop: asyncio.Runner
    open: AsyncExitStack = field(default_factory=AsyncExitStack)
    browsers: dict[UUID, Browser] = field(default_factory=dict[UUID, Browser])

    def __post_init__(self) -> None:
        self.db: psycopg.Connection[TupleRow] = psycopg.connect(
            without_driver(self.portal.database.url), autocommit=True
        )
        self.loop.run(self._settle())

    def close(self) -> None:
        """Sign everybody out."""
        self.db.close()
        self.loop.run(self.open.aclose())
        self.loop.run(self.portal.database.close())

    def clear(self) -> None:
        """As it was before anybody did anything; the first of the people leads both teams."""
        self.past_triggers(
            *(f"delete from {table}" for table in LEFT), 'update "case" set joined_to = null'
        )
        now = datetime.now(UTC)
        for team in TEAMS:
            self.db.execute(
                "insert into membership (id, team_id, person_id, invited_email, invited_by,"
                " open_until, joined_at, leads_since) values (%s, %s, %s, %s, %s, %s, %s, %s)",
                [uuid4(), team, PEOPLE[0].id, PEOPLE[0].email, PEOPLE[0].id, now, now, now],
            )

    def pass_days(self, days: int) -> None:
        """Everything there is grows older by so many days."""
        ago = f"make_interval(hours => {24 * days})"
        self.past_triggers(
            *(
                f"update {table} set " + ", ".join(f"{name} = {name} - {ago}" for name in columns)
                for table, columns in AGEING.items()
            ),
            "delete from invitation",
        )

    def past_triggers(self, *statements: str) -> None:
        """What no person could do, in one go."""
        each = "; ".join(["set local session_replication_role = replica", *statements])
        self.db.execute(f"begin; {each}; commit".encode())

    def get(self, who: UUID, path: str) -> Response:
        """Somebody opens a page."""
        return self.loop.run(self.browsers[who].get(path))

    def post(self, who: UUID, path: str, **typed: Any) -> int:
        """Somebody sends a form; the status tells whether it was done (303)."""
        return self.loop.run(self.browsers[who].post(path, data=typed)).status_code

    async def _settle(self) -> None:
        async with self.portal.database.system_transaction() as session:
            await self._people(session)
            await self._cases(session)
        transport = ASGITransport(app=create_app(self.portal), raise_app_exceptions=True)
        headers = {"sec-fetch-site": "same-origin"}
        for one in (*PEOPLE, RENEE):
            browser = Browser(
                transport=transport, base_url="http://localhost:8000", headers=headers
            )
            browser.portal = self.portal
            self.browsers[one.id] = await self.open.enter_async_context(browser)
            await browser.sign_in(one)

    async def _people(self, session: AsyncSession) -> None:
        for one in PEOPLE:
            session.add(Person(id=one.id, name=one.name, calling=one.calling))
        await session.flush()
        for one in PEOPLE:
            session.add(Account(person_id=one.id, email=one.email))
        await session.flush()
        for number, team in enumerate(TEAMS):
            self.db.execute(
                "insert into team (id, code, name, started_by) values (%s, %s, %s, %s)",
                [team, f"T-000{number}-0000", f"Team {number}", RENEE.id],
            )

    async def _cases(self, session: AsyncSession) -> None:
        """Each with a claim and one clean document, filed long ago."""
        now, data = datetime.now(UTC), pdf()
        said = {"division": "rpd", "office": "toronto", "language": "en", "opened_by": RENEE.id}
        for number, case in enumerate(CASES):
            opened = now - timedelta(days=100 - number)
            session.add(Case(id=case, title=f"Case {number}", opened_at=opened, **said))
            await session.flush()
            session.add(Party(id=CLAIMS[case], case_id=case, name="A", file_number=NUMBERS[case]))
            filed = uuid4()
            session.add(
                Submission(
                    id=filed,
                    case_id=case,
                    drafted_by=RENEE.id,
                    principal_id=RENEE.id,
                    receipt=f"R-{number}",
                    filed_at=now,
                    filed_by=RENEE.id,
                    filer_name=RENEE.name,
                    principal_name=RENEE.name,
                )
            )
            await session.flush()
            key = new_key()
            put(self.portal.store, key, data)
            session.add(
                Document(
                    id=PAPERS[case],
                    case_id=case,
                    submission_id=filed,
                    type="other",
                    name="a.pdf",
                    title="A",
                    language="en",
                    state="clean",
                    size=len(data),
                    sha256=hashlib.sha256(data).hexdigest(),
                    media_type="application/pdf",
                    object_key=key,
                    kept_by=RENEE.id,
                    judged_at=now,
                    scanned_with="x",
                    scanned_size=len(data),
                    reason="clean",
                )
            )
