"""A newcomer of the demonstration: Louis says to be counsel where nobody is yet."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.counsel.retaining import declare
from portal.people.demo import LOUIS, demo_id
from portal.seeding.stage import Stage


def plan_counsel(stage: Stage) -> None:
    """It waits on the registry's desk."""
    stage.plan(stage.now - timedelta(hours=5), LOUIS.id, _declare)


async def _declare(session: AsyncSession, moment: datetime) -> None:
    await declare(
        session,
        demo_id("retainer of Louis for Haile"),
        {
            "division": "rpd",
            "file_number": "TC6-01533",
            "family_name": "Haile",
            "born_on": None,
            "member_of": "Law Society of British Columbia",
            "member_number": "BC-40718",
            "client_signed_on": None,
            "limited_to": None,
        },
        by=Actor(LOUIS.id, LOUIS.name),
        now=moment,
    )
