"""Letters on paper in the demonstration: an address, one letter printed and posted, one that waits."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.issuing import By
from notices.letters import Mailing
from portal.audit import Actor
from portal.models import Case
from portal.people.demo import demo_id
from portal.registry.letters.posting import mark_posted
from portal.registry.letters.printing import gather_letters
from portal.registry.postal.recording import addressees, record_address
from portal.rules import rules
from portal.seeding.cases import CASE
from portal.seeding.stage import Stage
from portal.seeding.times import local

HAILE = CASE["haile"]
BY = Actor(HAILE.officer.id, HAILE.officer.name)
LINES = ("APT 12, 88 EXAMPLE ST", "TORONTO ON  M5V 0A1")
PRINTED = demo_id("mailing of letters")


def plan_posting(stage: Stage) -> None:
    """The address is recorded before anything is written to him."""
    stage.plan(local(stage.now, HAILE.office, -30, "10:20"), HAILE.officer.id, _settle)
    written = stage.now - timedelta(days=11)
    stage.plan(written + timedelta(minutes=20), HAILE.officer.id, _print)
    stage.plan(written + timedelta(minutes=90), HAILE.officer.id, _post)


async def _settle(session: AsyncSession, moment: datetime) -> None:
    case = await session.get_one(Case, HAILE.id)
    (addressee,) = await addressees(session, case)
    key = demo_id("address of Biniam Haile")
    await record_address(
        session, key, addressee, case=case, lines=LINES, country="CA", by=BY, now=moment
    )


async def _print(session: AsyncSession, moment: datetime) -> None:
    by = By(BY.id, BY.name)
    division, office = HAILE.division, HAILE.office
    await gather_letters(session, PRINTED, division=division, office=office, by=by, now=moment)


async def _post(session: AsyncSession, moment: datetime) -> None:
    printed = await session.scalar(sa.select(Mailing).where(Mailing.id == PRINTED))
    if printed is None:
        raise LookupError("no letter was printed")
    day = moment.astimezone(ZoneInfo(rules.offices[HAILE.office].zone)).date()
    await mark_posted(session, printed, on=day, kept_back=(), by=BY, now=moment)
