"""Lending to a team, covering for a colleague, and acting for two people on one case."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from portal.web.formatting import Formatting
from tests.cast import CLAIRE, DINA, HEARING, LOUIS, NOOR, SAM, lend
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
    newcomer.presses("Join the team %(team)s", team=team)
    counsel.lends_to_team(code, rights=("Read documents and notices",))
    leader.refused(CASE, 404)
    for person in (leader, newcomer):
        person.goes("/cases")
        person.follows("Read what %(name)s offers to lend you", name=CLAIRE.name)
        person.accepts()
        person.goes(CASE)

    newcomer.leaves_the_team(team)
    newcomer.refused(CASE, 404)
    leader.goes(CASE)
    leader.sees("You are acting for %(name)s until", name=CLAIRE.name)

    counsel.ends_the_access_of(team)
    leader.refused(CASE, 404)
    for person in (counsel, leader, newcomer):
        person.leaves()


@BOTH
def test_a_colleague_covers_and_every_page_says_for_whom(
    house: House, chromium: Browser, full_case: Template, run: Manners
) -> None:
    """Two clicks ask for it; case, document, notice and hearing say who and until when."""
    counsel = Counsel(chromium, house, run).comes(CLAIRE)
    colleague = Delegate(chromium, house, run).comes(SAM)

    counsel.asks_to_cover(SAM.email)
    colleague.goes("/cases")
    colleague.follows("Read what %(name)s offers to lend you", name=CLAIRE.name)
    colleague.accepts()
    until = Formatting(run.language, "America/Toronto").day(
        (datetime.now(UTC) + timedelta(days=13)).date()
    )
    for page in (
        CASE,
        f"/documents/{CLEAN}",
        f"/notices/{full_case.ids.claires}",
        f"/hearings/{HEARING}",
    ):
        colleague.goes(page)
        line = colleague.page.locator(".dossier-acting")
        colleague.sees(CLAIRE.name, within=line)
        colleague.sees(until, within=line)

    counsel.ends_the_access_of(SAM.name)
    colleague.refused(CASE, 404)
    for person in (counsel, colleague):
        person.leaves()
