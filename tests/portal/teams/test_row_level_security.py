"""The database itself keeps teams to their people, whatever a page would ask."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, ProgrammingError

from portal.models import Membership, Team
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, JONAS, LOUIS, SAM, Character
from tests.conftest import Browser
from tests.portal.teams.gathering import (
    gathered,
    invite,
    leave,
    lent_to,
    place_of,
    started_by,
    team_of,
)


async def seen(database: Database, person: Character) -> tuple[list[Team], list[Membership]]:
    """The teams and places that the database shows this person."""
    async with database.transaction(person.id) as session:
        teams = await session.scalars(sa.select(Team))
        places = await session.scalars(sa.select(Membership))
        return list(teams), list(places)


async def changed(database: Database, person: Character, place: UUID, **values: Any) -> int:
    """How many places this person changed."""
    async with database.transaction(person.id) as session:
        done = await session.execute(
            sa.update(Membership)
            .where(Membership.id == place)
            .values(values)
            .returning(Membership.id)
        )
        return len(done.all())


async def test_a_stranger_sees_no_team_place_or_code(browser: Browser, database: Database) -> None:
    """Louis is in no team: to him there are none, and the pages say so."""
    team = await gathered(browser, AMIRA, JONAS)

    assert await seen(database, LOUIS) == ([], [])
    await browser.sign_in(LOUIS)
    assert (await browser.get(f"/teams/{team}")).status_code == 404
    place = await place_of(database, team, JONAS)
    assert (await browser.get(f"/memberships/{place}/ending")).status_code == 404


async def test_who_knows_the_code_finds_the_team_and_nothing_else(
    browser: Browser, database: Database
) -> None:
    """However it is typed; no place in the team is shown with it."""
    team = await gathered(browser, AMIRA, JONAS)
    code = (await team_of(database, team)).code

    async with database.transaction(CLAIRE.id) as session:
        found = await session.execute(
            sa.text("select name from portal_team(:code)"), {"code": f" {code.lower()} "}
        )
        assert found.scalars().all() == ["Intake"]
    assert (await seen(database, CLAIRE))[1] == []


async def test_who_was_invited_sees_the_team_and_the_one_place(
    browser: Browser, database: Database
) -> None:
    """Its name, to decide; not its people."""
    team = await gathered(browser, AMIRA, JONAS)
    await browser.sign_in(AMIRA)
    await invite(browser, team, SAM.email)

    teams, places = await seen(database, SAM)

    assert [one.id for one in teams] == [team]
    assert [one.invited_email for one in places] == [SAM.email]


async def test_addresses_that_wait_are_for_those_who_lead(
    browser: Browser, database: Database
) -> None:
    """Jonas, who does not lead, sees people and no invitation."""
    team = await gathered(browser, AMIRA, JONAS)
    await browser.sign_in(AMIRA)
    await invite(browser, team, SAM.email)

    assert len((await seen(database, JONAS))[1]) == 2
    assert len((await seen(database, AMIRA))[1]) == 3
    await browser.sign_in(JONAS)
    page = await browser.get(f"/teams/{team}")
    assert SAM.email not in page.text
    assert "Invite somebody" not in page.text


async def test_who_has_left_sees_nothing_of_its_later_life(
    browser: Browser, database: Database
) -> None:
    """Jonas keeps his own two rows of the past; of who came after him he learns nothing."""
    team = await gathered(browser, AMIRA, JONAS)
    await browser.sign_in(JONAS)
    await leave(browser, await place_of(database, team, JONAS))
    await lent_to(database, CLAIRE, team)
    await browser.sign_in(AMIRA)
    await invite(browser, team, SAM.email)

    teams, places = await seen(database, JONAS)

    assert teams == []
    assert [one.person_id for one in places] == [JONAS.id]
    await browser.sign_in(JONAS)
    assert "Intake" not in (await browser.get("/teams")).text
    assert "Intake" not in (await browser.get("/delegations")).text


async def test_nobody_joins_for_somebody_else(browser: Browser, database: Database) -> None:
    """A leader cannot write another person into the invitation, nor a stranger himself."""
    team = await gathered(browser, AMIRA, JONAS)
    await browser.sign_in(AMIRA)
    await invite(browser, team, SAM.email)
    place = await place_of(database, team, SAM)
    now = datetime.now(UTC)

    with pytest.raises(ProgrammingError, match="row-level security"):
        await changed(database, AMIRA, place, person_id=SAM.id, joined_at=now)
    assert await changed(database, LOUIS, place, person_id=LOUIS.id, joined_at=now) == 0


@pytest.mark.parametrize(
    "values", [{"leads_since": datetime.now(UTC)}, {"ended_at": None}, {"ended_by": JONAS.id}]
)
async def test_nobody_names_himself_leader_or_ends_a_place_by_hand(
    browser: Browser, database: Database, values: dict[str, Any]
) -> None:
    """These columns are written by functions that ask first."""
    team = await gathered(browser, AMIRA, JONAS)

    with pytest.raises(ProgrammingError, match="permission denied"):
        await changed(database, JONAS, await place_of(database, team, JONAS), **values)


async def test_functions_ask_who_leads(browser: Browser, database: Database) -> None:
    """Jonas can neither make himself a leader nor end Amira's place."""
    team = await gathered(browser, AMIRA, JONAS)
    mine, hers = [await place_of(database, team, one) for one in (JONAS, AMIRA)]

    async with database.transaction(JONAS.id) as session:
        await session.execute(sa.select(sa.func.portal_let_lead(mine)))
        assert await session.scalar(sa.select(sa.func.portal_leave(hers))) is None
    async with database.system_transaction() as session:
        assert (await session.get_one(Membership, mine)).leads_since is None
        assert (await session.get_one(Membership, hers)).ended_at is None


async def test_who_started_a_team_and_was_removed_does_not_write_himself_back(
    browser: Browser, database: Database
) -> None:
    """Only the first row of a team is its starter's own to write."""
    team = await started_by(browser, AMIRA)
    place = await place_of(database, team, AMIRA)
    await leave(browser, place)
    now = datetime.now(UTC)

    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.transaction(AMIRA.id) as session:
            await session.execute(
                sa.insert(Membership)
                .inline()
                .values(
                    id=uuid4(),
                    team_id=team,
                    person_id=AMIRA.id,
                    invited_email=AMIRA.email,
                    invited_by=AMIRA.id,
                    open_until=now + timedelta(days=1),
                    joined_at=now,
                    leads_since=now,
                )
            )
