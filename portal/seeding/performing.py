"""Filling an empty database with the demonstration, all of it or nothing."""

import asyncio
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Person
from portal.parts import Parts
from portal.people.demo import DEMO_PASSWORD
from portal.seeding.appeals import decision, plan_appeals
from portal.seeding.asking import plan_requests
from portal.seeding.batches import keep_batch, plan_batch
from portal.seeding.cases import plan_cases
from portal.seeding.counsel import plan_counsel
from portal.seeding.filings import keep_papers, plan_filings
from portal.seeding.hearings import plan_hearings
from portal.seeding.lending import plan_loans
from portal.seeding.letters import keep_letters, letters, plan_letters
from portal.seeding.people import admit_people
from portal.seeding.posting import plan_posting
from portal.seeding.reading import plan_reading
from portal.seeding.reviews import plan_reviews
from portal.seeding.stage import Stage
from portal.seeding.together import plan_together

# What has happened needs no job; a file that is held is looked at in ten minutes, so that there
# is time to see it held.
_TIDY = sa.text(
    """
    delete from procrastinate_jobs where task_name in ('tell', 'tell_review', 'tell_withdrawal', 'mail_receipt',
        'mail_request')
    or task_name = 'scan' and not exists (
        select from document where state = 'held' and strpos(args::text, id::text) > 0
    )
    or task_name = 'deliver'
        and (args ->> 'attempt')::uuid in (select id from attempt where settled_at is not null)
    or task_name = 'invite'
        and (args ->> 'invitation')::uuid in (select id from invitation where ends_at < now())
    """
)
_PUT_OFF = sa.text(
    "update procrastinate_jobs set scheduled_at = now() + interval '10 minutes'"
    " where task_name = 'scan'"
)


class NotADemonstration(Exception):
    """Invented people never come into a real tribunal's database."""


async def seed(portal: Parts) -> bool:
    """Fill the database, unless anybody is in it already: then nothing is done."""
    if not portal.settings.demo:
        raise NotADemonstration
    async with portal.database.system_transaction() as session:
        if await _inhabited(session):
            return False
        now: datetime = (await session.execute(sa.select(sa.func.now()))).scalar_one()
    written = [*letters(now), decision(now)]
    hashed, kept, papers, batch = await asyncio.gather(
        portal.passwords.hash(DEMO_PASSWORD),
        keep_papers(portal),
        keep_letters(portal, written),
        keep_batch(portal, now),
    )
    stage = Stage(now)
    plan_cases(stage)
    plan_loans(stage)
    plan_counsel(stage)
    plan_together(stage)
    plan_hearings(stage)
    plan_letters(stage, written, papers)
    plan_posting(stage)
    plan_appeals(stage)
    plan_filings(stage, portal, kept)
    plan_reviews(stage)
    plan_requests(stage)
    plan_batch(stage, batch)
    plan_reading(stage, written)
    async with portal.database.login_transaction() as session:
        await session.execute(sa.select(sa.func.pg_advisory_xact_lock(7_002)))
        if await _inhabited(session):
            return False
        await admit_people(session, stage, password_hash=hashed)
        await stage.perform(session)
        await session.execute(_TIDY)
        await session.execute(_PUT_OFF)
    return True


async def _inhabited(session: AsyncSession) -> bool:
    return bool(await session.scalar(sa.select(sa.exists(sa.select(Person.id)))))
