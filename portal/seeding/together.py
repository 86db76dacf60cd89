"""The team of the demonstration, what is lent to it, and a colleague who covers in two weeks."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.delegations.answering import accept
from portal.delegations.offering import offer
from portal.delegations.terms import COVER, COVERS, Terms, completed
from portal.models import Right
from portal.people.demo import CLAIRE, GENEVIEVE, JONAS, LOUIS, MEI, DemoPerson, demo_id
from portal.seeding.cases import CASE
from portal.seeding.stage import Stage
from portal.teams.joining import invite_into, start

TEAM = demo_id("team of the clinic")
PLACE = demo_id("place of Jonas in the team")
TO_TEAM, AWAY = demo_id("loan of Louis to the team"), demo_id("cover of Geneviève for Claire")
TO_TEAM_CASES = ("abdi", "gebremedhin")


def plan_together(stage: Stage) -> None:
    """Mei starts a team and invites Jonas; Louis lends to it; Geneviève will cover for Claire."""
    for days, person, deed in (
        (24, MEI, partial(_start, _actor(MEI))),
        (21, LOUIS, partial(_lend, stage.now)),
        (20, MEI, partial(_accept, TO_TEAM, _actor(MEI))),
        (4, MEI, partial(_invite, _actor(MEI))),
        (3, CLAIRE, partial(_ask_to_cover, stage.now)),
        (2, GENEVIEVE, partial(_accept, AWAY, _actor(GENEVIEVE))),
    ):
        stage.plan(stage.now - timedelta(days=days, minutes=9), person.id, deed)


def _actor(person: DemoPerson) -> Actor:
    return Actor(person.id, person.name)


async def _start(by: Actor, session: AsyncSession, moment: datetime) -> None:
    name = "Eastside Legal Clinic, intake"
    await start(session, name, team_id=TEAM, by=by, own_address=MEI.email, now=moment)


async def _invite(by: Actor, session: AsyncSession, moment: datetime) -> None:
    await invite_into(session, TEAM, email=JONAS.email, place=PLACE, by=by, now=moment)


async def _lend(today: datetime, session: AsyncSession, moment: datetime) -> None:
    """The team prepares; Louis files himself."""
    zone = ZoneInfo(LOUIS.zone)
    terms = Terms(
        email=None,
        team_id=TEAM,
        rights=completed({Right.prepare}),
        cases=tuple(CASE[key].id for key in TO_TEAM_CASES),
        first_day=moment.astimezone(zone).date(),
        last_day=today.astimezone(zone).date() + timedelta(days=150),
        zone=LOUIS.zone,
        reason="The clinic collects the papers",
    )
    await _offer(session, terms, TO_TEAM, by=LOUIS, moment=moment)


async def _ask_to_cover(today: datetime, session: AsyncSession, moment: datetime) -> None:
    day = today.astimezone(ZoneInfo(CLAIRE.zone)).date()
    terms = Terms(
        email=GENEVIEVE.email,
        rights=COVER,
        cases=None,
        first_day=day + timedelta(days=14),
        last_day=day + timedelta(days=28),
        zone=CLAIRE.zone,
        reason=COVERS,
        kind="cover",
    )
    await _offer(session, terms, AWAY, by=CLAIRE, moment=moment)


async def _offer(
    session: AsyncSession, terms: Terms, key: UUID, *, by: DemoPerson, moment: datetime
) -> None:
    await offer(
        session,
        terms,
        delegation_id=key,
        by=_actor(by),
        own_address=by.email,
        now=moment,
    )


async def _accept(key: UUID, by: Actor, session: AsyncSession, moment: datetime) -> None:
    await accept(session, key, by=by, undertaking="2026-11", now=moment)
