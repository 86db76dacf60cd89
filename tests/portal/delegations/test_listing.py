"""The page of delegations: who acts in my name, and what was done in it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import event

from portal.audit import Actor, record
from portal.delegations.answering import note_use
from portal.gate import Chain, Right
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, JONAS, LOUIS, NOOR
from tests.conftest import Browser
from tests.portal.delegations.lending import change, delegation

THROUGH_CLAIRE = Chain(CLAIRE.id, CLAIRE.name, CLAIRE_TO_AMIRA, None, frozenset({Right.file}))


async def filed_for_claire(database: Database, case: UUID = NOOR) -> None:
    """Amira files one document for Claire, as far as the history goes."""
    async with database.transaction(AMIRA.id) as session:
        by = Actor(AMIRA.id, AMIRA.name, THROUGH_CLAIRE)
        await record(session, case, "submission.filed", by=by, receipt="R-9QX4-17", documents=1)


async def test_the_lender_sees_who_may_do_what(browser: Browser) -> None:
    """Person, rights, cases, end and last use, with a way to end it."""
    await browser.sign_in(CLAIRE)

    page = (await browser.get("/delegations")).text

    assert "Who acts in my name" in page
    assert "2 people may do something on your cases" in page
    for words in ("Amira Haddad", "Jonas Roy", "all my cases, now and later", "1 case", "never"):
        assert words in page
    assert f"/delegations/{CLAIRE_TO_AMIRA}/ending" in page


async def test_what_was_done_in_my_name(browser: Browser, database: Database) -> None:
    """The newest acts with who did them, the case and the receipt; only mine."""
    await filed_for_claire(database)
    await browser.sign_in(CLAIRE)
    mine = (await browser.get("/delegations")).text
    await browser.sign_in(LOUIS)
    others = (await browser.get("/delegations")).text

    assert "filed one document" in mine
    assert "Receipt R-9QX4-17" in mine
    assert "R-9QX4-17" not in others


async def test_a_delegate_sees_what_was_lent(browser: Browser) -> None:
    """By whom, for what, until when; and nothing to lend."""
    await browser.sign_in(JONAS)

    page = (await browser.get("/delegations")).text

    assert "What was lent to me" in page
    assert "Claire Tremblay" in page
    assert "/delegations/new" not in page


async def test_the_last_day_is_the_one_that_was_agreed(
    browser: Browser, database: Database
) -> None:
    """Ending at 23:59:59 in Toronto is that day, though it is tomorrow in UTC."""
    end = datetime(2027, 3, 11, 4, 59, 59, tzinfo=UTC)
    await change(database, CLAIRE_TO_AMIRA, ends_at=end)
    await browser.sign_in(AMIRA)

    for path in ("/delegations", f"/delegations/{CLAIRE_TO_AMIRA}", f"/cases/{NOOR}"):
        page = (await browser.get(path)).text
        assert "10 March 2027" in page
        assert "11 March 2027" not in page


async def test_the_page_costs_two_statements(browser: Browser) -> None:
    """Entering and one question."""
    await browser.sign_in(CLAIRE)
    statements: list[str] = []

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(browser.portal.database.engine.sync_engine, "before_cursor_execute", count)
    for path in ("/delegations", "/delegations/new", f"/delegations/{CLAIRE_TO_AMIRA}"):
        statements.clear()
        await browser.get(path)
        assert len(statements) == 2, statements


async def test_use_is_noted_once_an_hour(database: Database) -> None:
    """An act through a loan says that it is wanted; not every click writes a row."""
    first = datetime.now(UTC)
    for moment in (first, first + timedelta(minutes=59), first + timedelta(minutes=61)):
        async with database.transaction(AMIRA.id) as session:
            await note_use(session, CLAIRE_TO_AMIRA, now=moment)
        row = await delegation(database, CLAIRE_TO_AMIRA)
        assert row is not None
        expected = first if moment < first + timedelta(hours=1) else moment
        assert row.last_used_at == expected
