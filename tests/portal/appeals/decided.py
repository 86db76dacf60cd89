"""A decision on the Noors' claim, and what a browser does to appeal it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from httpx2 import Response

from notices.facts import Both
from notices.kinds.decision import Decision
from notices.model import Service
from portal.models import Appeal, Entry, Standing
from portal.parts import Parts
from storage.database import Database
from tests.cast import NOOR, RENEE, TORONTO, known
from tests.conftest import Browser
from tests.portal.inbox.served import serve
from tests.portal.registry.pressing import form_on

Reasons = Literal["in_case", "to_follow"]
DECISION = known("decision on the Noors' claim")
MOTHER, CHILD = known("TC6-01482"), known("TC6-01483")
FORM = f"/cases/{NOOR}/appeal"


def today() -> date:
    """The date at the office of the Noors' claim, in Toronto."""
    return datetime.now(UTC).astimezone(TORONTO).date()


async def decide(
    portal: Parts, *, reasons: Reasons = "in_case", legal_on: date | None = None
) -> None:
    """The claim was refused; `legal_on`: the day of receipt that the registry set."""
    facts = Decision(
        file_number="TC6-01482/83",
        division="rpd",
        decided=today() - timedelta(days=40),
        outcome=Both("Your claim is refused.", "Votre demande est rejetée."),
        reasons=reasons,
    )
    await serve(portal, facts, DECISION)
    if legal_on:
        set_day = {"legal_on": legal_on, "legal_set_at": datetime.now(UTC), "legal_why": "rule"}
        set_by = {"legal_set_by": RENEE.id, "legal_set_by_name": RENEE.name}
        async with portal.database.system_transaction() as session:
            served = sa.update(Service).where(Service.notice_id == DECISION)
            await session.execute(served.values(**set_day, **set_by))


async def checked(browser: Browser, *claimants: UUID, ago: int = 3, **typed: Any) -> Response:
    """The form, filled and continued: reasons received so many days ago."""
    page = await browser.get(FORM)
    assert page.status_code == 200, page.text
    said = form_on(page, FORM).values
    day = today() - timedelta(days=ago)
    if "received_on-day" in said:
        parts = {"day": day.day, "month": day.month, "year": day.year}
        said |= {f"received_on-{part}": str(value) for part, value in parts.items()}
    chosen = [str(one) for one in claimants or (MOTHER, CHILD)]
    return await browser.post(
        FORM, data=said | {"claimants": chosen, "contact": "yes", "step": "check"} | typed
    )


async def filed(browser: Browser, *claimants: UUID, ago: int = 3, **typed: Any) -> Response:
    """Checked and filed: the answer to the last press."""
    page = await checked(browser, *claimants, ago=ago, **typed)
    assert page.status_code == 200, page.text
    return await browser.post(FORM, data=sent(page, *claimants) | {"step": "file"})


def sent(page: Response, *claimants: UUID) -> dict[str, Any]:
    """What the check page carries; the test's reader of forms keeps one value of each name."""
    chosen = [str(one) for one in claimants or (MOTHER, CHILD)]
    return form_on(page, FORM).values | {"claimants": chosen}


async def appeals(database: Database) -> list[Appeal]:
    """Every appeal there is."""
    async with database.system_transaction() as session:
        return list(await session.scalars(sa.select(Appeal).order_by(Appeal.filed_at)))


async def places(database: Database, case_id: UUID) -> set[tuple[UUID, str]]:
    """Who stands in a case, and as what."""
    async with database.system_transaction() as session:
        rows = await session.execute(
            sa.select(Standing.person_id, Standing.role).where(Standing.case_id == case_id)
        )
    return {(row[0], row[1]) for row in rows}


async def acts_on(database: Database, case_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    """The entries of a case, in order."""
    async with database.system_transaction() as session:
        rows = await session.execute(
            sa.select(Entry.act, Entry.facts).where(Entry.case_id == case_id).order_by(Entry.number)
        )
    return [(row[0], row[1]) for row in rows]
