"""Joining: a team is started, people are asked by address, and each answers for himself."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.models import Invitation, Membership, Team
from storage.database import Database
from tests.cast import AMIRA, FARIDA, JONAS, LOUIS, RENEE, SAM, Character
from tests.conftest import Browser
from tests.portal.delegations.lending import invitations
from tests.portal.registry.pressing import arrive, form_on, press
from tests.portal.teams.gathering import (
    answer,
    gathered,
    invite,
    place_of,
    started_by,
    team_of,
)


async def test_who_starts_a_team_leads_it(browser: Browser, database: Database) -> None:
    """Amira's team has her alone in it, and a code made of letters that are not mistaken."""
    team = await started_by(browser, AMIRA, "Downtown clinic,  intake")

    page = await browser.get(f"/teams/{team}")

    row = await team_of(database, team)
    assert row.name == "Downtown clinic, intake"
    assert re.fullmatch(r"T-[2-9CDFGHJKMNPQRTVWX]{4}-[2-9CDFGHJKMNPQRTVWX]{4}", row.code)
    assert row.code in page.text
    assert "leads the team" in page.text
    assert "1 person" in page.text


async def test_pressing_twice_starts_one_team(browser: Browser, database: Database) -> None:
    """The form carries the id of the team."""
    await browser.sign_in(AMIRA)
    page = await browser.get("/teams/new")
    first, second = [await press(browser, page, action="/teams", name="Intake") for _ in "12"]

    assert first.headers["location"] == second.headers["location"]
    async with database.system_transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Team)) == 1
        assert await session.scalar(sa.select(sa.func.count()).select_from(Membership)) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [("  ", "Enter a name for the team"), ("x" * 81, "Use at most 80 characters for the name")],
)
async def test_a_team_has_a_name_that_fits(browser: Browser, name: str, said: str) -> None:
    """What is wrong is said at the field."""
    await browser.sign_in(AMIRA)
    page = await browser.get("/teams/new")

    again = await press(browser, page, action="/teams", name=name)

    assert again.status_code == 422
    assert said in again.text


async def test_jonas_joins_by_his_own_word(browser: Browser, database: Database) -> None:
    """Invited he is not in the team; his own press makes him one of its people."""
    team = await started_by(browser, AMIRA)
    await arrive(browser, await invite(browser, team, " Jonas@Example.org "))
    await browser.sign_in(JONAS)
    waiting = await browser.get("/teams")
    assert (await browser.get(f"/teams/{team}")).status_code == 404

    page = await arrive(browser, await answer(browser))

    assert "Amira Haddad asks you into a team" in waiting.text
    assert "2 people" in page.text
    assert "Jonas Roy" in page.text
    assert "jonas@example.org" not in page.text


async def test_joining_twice_is_joining_once(browser: Browser, database: Database) -> None:
    """A double press leads to the team both times."""
    team = await started_by(browser, AMIRA)
    await invite(browser, team, JONAS.email)
    await browser.sign_in(JONAS)
    page = await browser.get("/teams")

    for _ in range(2):
        done = await press(browser, page, action="/acceptance")
        assert done.headers["location"] == f"/teams/{team}"


async def test_sam_refuses_and_stays_unknown(browser: Browser, database: Database) -> None:
    """Who says no is not told to the team by name; the invitation is gone from both pages."""
    team = await started_by(browser, AMIRA)
    await invite(browser, team, SAM.email)
    await browser.sign_in(SAM)

    mine = await arrive(browser, await answer(browser, "refusal"))
    await browser.sign_in(AMIRA)
    page = await browser.get(f"/teams/{team}")

    assert "You are in no team." in mine.text
    assert SAM.email not in page.text
    assert SAM.name not in page.text
    async with database.system_transaction() as session:
        row = await session.get_one(Membership, await place_of(database, team, SAM))
        assert row.declined_at is not None
        assert row.person_id is None


