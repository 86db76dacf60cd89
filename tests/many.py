"""Very many cases of Renée's division, made in a moment: each with a claimant and counsel of record."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from tests.cast import RENEE

# Who works for so many clients.
COUNSEL = 20

_STATEMENTS = (
    """
    create temporary table many on commit drop as
    select n, gen_random_uuid() as case_id, gen_random_uuid() as claimant,
        ('00000000-0000-4000-8000-' || lpad((n % :counsel)::text, 12, '0'))::uuid as counsel,
        'TC7-' || lpad(n::text, 5, '0') as file_number
    from generate_series(1, :count) as n
    """,
    """
    insert into person (id, name, calling, language)
    select claimant, 'Claimant ' || n, 'claimant', case when n % 3 = 0 then 'fr' else 'en' end
    from many
    union all
    select distinct counsel, 'Counsel ' || (n % :counsel), 'counsel', 'en' from many
    """,
    """
    insert into account (person_id, email, password_hash)
    select id, 'many-' || id || '@example.org', '' from person
    where id in (select claimant from many union select counsel from many)
    """,
    """
    insert into "case" (id, division, office, title, language, opened_at, opened_by)
    select case_id, 'rpd', 'toronto', 'Claimant ' || n,
        case when n % 3 = 0 then 'fr' else 'en' end, now() - interval '60 days', :officer
    from many
    """,
    """
    insert into party (id, case_id, person_id, name, file_number)
    select gen_random_uuid(), case_id, claimant, 'Claimant ' || n, file_number from many
    """,
    """
    insert into standing (id, case_id, person_id, role, starts_at, began_how, recorded_by)
    select gen_random_uuid(), case_id, p.person, p.role, now() - interval '50 days', 'recorded',
        :officer
    from many cross join lateral (
        values (claimant, 'party'), (counsel, 'counsel')
    ) as p (person, role)
    """,
    """
    insert into hearing (id, case_id, local_start, zone, starts_at, minutes, mode, scheduled_by)
    select gen_random_uuid(), case_id, d.at at time zone 'America/Toronto', 'America/Toronto',
        d.at, 180, 'video', :officer
    from many cross join lateral (
        select date_trunc('hour', now()) + make_interval(days => 60 + n % 30) as at
    ) as d
    """,
)


async def open_many(session: AsyncSession, count: int) -> list[str]:
    """Open so many cases, each with a hearing in two months; their file numbers.

    The session is one that has taken no role.
    """
    named = {"count": count, "counsel": COUNSEL, "officer": RENEE.id}
    for statement in _STATEMENTS:
        wanted = {name: value for name, value in named.items() if f":{name}" in statement}
        await session.execute(sa.text(statement), wanted)
    found = await session.scalars(sa.text("select file_number from many order by n"))
    return list(found)


async def case_of(session: AsyncSession, file_number: str) -> UUID:
    """The case with this number."""
    asked = sa.text("select case_id from party where file_number = :number")
    return (await session.execute(asked, {"number": file_number})).scalar_one()
