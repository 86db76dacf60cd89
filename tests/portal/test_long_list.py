"""The list of somebody with more than a thousand cases: another way through, the same answer."""

from datetime import UTC, datetime

import sqlalchemy as sa

from portal.cases.listing import MOST, list_cases
from portal.parts import Parts
from tests.cast import RENEE, SAM, Character

# Every seventh case is somebody else's. Some hearings are over, cancelled, or not the case's first.
FILLED = """
insert into "case" (id, division, office, title, language, opened_by, opened_at)
select md5('case' || n)::uuid, 'rpd', 'toronto', 'Case ' || n, 'en', :officer,
    now() - n * interval '1 minute'
from generate_series(1, :cases) as n;
insert into standing (id, case_id, person_id, role, starts_at, began_how, recorded_by)
select md5('standing' || n)::uuid, md5('case' || n)::uuid, :counsel, 'counsel',
    now() - interval '1 day', 'recorded', :officer
from generate_series(1, :cases) as n where n % 7 > 0;
insert into hearing (id, case_id, local_start, zone, starts_at, minutes, mode, scheduled_by)
select md5('hearing' || n || '-' || k)::uuid, md5('case' || n)::uuid, at, 'UTC', at, 180, 'video', :officer
from generate_series(1, :cases) as n, generate_series(1, 1 + n % 3) as k,
    lateral (
        select date_trunc('hour', now()) + ((n * 37 + k * 411) % 4000 - 100) * interval '1 hour' as at
    ) as said
where n % 5 > 0;
update hearing set cancelled_at = now(), cancelled_by = :officer, cancelled_why = 'x'
where id in (select md5('hearing' || n || '-1')::uuid from generate_series(1, :cases, 4) as n)
"""
TOLD = """
select c.id from "case" as c
join lateral (
    select starts_at from hearing
    where case_id = c.id and cancelled_at is null and starts_at + minutes * interval '1 minute' > :now
    order by starts_at limit 1
) as h on true
where c.id in (select case_id from authority where person_id = :who and "right" = 'see')
order by h.starts_at, c.id limit :most offset :past
"""


async def test_a_thousand_cases_are_listed_as_a_few_are(portal: Parts) -> None:
    """The next hearing of each, in order; nobody else's; every page."""
    await fill(portal, SAM, cases=1500)
    now = datetime.now(UTC)
    for page in (1, 2, 5, 6):
        async with portal.database.system_transaction() as session:
            facts = {"who": SAM.id, "now": now, "most": MOST, "past": (page - 1) * MOST}
            told = (await session.scalars(sa.text(TOLD), facts)).all()
        async with portal.database.transaction(SAM.id) as session:
            listed, more = await list_cases(session, SAM.id, now=now, page=page)

        assert [one.id for one in listed] == told
        assert more
        assert len(told) == MOST


async def fill(portal: Parts, counsel: Character, *, cases: int) -> None:
    """Many cases at once, most of them this counsel's."""
    facts = {"officer": RENEE.id, "counsel": counsel.id, "cases": cases}
    async with portal.database.system_transaction() as session:
        for statement in FILLED.split(";\n"):
            await session.execute(sa.text(statement), facts)
