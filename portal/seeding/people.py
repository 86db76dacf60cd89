"""The people of the demonstration, all with one password, and where the registry's are posted."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Account, Person, Posting
from portal.people.demo import DEMO_PEOPLE, LUC, MARGARET
from portal.seeding.stage import Stage

POSTED = ((MARGARET, "rpd"), (LUC, "rad"), (LUC, "id"), (LUC, "iad"))


async def admit_people(session: AsyncSession, stage: Stage, *, password_hash: str) -> None:
    """Write them all; nobody invited them, so there is no verb for it."""
    since = stage.now - timedelta(days=700)
    await session.execute(
        sa.insert(Person),
        [
            {
                "id": one.id,
                "name": one.name,
                "calling": one.calling,
                "language": one.language,
                "zone": one.zone,
                "created_at": since,
            }
            for one in DEMO_PEOPLE
        ],
    )
    await session.execute(
        sa.insert(Account),
        [
            {"person_id": one.id, "email": one.email, "password_hash": password_hash}
            for one in DEMO_PEOPLE
        ],
    )
    await session.execute(
        sa.insert(Posting),
        [
            {"person_id": one.id, "division": division, "starts_at": since}
            for one, division in POSTED
        ],
    )