async def test_an_address_is_invited_alike_with_and_without_an_account(
    browser: Browser, database: Database
) -> None:
    """Sam has an account, nobody knows newcomer@: page, row and mail are the same."""
    team = await started_by(browser, AMIRA)

    for email in (SAM.email, "newcomer@example.org"):
        done = await arrive(browser, await invite(browser, team, email))
        assert f"The invitation goes to {email} by e-mail." in done.text

    assert [one.email for one in await invitations(database)] == [SAM.email, "newcomer@example.org"]


async def test_invited_again_at_once_is_mailed_once(browser: Browser, database: Database) -> None:
    """The same address twice in ten minutes is one place and one mail."""
    team = await started_by(browser, AMIRA)
    await invite(browser, team, SAM.email)
    page = await arrive(browser, await invite(browser, team, SAM.email))
    await press(browser, page, action="/renewal")

    assert len(await invitations(database)) == 1
    assert page.text.count(f'translate="no">{SAM.email}') == 1


async def test_an_old_invitation_is_sent_again(browser: Browser, database: Database) -> None:
    """After seven days it cannot be accepted; mailed again it can."""
    team = await started_by(browser, AMIRA)
    await invite(browser, team, SAM.email)
    await browser.sign_in(SAM)
    waiting = await browser.get("/teams")
    place = await place_of(database, team, SAM)
    async with database.login_transaction() as session:
        past = datetime.now(UTC) - timedelta(minutes=1)
        await session.execute(sa.update(Membership).values(open_until=past))
    late = await arrive(browser, await press(browser, waiting, action="/acceptance"))
    assert "This invitation is no longer open." in late.text

    await browser.sign_in(AMIRA)
    page = await browser.get(f"/teams/{team}")
    assert "nobody answered in time" in page.text
    await arrive(browser, await press(browser, page, action=f"/invitations/{place}/renewal"))
    await browser.sign_in(SAM)
    joined = await arrive(browser, await answer(browser))

    assert "2 people" in joined.text
    async with database.system_transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 2


async def test_a_withdrawn_invitation_opens_nothing(browser: Browser, database: Database) -> None:
    """Sam's page was open when Amira withdrew it; pressing then is told, and nothing is joined."""
    team = await started_by(browser, AMIRA)
    await invite(browser, team, SAM.email)
    place = await place_of(database, team, SAM)
    await browser.sign_in(SAM)
    waiting = await browser.get("/teams")
    await browser.sign_in(AMIRA)
    page = await browser.get(f"/teams/{team}")
    gone = await arrive(browser, await press(browser, page, action=f"/memberships/{place}/ending"))
    await browser.sign_in(SAM)
    token = form_on(await browser.get("/teams/new"), "/teams").values["csrf"]
    target = form_on(waiting, "/acceptance").action

    late = await browser.post(target, data={"csrf": token})

    assert "The invitation is withdrawn." in gone.text
    assert (await arrive(browser, late)).text.count("This invitation is no longer open.") == 1
    assert (await browser.get(f"/teams/{team}")).status_code == 404


async def test_only_one_address_that_is_not_there_yet_is_invited(browser: Browser) -> None:
    """Something that is no address, and somebody who is in the team, are said at the field."""
    team = await gathered(browser, AMIRA, JONAS)
    await browser.sign_in(AMIRA)

    no_address = await invite(browser, team, "jonas")
    there = await invite(browser, team, JONAS.email)

    assert no_address.status_code == there.status_code == 422
    assert "Enter one e-mail address" in no_address.text
    assert "somebody who is in the team already" in there.text


@pytest.mark.parametrize("person", [FARIDA, RENEE])
async def test_claimants_and_officers_have_no_teams(browser: Browser, person: Character) -> None:
    """To them the pages do not exist."""
    await browser.sign_in(person)

    assert (await browser.get("/teams")).status_code == 404
    assert (await browser.get("/teams/new")).status_code == 404


async def test_louis_in_three_teams_sees_each_of_them(browser: Browser) -> None:
    """Each team stands on its own, with its own code."""
    for leader in (AMIRA, JONAS, SAM):
        await gathered(browser, leader, LOUIS)

    page = await browser.get("/teams")

    assert len(re.findall(r"T-\w{4}-\w{4}", page.text)) == 3
