"""The page of delegations: who acts in my name, and what was done in it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import event

from portal.audit import Actor, record
from portal.delegations.answering import note_use
from portal.gate import Chain, Right
from portal.models import Answer, Delegation, Membership, Team
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, JONAS, LOUIS, NOOR, SAM
from tests.conftest import Browser
from tests.portal.delegations.lending import answer_of, change

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

    for path, day in (
        ("/delegations", "10 Mar 2027"),
        (f"/delegations/{CLAIRE_TO_AMIRA}", "10 March 2027"),
        (f"/cases/{NOOR}", "10 March 2027"),
    ):
        page = (await browser.get(path)).text
        assert day in page
        assert "11 Mar" not in page


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
            await note_use(session, CLAIRE_TO_AMIRA, by=AMIRA.id, now=moment)
        row = await answer_of(database, CLAIRE_TO_AMIRA, AMIRA)
        assert row is not None
        expected = first if moment < first + timedelta(hours=1) else moment
        assert row.last_used_at == expected


async def test_a_person_in_three_teams_sees_one_list(browser: Browser, database: Database) -> None:
    """What comes from one lender stands together, each loan with its team."""
    now = datetime.now(UTC)
    async with database.system_transaction() as session:
        for number in range(3):
            team, key = uuid4(), uuid4()
            session.add(Team(id=team, code=f"T{number}", name=f"Team {number}", started_by=SAM.id))
            await session.flush()
            asked = {"invited_email": SAM.email, "invited_by": SAM.id, "joined_at": now}
            session.add(Membership(team_id=team, person_id=SAM.id, open_until=now, **asked))
            terms = {"rights": ["see"], "all_cases": True, "reason": "intake"}
            days = {"starts_at": now, "ends_at": now + timedelta(days=9), "open_until": now}
            lent = {"grantor_id": CLAIRE.id, "offered_by": CLAIRE.id, "team_id": team}
            session.add(Delegation(id=key, **lent, **terms, **days))
            await session.flush()
            said = {"accepted_at": now, "undertaking": "2026-11"}
            session.add(Answer(delegation_id=key, person_id=SAM.id, **said))
    await browser.sign_in(SAM)

    page = (await browser.get("/delegations")).text

    assert page.count("<table") == 1
    assert [f"through the team Team {n}" in page for n in range(3)] == [True] * 3
    await browser.sign_in(CLAIRE)
    assert "1 of 1 accepted" in (await browser.get("/delegations")).text


async def test_what_a_change_adds_and_takes_away(browser: Browser, database: Database) -> None:
    """Other terms are an offer that the delegate reads beside those that count today."""
    key, now = uuid4(), datetime.now(UTC)
    async with database.system_transaction() as session:
        terms = {"rights": ["see", "read", "request"], "all_cases": True, "reason": "more"}
        days = {"starts_at": now, "ends_at": now + timedelta(days=99)}
        lent = {"grantor_id": CLAIRE.id, "offered_by": CLAIRE.id, "replaces_id": CLAIRE_TO_AMIRA}
        asked = {"invited_email": AMIRA.email, "open_until": now + timedelta(days=7)}
        session.add(Delegation(id=key, **lent, **terms, **days, **asked))
    await browser.sign_in(AMIRA)

    page = (await browser.get(f"/delegations/{key}")).text

    assert "This takes the place of what was lent before" in page
    assert "added: make requests" in page
    assert "taken away: prepare, file, receive notices" in page
