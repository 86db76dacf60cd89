"""One notice to appear for the Noors, as the registry issues it: served on Claire, copied to others."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa

from notices.document import letter
from notices.facts import Kind
from notices.issuing import By, Paper, Recipient, issue, number_of
from notices.model import Notice, Service
from portal.models import Entry
from portal.parts import Parts
from storage.objects import new_key, put
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, FARIDA, NOOR, RENEE, Character, known
from tests.notices.samples import APPEAR, HEAD

NOTICE = known("notice to the Noors")

RECIPIENTS = (
    Recipient(
        person_id=CLAIRE.id, name=CLAIRE.name, capacity="service", why="counsel", language="en"
    ),
    Recipient(
        person_id=AMIRA.id,
        name=AMIRA.name,
        capacity="copy",
        why="delegate",
        language="en",
        delegation_id=CLAIRE_TO_AMIRA,
    ),
    Recipient(
        person_id=FARIDA.id, name=FARIDA.name, capacity="copy", why="claimant", language="fr"
    ),
)


async def serve(portal: Parts, facts: Kind = APPEAR, key: UUID = NOTICE) -> Notice:
    """Issue it, with its PDF in the store."""
    data = letter(facts, "en", head=HEAD)
    paper = Paper(key=new_key(), sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    put(portal.store, paper.key, data)
    async with portal.database.transaction(RENEE.id) as session:
        return await issue(
            session,
            notice_id=key,
            case_id=NOOR,
            facts=facts,
            language="en",
            recipients=RECIPIENTS,
            issued_by=By(RENEE.id, RENEE.name),
            now=datetime.now(UTC),
            paper=paper,
        )


async def copy_of(portal: Parts, person: Character, key: UUID = NOTICE) -> Service:
    """The row of this person's inbox, as it is now."""
    async with portal.database.system_transaction() as session:
        return (
            await session.scalars(
                sa.select(Service).where(Service.notice_id == key, Service.person_id == person.id)
            )
        ).one()


async def address(portal: Parts, person: Character, key: UUID = NOTICE) -> str:
    """Where this person's copy is read."""
    return f"/notices/{(await copy_of(portal, person, key)).id}"


async def entries(portal: Parts) -> list[tuple[str, str, str | None, Any]]:
    """The acts on notices: act, who, for whom, about which number."""
    async with portal.database.system_transaction() as session:
        rows = await session.execute(
            sa.select(
                Entry.act, Entry.actor_name, Entry.principal_name, Entry.facts["number"].astext
            )
            .where(Entry.act.like("notice.%"))
            .order_by(Entry.number)
        )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def recall(portal: Parts) -> None:
    """Take the notice back, as the registry may for five minutes."""
    async with portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Notice).values(
                recalled_at=datetime.now(UTC), recalled_by=RENEE.id, recalled_by_name=RENEE.name
            )
        )


NUMBER = number_of(NOTICE)
OTHER = uuid5(NOTICE, "another")
