"""Gathering a team as people do it, for the tests: through the pages, by name."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from httpx2 import Response

from portal.models import Delegation, DelegationCase, Membership, Team
from storage.database import Database
from tests.cast import NOOR, Character
from tests.conftest import Browser
from tests.portal.registry.pressing import arrive, form_on, press


async def started_by(browser: Browser, leader: Character, name: str = "Intake") -> UUID:
    """This person starts a team and stays signed in; its id."""
    await browser.sign_in(leader)
    page = await browser.get("/teams/new")
    key = UUID(form_on(page, "/teams").values["key"])
    done = await press(browser, page, action="/teams", name=name)
    assert done.headers["location"] == f"/teams/{key}"
    return key


async def invite(browser: Browser, team: UUID, email: str) -> Response:
    """Whoever is signed in asks this address into the team."""
    page = await browser.get(f"/teams/{team}")
    return await press(browser, page, action=f"/teams/{team}/invitations", email=email)


async def answer(browser: Browser, word: str = "acceptance") -> Response:
    """Whoever is signed in answers the one invitation there is."""
    return await press(browser, await browser.get("/teams"), action=f"/{word}")


async def gathered(browser: Browser, leader: Character, *people: Character) -> UUID:
    """A team of these people; nobody in particular is signed in."""
    team = await started_by(browser, leader)
    for one in people:
        await browser.sign_in(leader)
        assert (await invite(browser, team, one.email)).status_code == 303
        await browser.sign_in(one)
        await arrive(browser, await answer(browser))
    return team


async def place_of(database: Database, team: UUID, person: Character) -> UUID:
    """The newest place of this person in the team."""
    async with database.system_transaction() as session:
        found = await session.scalar(
            sa.select(Membership.id)
            .where(Membership.team_id == team, Membership.invited_email == person.email)
            .order_by(Membership.invited_at.desc())
            .limit(1)
        )
    assert found is not None
    return found


async def team_of(database: Database, team: UUID) -> Team:
    """The row."""
    async with database.system_transaction() as session:
        return await session.get_one(Team, team)


async def lent_to(
    database: Database, grantor: Character, team: UUID, *, case: UUID | None = NOOR
) -> UUID:
    """This person offered the team to see and read a case (None: all); nobody answered yet."""
    now, key = datetime.now(UTC), uuid4()
    async with database.system_transaction() as session:
        session.add(
            Delegation(
                id=key,
                grantor_id=grantor.id,
                team_id=team,
                rights=["see", "read"],
                all_cases=case is None,
                starts_at=now - timedelta(days=2),
                ends_at=now + timedelta(days=200),
                reason="does our intake",
                offered_by=grantor.id,
                offered_at=now - timedelta(days=2),
                open_until=now + timedelta(days=5),
            )
        )
        await session.flush()
        if case:
            session.add(DelegationCase(delegation_id=key, case_id=case))
    return key


async def accept_loan(browser: Browser, person: Character, loan: UUID) -> Response:
    """This person accepts what is lent to the team, and stays signed in."""
    await browser.sign_in(person)
    token = form_on(await browser.get("/teams/new"), "/teams").values["csrf"]
    said = {"csrf": token, "undertaken": "y", "undertaking": "2026-11"}
    return await browser.post(f"/delegations/{loan}/acceptance", data=said)


async def leave(browser: Browser, place: UUID) -> Response:
    """Whoever is signed in looks at what is lost, and ends this place in the team."""
    page = await browser.get(f"/memberships/{place}/ending")
    return await press(browser, page, action=f"/memberships/{place}/ending")
