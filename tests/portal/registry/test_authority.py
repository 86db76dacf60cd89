"""The registry's question who could see a case: right for now and for every past moment."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import (
    Answer,
    Delegation,
    DelegationCase,
    Entry,
    Membership,
    Standing,
    Suspension,
    Team,
)
from portal.registry.authority.asking import who_could
from storage.database import Database
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    CLAIRE_TO_JONAS,
    DINA,
    JONAS,
    LOUIS,
    NOOR,
    RENEE,
    SAM,
    VICTOR,
    Character,
    known,
)
from tests.conftest import Browser
from tests.portal.acting.test_saying import words
from tests.portal.delegations.lending import change

NOW = datetime.now(UTC)
PATH = "/registry/authority"


def ago(days: float) -> datetime:
    """A moment so many days ago."""
    return NOW - timedelta(days=days)


async def could(
    database: Database, moment: datetime, person: Character, *, officer: Character = RENEE
) -> list[tuple[UUID | None, set[str]]]:
    """The chains that this person had then: the loan, if it was one, and the rights."""
    async with database.transaction(officer.id) as session:
        held = await who_could(session, NOOR, person=person.email, moment=moment)
    assert {one.person_id for one in held} <= {person.id}
    return [(one.chain.delegation_id, set(one.chain.rights)) for one in held]


async def days_of(database: Database, person: Character, days: Sequence[float]) -> list[bool]:
    """Whether this person could see the case, so many days ago."""
    return [bool(await could(database, ago(day), person)) for day in days]


async def write(database: Database, *rows: Any) -> None:
    """Rows of the past, past the triggers."""
    async with database.login_transaction() as session:
        await session.execute(sa.text("set local session_replication_role = replica"))
        for row in rows:
            session.add(row)
            await session.flush()


async def test_a_loan_counts_from_its_acceptance_to_its_ending(database: Database) -> None:
    """Accepted 29 days ago and ended 5 days ago: between the two, and at no other moment."""
    await change(database, CLAIRE_TO_AMIRA, ended_at=ago(5), ended_by=CLAIRE.id)

    assert await days_of(database, AMIRA, [40, 29.1, 28, 5.1, 4.9, 0]) == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]


async def test_a_loan_given_back_counts_until_then(database: Database) -> None:
    """What Jonas gave back himself is on his answer."""
    async with database.login_transaction() as session:
        await session.execute(
            sa.update(Answer)
            .where(Answer.delegation_id == CLAIRE_TO_JONAS)
            .values(ended_at=ago(3), ended_by=JONAS.id)
        )

    assert await days_of(database, JONAS, [3.1, 2.9]) == [True, False]


async def test_a_narrowed_loan_was_wide_before(database: Database) -> None:
    """Ten days ago reading was taken out: before, the wider loan counted and the narrower did not."""
    narrower = uuid4()
    await change(database, CLAIRE_TO_JONAS, ended_at=ago(10), ended_by=CLAIRE.id)
    await change(database, CLAIRE_TO_JONAS, rights=["see", "read"])
    await write(
        database,
        Delegation(
            id=narrower,
            grantor_id=CLAIRE.id,
            invited_email=JONAS.email,
            rights=["see"],
            all_cases=False,
            starts_at=ago(30),
            ends_at=ago(-100),
            reason="",
            offered_by=CLAIRE.id,
            offered_at=ago(10),
            open_until=ago(3),
            replaces_id=CLAIRE_TO_JONAS,
        ),
        DelegationCase(delegation_id=narrower, case_id=NOOR),
        Answer(
            delegation_id=narrower,
            person_id=JONAS.id,
            accepted_at=ago(29),
            undertaking="2026-11",
        ),
    )

    assert await could(database, ago(10.1), JONAS) == [(CLAIRE_TO_JONAS, {"see", "read"})]
    assert await could(database, ago(9.9), JONAS) == [(narrower, {"see"})]


async def test_while_counsel_was_suspended_neither_counsel_nor_delegate_saw(
    database: Database,
) -> None:
    """Suspended 20 days ago, and no longer 10 days ago: the gap is there for both."""
    await write(
        database,
        Suspension(
            id=uuid4(),
            standing_id=known(f"standing {CLAIRE.email}"),
            case_id=NOOR,
            began_at=ago(20),
            began_by=RENEE.id,
            why="the Law Society told us",
            ended_at=ago(10),
            ended_by=RENEE.id,
        ),
    )

    for person in (CLAIRE, AMIRA):
        assert await days_of(database, person, [21, 15, 9]) == [True, False, True]


async def test_who_left_a_team_saw_until_then(database: Database) -> None:
    """Sam joined the team 20 days ago, left 12 days ago, and came back 4 days ago."""
    team, loan = uuid4(), uuid4()
    place = {"team_id": team, "person_id": SAM.id, "invited_email": SAM.email}
    place |= {"invited_by": AMIRA.id, "invited_at": ago(25), "open_until": ago(18)}
    await write(
        database,
        Team(id=team, code="INTAKE", name="Intake", started_at=ago(60), started_by=AMIRA.id),
        Membership(id=uuid4(), joined_at=ago(20), ended_at=ago(12), ended_by=SAM.id, **place),
        Membership(id=uuid4(), joined_at=ago(4), **place),
        Delegation(
            id=loan,
            grantor_id=CLAIRE.id,
            team_id=team,
            rights=["see", "read"],
            all_cases=True,
            starts_at=ago(50),
            ends_at=ago(-50),
            reason="",
            offered_by=CLAIRE.id,
            offered_at=ago(50),
            open_until=ago(-50),
        ),
        Answer(delegation_id=loan, person_id=SAM.id, accepted_at=ago(19), undertaking="2026-11"),
    )

    assert await days_of(database, SAM, [19.5, 18, 12.1, 11.9, 4.1, 3]) == [
        False,
        True,
        True,
        False,
        False,
        True,
    ]


async def test_a_standing_that_ended_early_ended_then(database: Database) -> None:
    """Dina's place was recorded 80 days ago and ended 30 days ago."""
    async with database.login_transaction() as session:
        await session.execute(
            sa.update(Standing)
            .where(Standing.person_id == DINA.id)
            .values(ends_at=ago(30), ended_how="The case went on without", ended_by=RENEE.id)
        )

    assert await days_of(database, DINA, [81, 79, 31, 29]) == [False, True, True, False]


