"""One appeal of the demonstration: a claim that was refused, and counsel's notice of appeal."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Both
from notices.kinds.decision import Decision
from portal.appeals.counting import local_day, notice_due
from portal.appeals.grounds import Received, read_ground
from portal.appeals.opening import NoticeOfAppeal, file_notice
from portal.audit import Actor
from portal.models import Appeal, Case, Standing
from portal.people.demo import LOUIS, demo_id
from portal.registry.notices.known import joined
from portal.seeding.cases import CASE
from portal.seeding.letters import Letter
from portal.seeding.stage import Stage

CLAIM = CASE["negash"]
APPEAL = demo_id("appeal of Dawit Negash")
DECIDED, FILED = timedelta(days=16), timedelta(days=9)


def decision(now: datetime) -> Letter:
    """The claim is refused, with its reasons."""
    moment = now - DECIDED
    day = local_day(moment, CLAIM.office)
    facts = Decision(
        file_number=joined([party.file_number for party in CLAIM.parties]),
        division=CLAIM.division,
        decided=day - timedelta(days=1),
        outcome=Both("Your claim is refused.", "Votre demande est rejetée."),
        reasons="in_case",
        appeal_by=notice_due(day, office=CLAIM.office).due,
    )
    return Letter(CLAIM, moment, facts)


def plan_appeals(stage: Stage) -> None:
    """Counsel appeals a week later, in time, and acts in the appeal."""
    filed_at = stage.now - FILED
    stage.plan(filed_at, LOUIS.id, _appeal)
    for row, moment in ((Case, Case.opened_at), (Standing, Standing.starts_at)):
        key = Case.id if row is Case else Standing.case_id
        stage.dates.append(sa.update(row).where(key == APPEAL).values({moment: filed_at}))
    stage.dates.append(sa.update(Appeal).where(Appeal.case_id == APPEAL).values(filed_at=filed_at))


async def _appeal(session: AsyncSession, moment: datetime) -> None:
    ground = await read_ground(session, LOUIS.id, CLAIM.id)
    on = local_day(moment + FILED - DECIDED + timedelta(days=1), CLAIM.office)
    new = NoticeOfAppeal(
        id=APPEAL,
        claimants=[party.id for party in ground.parties],
        received=Received(on, "stated"),
        language=CLAIM.language,
        spoken="Tigrinya",
        counsel=True,
        contact_confirmed=True,
    )
    by = Actor(LOUIS.id, LOUIS.name, ground.chain)
    await file_notice(session, new, ground, by=by, now=moment)
