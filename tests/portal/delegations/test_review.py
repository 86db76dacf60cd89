"""The quarterly review: who still has access; keep, narrow or end, in one form."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from portal.models import Delegation
from storage.database import Database
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    CLAIRE_TO_JONAS,
    JONAS,
    LOUIS,
    NOOR,
    SAM,
    lend,
)
from tests.conftest import Browser
from tests.portal.delegations.lending import acts, change, delegation
from tests.portal.registry.pressing import form_on

LONG_AGO = datetime.now(UTC) - timedelta(days=92)
USED = datetime.now(UTC) - timedelta(days=1)


async def grow_old(database: Database, *keys: UUID) -> None:
    """These were accepted more than a quarter ago, and are in use."""
    for key in keys:
        await change(database, key, starts_at=LONG_AGO, accepted_at=LONG_AGO, last_used_at=USED)


async def say(browser: Browser, key: UUID, **said: Any) -> int:
    """Claire answers for this loan; the status."""
    page = await browser.get("/delegations/review")
    form = form_on(page, "/delegations/review").values
    answers = {f"{key}-{name.replace('_', '-')}": text for name, text in said.items()}
    answer = await browser.post(
        "/delegations/review", data={"csrf": form["csrf"], "key": form["key"]} | answers
    )
    return answer.status_code


async def test_a_quarter_passes_before_anybody_is_asked(
    browser: Browser, database: Database
) -> None:
    """Only what was accepted and not looked at for 91 days is asked about."""
    await grow_old(database, CLAIRE_TO_AMIRA)
    await browser.sign_in(CLAIRE)

    page = (await browser.get("/delegations/review")).text

    assert "Amira Haddad" in page
    assert "Jonas Roy" not in page


async def test_what_is_kept_is_not_asked_about_for_a_quarter(
    browser: Browser, database: Database
) -> None:
    """Who looked and when is recorded; nothing else changes."""
    await grow_old(database, CLAIRE_TO_AMIRA)
    await browser.sign_in(CLAIRE)

    status = await say(browser, CLAIRE_TO_AMIRA, word="keep")

    row = await delegation(database, CLAIRE_TO_AMIRA)
    assert status == 303
    assert row is not None
    assert (row.reviewed_by, row.ended_at) == (CLAIRE.id, None)
    assert "Amira Haddad" not in (await browser.get("/delegations/review")).text
    assert await acts(database) == []


async def test_what_is_narrowed_counts_at_once(browser: Browser, database: Database) -> None:
    """Unticked rights are gone with the next request, and Amira need not accept again."""
    await grow_old(database, CLAIRE_TO_AMIRA)
    await browser.sign_in(CLAIRE)

    status = await say(browser, CLAIRE_TO_AMIRA, word="narrow", rights=["read"])

    async with database.system_transaction() as session:
        new = await session.scalar(
            sa.select(Delegation).where(Delegation.replaces_id == CLAIRE_TO_AMIRA)
        )
    assert status == 303
    assert new is not None
    assert (new.rights, new.reviewed_by) == (["see", "read"], CLAIRE.id)
    assert "replaced by other terms" in (await browser.get("/delegations")).text
    assert "Amira Haddad" not in (await browser.get("/delegations/review")).text
    assert await acts(database) == [("delegation.narrowed", CLAIRE.name)]


async def test_narrowing_takes_something_away(browser: Browser, database: Database) -> None:
    """To narrow and to untick nothing is a mistake; the page says so and does nothing."""
    await grow_old(database, CLAIRE_TO_AMIRA)
    await browser.sign_in(CLAIRE)
    everything = ["read", "prepare", "file", "receive"]

    status = await say(browser, CLAIRE_TO_AMIRA, word="narrow", rights=everything)

    row = await delegation(database, CLAIRE_TO_AMIRA)
    assert status == 422
    assert row is not None
    assert row.ended_at is None


async def test_what_ends_in_a_review_has_a_statement(browser: Browser, database: Database) -> None:
    """Several end together; what nothing was said of stays, and is asked again."""
    await grow_old(database, CLAIRE_TO_AMIRA, CLAIRE_TO_JONAS)
    await browser.sign_in(CLAIRE)

    status = await say(browser, CLAIRE_TO_JONAS, word="end")

    assert status == 303
    page = (await browser.get("/delegations/review")).text
    assert "Amira Haddad" in page
    assert "Jonas Roy" not in page
    await browser.sign_in(JONAS)
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 404


async def test_a_delegate_is_asked_nothing(browser: Browser, database: Database) -> None:
    """The question is the lender's."""
    await grow_old(database, CLAIRE_TO_AMIRA)
    await browser.sign_in(AMIRA)

    assert "There is nothing to review now" in (await browser.get("/delegations/review")).text


async def test_a_manager_does_not_lend_the_right_to_manage_on(
    browser: Browser, database: Database
) -> None:
    """Narrowed in Claire's name, another manager's loan cannot keep that right; it is said, not done."""
    manages = ("see", "delegate")
    async with database.system_transaction() as session:
        await lend(session, CLAIRE, SAM, rights=manages)
        theirs = await lend(session, CLAIRE, LOUIS, rights=(*manages, "read"))
    await grow_old(database, theirs)
    await browser.sign_in(SAM)

    kept = await say(browser, theirs, word="narrow", rights=["delegate"])
    less = await say(browser, theirs, word="narrow", rights=["read"])

    row = await delegation(database, theirs)
    assert (kept, less) == (422, 303)
    assert row is not None
    assert row.ended_at is not None