async def test_a_loan_that_lapsed_had_lapsed_then(database: Database) -> None:
    """Last used 100 days ago: it counted until 90 days after that."""
    await change(
        database,
        CLAIRE_TO_AMIRA,
        offered_at=ago(70),
        starts_at=ago(120),
        accepted_at=ago(110),
        last_used_at=ago(100),
    )
    await change(database, CLAIRE_TO_AMIRA, offered_at=ago(115))

    assert await days_of(database, AMIRA, [79, 10.1, 9.9, 0]) == [True, True, False, False]


async def test_before_the_case_was_opened_nobody_saw_it(database: Database) -> None:
    """Not even the registry, whose posting is older than the case."""
    assert await days_of(database, RENEE, [91, 89]) == [False, True]


async def test_only_the_division_is_answered(database: Database) -> None:
    """An officer of another division, and counsel, are told nothing."""
    for person in (VICTOR, CLAIRE):
        assert await could(database, NOW, AMIRA, officer=person) == []


async def everything(session: AsyncSession) -> int:
    """How many rights there are now, as the transaction's own person sees them."""
    found = await session.scalar(sa.text("select count(*) from visible_authority"))
    assert (await session.scalar(sa.text("select portal_now() = now()"))) is True
    return found or 0


async def test_a_question_about_the_past_leaves_the_present_alone(database: Database) -> None:
    """In the same transaction everything is as it was: after an answer, after an error inside."""
    ask = sa.text(
        "select count(*) from portal_authority_at(null, :case, cast(:moment as text)::timestamptz)"
    )
    async with database.transaction(RENEE.id) as session:
        before = await everything(session)
        past = await session.scalar(ask, {"case": NOOR, "moment": ago(85).isoformat()})
        assert past is not None
        assert past < before
        assert await everything(session) == before

        nested = await session.begin_nested()
        await session.execute(ask, {"case": NOOR, "moment": ago(85).isoformat()})
        with pytest.raises(DBAPIError):
            await session.execute(sa.text("select 1 / 0"))
        await nested.rollback()
        assert await everything(session) == before

        # Caught inside one statement, too.
        await session.execute(
            sa.text(
                f"""
                do $$
                begin
                    perform 1 / (count(*) - count(*))
                    from portal_authority_at(null, '{NOOR}', now() - interval '85 days');
                exception when division_by_zero then
                end
                $$
                """
            )
        )
        assert await everything(session) == before
    async with database.transaction(RENEE.id) as session:
        assert await everything(session) == before


async def test_the_page_tells_why_each_could_see_it_and_that_it_was_asked(
    browser: Browser,
) -> None:
    """The same sentences as on the pages themselves; the question is an entry on the case."""
    database = browser.portal.database
    await browser.sign_in(RENEE)

    case = (await browser.get(f"/cases/{NOOR}")).text
    page = await browser.get(PATH, params={"case": "tc6-01482", "person": "haddad"})

    assert f"{PATH}?case=TC6-01482" in case
    said = words(page.text)
    assert "Amira Haddad sees this because Claire Tremblay, counsel of record since" in said
    assert "Jonas Roy" not in said
    async with database.system_transaction() as session:
        looks = await session.scalars(sa.select(Entry.act).where(Entry.actor_id == RENEE.id))
    assert list(looks) == ["case.read"]


async def test_a_day_is_asked_about_by_the_officers_clock(browser: Browser) -> None:
    """Two years ago there was no case; of today's end nothing can be known but now."""
    await browser.sign_in(RENEE)
    day = {"day-day": "3", "day-month": "5", "day-year": "2024"}
    later = {"day-day": "1", "day-month": "1", "day-year": "2099"}

    past = words((await browser.get(PATH, params={"case": "TC6-01482", **day})).text)
    clock = await browser.get(PATH, params={"case": "TC6-01482", **day, "time": "14:30"})
    ahead = words((await browser.get(PATH, params={"case": "TC6-01482", **later})).text)
    wrong = await browser.get(PATH, params={"case": "TC6-01482", "time": "noon"})

    assert "3 May 2024, 23:59" in past
    assert "No access then." in past
    assert "3 May 2024, 14:30 Toronto time" in words(clock.text)
    assert "2099," not in ahead
    assert "Claire Tremblay sees this as counsel of record since" in ahead
    assert wrong.status_code == 422


async def test_a_case_of_another_division_is_as_one_that_is_not_there(browser: Browser) -> None:
    """Victor is told the same of the Noors' case and of no case."""
    await browser.sign_in(VICTOR)

    theirs = await browser.get(PATH, params={"case": "TC6-01482"})
    none = await browser.get(PATH, params={"case": "TC6-99999"})

    assert (theirs.status_code, none.status_code) == (422, 422)
    assert "No case of your division has this file number" in theirs.text
    assert "No case of your division has this file number" in none.text


async def test_nobody_else_can_ask(browser: Browser) -> None:
    """To counsel the page is not there."""
    for person in (CLAIRE, LOUIS):
        await browser.sign_in(person)
        assert (await browser.get(PATH, params={"case": "TC6-01482"})).status_code == 404
