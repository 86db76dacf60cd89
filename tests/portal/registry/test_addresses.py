"""The list of addresses that do not work: seen by who writes to them, lifted with a reason."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa

from notices.suppressing import suppress, suppressed
from portal.models import Account, Suppression
from storage.database import Database
from tests.cast import CLAIRE, RENEE, VICTOR
from tests.conftest import Browser

WHY = "She called from work and has a new mailbox."


@pytest.fixture
async def dead(database: Database) -> UUID:
    """Claire's address came back."""
    async with database.system_transaction() as session:
        now = datetime.now(UTC)
        detail = "5.1.1 user unknown"
        account = await session.get_one(Account, CLAIRE.id)
        account.mail_failed_at, account.mail_failure = now, detail
        await suppress(
            session, CLAIRE.email, why="bounced", detail=detail, since=now, person_id=CLAIRE.id
        )
        return (await session.scalars(sa.select(Suppression.id))).one()


async def test_an_officer_sees_what_happened_but_not_the_whole_address(
    browser: Browser, dead: UUID
) -> None:
    """Whose it is, what the server said, since when."""
    await browser.sign_in(RENEE)

    page = (await browser.get("/registry/addresses")).text

    assert CLAIRE.name in page
    assert "5.1.1 user unknown" in page
    assert "it came back" in page
    assert CLAIRE.email not in page


async def test_lifting_is_recorded_and_mail_goes_there_again(
    browser: Browser, database: Database, dead: UUID
) -> None:
    """By whom, when and why; the account's mark goes too; pressed twice, it is not there any more."""
    await browser.sign_in(RENEE)
    path = f"/registry/addresses/{dead}/lifting"
    assert (await browser.get(path)).status_code == 200

    answer = await browser.post(path, data={"why": WHY})

    assert answer.status_code == 303
    assert (await browser.post(path, data={"why": WHY})).status_code == 404
    async with database.system_transaction() as session:
        row = await session.get_one(Suppression, dead)
        account = await session.get_one(Account, CLAIRE.id)
        assert not await suppressed(session, CLAIRE.email)
    assert (row.lifted_by, row.lifted_by_name, row.lifted_why) == (RENEE.id, RENEE.name, WHY)
    assert (account.mail_failed_at, account.mail_failure) == (None, None)
    page = (await browser.get("/registry/addresses")).text
    assert "No address is known to fail." in page
    assert WHY in page


async def test_without_a_reason_nothing_is_lifted(
    browser: Browser, database: Database, dead: UUID
) -> None:
    """Somebody must know that it works."""
    await browser.sign_in(RENEE)

    answer = await browser.post(f"/registry/addresses/{dead}/lifting", data={"why": " "})

    assert answer.status_code == 422
    assert "Say how you know that the address works" in answer.text
    async with database.system_transaction() as session:
        assert await suppressed(session, CLAIRE.email)


async def test_an_officer_who_does_not_write_to_her_sees_nothing(
    browser: Browser, database: Database, dead: UUID
) -> None:
    """Another division's: not on the list, not to be lifted, not in the database either."""
    await browser.sign_in(VICTOR)

    assert CLAIRE.name not in (await browser.get("/registry/addresses")).text
    assert (await browser.get(f"/registry/addresses/{dead}/lifting")).status_code == 404
    async with database.transaction(VICTOR.id) as session:
        assert (await session.scalars(sa.select(Suppression.id))).all() == []


async def test_she_herself_sees_hers_and_cannot_lift_it(database: Database, dead: UUID) -> None:
    """By row-level security, whatever a page would do."""
    async with database.transaction(CLAIRE.id) as session:
        assert (await session.scalars(sa.select(Suppression.id))).all() == [dead]
        lifted = await session.execute(
            sa.update(Suppression)
            .values(
                lifted_at=sa.func.now(), lifted_by=CLAIRE.id, lifted_by_name="C", lifted_why="x"
            )
            .returning(Suppression.id)
        )
        assert lifted.all() == []


async def test_an_address_is_on_the_list_once(database: Database, dead: UUID) -> None:
    """In whatever letters it is written."""
    async with database.system_transaction() as session:
        shouted = CLAIRE.email.upper()
        await suppress(session, shouted, why="refused", detail="x", since=datetime.now(UTC))
        assert (await session.scalars(sa.select(Suppression.id))).all() == [dead]
        assert await suppressed(session, shouted)
