"""Lending to a team, covering for a colleague, and acting for two people on one case."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from portal.models import Standing
from portal.web.formatting import Formatting
from tests.cast import AMIRA, CLAIRE, HEARING, LOUIS, NOOR, RENEE, SAM, TORONTO, Character, lend
from tests.journeys.house import House
from tests.journeys.person import Manners
from tests.journeys.roles import Counsel, Delegate
from tests.journeys.test_main_job import PASSWORD, the_link
from tests.staged import CLEAN, Template

CASE = f"/cases/{NOOR}"
BOTH = pytest.mark.parametrize("run", [Manners("en"), Manners("fr", script=False)], ids=str)


@BOTH
def test_who_leaves_a_team_leaves_what_was_lent_to_it(
    house: House, chromium: Browser, run: Manners
) -> None:
    """Start, invite, join, a loan by the team's code, two acceptances, one goes and one stays."""
    team, address = f"Bureau {run.language}", f"omar.{run.language}@example.org"
    counsel = Counsel(chromium, house, run).comes(CLAIRE)
    leader = Delegate(chromium, house, run).comes(SAM)
    newcomer = Delegate(chromium, house, run)

    code = leader.starts_a_team(team)
    leader.invites(address)
    newcomer.joins(the_link(house, address), name="Omar Said", password=PASSWORD)
    newcomer.joins_the_team()
    counsel.lends_to_team(code, name=team, rights=("Read documents and notices",))
    leader.refused(CASE, 404)
    for person in (leader, newcomer):
        person.reads_the_offer()
        person.accepts()
        person.goes(CASE)
        person.acts_for(CLAIRE.name)

    newcomer.leaves_the_team(team)
    newcomer.refused(CASE, 404)
    leader.goes(CASE)
    leader.acts_for(CLAIRE.name)

    counsel.ends_the_access_of(team)
    leader.refused(CASE, 404)
    for person in (counsel, leader, newcomer):
        person.leaves()


@BOTH
def test_a_colleague_covers_and_every_page_says_for_whom(
    house: House, chromium: Browser, full_case: Template, run: Manners
) -> None:
    """Two clicks ask for it; case, document, notice and hearing say for whom and until when."""
    counsel = Counsel(chromium, house, run).comes(CLAIRE)
    colleague = Delegate(chromium, house, run).comes(SAM)
    last = (datetime.now(TORONTO) + timedelta(days=13)).date()
    until = Formatting(run.language, "America/Toronto").day(last)

    counsel.asks_to_cover(SAM.email)
    colleague.reads_the_offer()
    colleague.accepts()
    for page in (
        CASE,
        f"/documents/{CLEAN}",
        f"/notices/{full_case.ids.claires}",
        f"/hearings/{HEARING}",
    ):
        colleague.goes(page)
        colleague.acts_for(CLAIRE.name, until=until)

    counsel.ends_the_access_of(SAM.name)
    colleague.refused(CASE, 404)
    for person in (counsel, colleague):
        person.leaves()


@pytest.fixture(scope="module")
def two_counsel(house: House) -> None:
    """Louis is counsel with Claire; both lent Sam and Amira the Noors' case."""
    house.do(_two_counsel(house))


async def _two_counsel(house: House) -> None:
    place = {"case_id": NOOR, "person_id": LOUIS.id, "role": "counsel", "recorded_by": RENEE.id}
    since = datetime.now(UTC) - timedelta(days=60)
    async with house.portal.database.system_transaction() as session:
        session.add(Standing(starts_at=since, began_how="recorded by the registry", **place))
        await session.flush()
        for lender, who in ((CLAIRE, SAM), (LOUIS, SAM), (LOUIS, AMIRA)):
            await lend(session, lender, who, rights=("see", "prepare", "file"), cases=[NOOR])


@pytest.mark.usefixtures("two_counsel")
@pytest.mark.parametrize(
    ("run", "who"), [(Manners("en"), SAM), (Manners("fr", script=False), AMIRA)], ids=str
)
def test_who_acts_for_two_is_asked_once_for_whom(
    house: House, chromium: Browser, run: Manners, who: Character
) -> None:
    """Asked when it matters, remembered for the case, changed with one click; a draft stays."""
    delegate = Delegate(chromium, house, run).comes(who)

    delegate.begins_to_file(CASE)
    delegate.answers_for_whom(LOUIS.name)
    draft = delegate.here
    delegate.goes(CASE)
    delegate.acts_for(LOUIS.name)
    delegate.changes_for_whom(CLAIRE.name)
    delegate.acts_for(CLAIRE.name)
    delegate.goes(draft)
    delegate.acts_for(LOUIS.name)
    delegate.leaves()
