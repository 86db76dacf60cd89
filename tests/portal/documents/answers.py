"""What a filer says of a draft as a whole, and cases that are heard together."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from httpx2 import Response

from portal.models import Case, Document, Hearing, Party, Standing
from storage.database import Database
from tests.cast import HEARING, MARC, NOOR, RENEE, Character, hearing, known
from tests.conftest import Browser
from tests.portal.documents.conftest import begin, describe, send
from tests.samples import pdf

SISTER = known("case of Farida's sister")


async def join_sister(database: Database, *people: Character, office: str = "toronto") -> None:
    """A case that is heard together with the Noors', with these people on it and Marc."""
    now = datetime.now(UTC)
    async with database.system_transaction() as session:
        session.add(
            Case(
                id=SISTER,
                division="rpd",
                office=office,
                title="Noor, S.",
                language="en",
                opened_at=now,
                opened_by=RENEE.id,
                joined_to=NOOR,
            )
        )
        await session.flush()
        session.add(Party(case_id=SISTER, name="Samira Noor", file_number="TC6-09999"))
        for person, role in [*((one, "counsel") for one in people), (MARC, "ministers_counsel")]:
            session.add(
                Standing(
                    case_id=SISTER,
                    person_id=person.id,
                    role=role,
                    starts_at=now - timedelta(days=3),
                    began_how="recorded by the registry",
                    recorded_by=RENEE.id,
                )
            )


async def described_draft(
    browser: Browser, *names: str, data: bytes | None = None, case: UUID = NOOR
) -> str:
    """A draft in the Noors' case, or another, with these files, described."""
    draft = await begin(browser, case)
    for name in names:
        assert (await send(browser, draft, name, data or pdf())).status_code == 200
    await describe(browser, draft)
    return draft


async def say(browser: Browser, draft: str, **answers: str | list[str]) -> Response:
    """Answer questions about the draft as a whole, and go on to the check."""
    return await browser.post(f"{draft}/descriptions", data={**answers, "then": "check"})


async def move_hearing(database: Database, *, days: int) -> None:
    """Set the Noors' hearing so many days from now."""
    async with database.system_transaction() as session:
        moved = hearing(NOOR, HEARING, days=days)
        await session.execute(
            sa.update(Hearing)
            .where(Hearing.id == HEARING)
            .values(local_start=moved.local_start, starts_at=moved.starts_at)
        )


async def papers_of(database: Database, case: UUID = NOOR) -> list[Document]:
    """The documents of a case that stand in drafts or filings, in their order."""
    async with database.system_transaction() as session:
        found = await session.scalars(
            sa.select(Document)
            .where(Document.case_id == case, Document.removed_at.is_(None))
            .order_by(Document.submission_id, Document.position, Document.kept_at)
        )
        return list(found)


def exhibits_on(page: str) -> list[str]:
    """The numbers that a page gives its files, in their order."""
    return re.findall(r"(?:Exhibit|Pièce) ([A-Z]-\d+)", page)
