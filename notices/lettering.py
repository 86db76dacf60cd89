"""Asking for letters: whom no mail can tell that a notice waits gets it on paper."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notices.issuing import By, Recipient
from notices.letters import Letter, Why
from notices.model import Service

COLUMNS = ["id", "service_id", "case_id", "number", "why", "asked_at", "asked_by", "asked_by_name"]


def needs_letter(recipient: Recipient) -> bool:
    """Whether no mail goes to this person or party. A delegate's copy is never sent on paper."""
    return not recipient.address and recipient.delegation_id is None


async def ask_letters(
    session: AsyncSession,
    notice_id: UUID,
    recipients: Sequence[Recipient],
    *,
    by: By,
    now: datetime,
) -> int:
    """Right after `issue()`, in its transaction: a letter for each whom no mail reaches; how many.

    Asked again for the same notice, it makes none. Without anybody to write to it asks nothing
    of the database.
    """
    unreached = [one for one in recipients if needs_letter(one)]
    if not unreached:
        return 0
    people = [one.person_id for one in unreached if one.person_id]
    parties = [one.party_id for one in unreached if one.party_id]
    why = sa.case((Service.party_id.is_not(None), Why.no_account), else_=Why.bad_address)
    services = sa.select(
        sa.func.gen_random_uuid(),
        Service.id,
        Service.case_id,
        sa.literal(1),
        why,
        sa.literal(now),
        sa.literal(by.person_id, sa.Uuid),
        sa.literal(by.name),
    ).where(
        Service.notice_id == notice_id,
        sa.or_(Service.person_id.in_(people), Service.party_id.in_(parties)),
    )
    adding = insert(Letter).from_select(COLUMNS, services).on_conflict_do_nothing()
    return len((await session.scalars(adding.returning(Letter.id))).all())


async def ask_letter(
    session: AsyncSession, letter_id: UUID, service_id: UUID, *, why: Why, by: By, now: datetime
) -> bool:
    """One more letter for this service; whether it was asked for now.

    `letter_id` comes with the form. While a letter waits to be printed there is no second one.
    """
    before = sa.select(sa.func.coalesce(sa.func.max(Letter.number), 0) + 1).where(
        Letter.service_id == service_id
    )
    service = sa.select(
        sa.literal(letter_id),
        Service.id,
        Service.case_id,
        before.scalar_subquery(),
        sa.literal(why.value),
        sa.literal(now),
        sa.literal(by.person_id, sa.Uuid),
        sa.literal(by.name),
    ).where(Service.id == service_id)
    adding = insert(Letter).from_select(COLUMNS, service).on_conflict_do_nothing()
    return await session.scalar(adding.returning(Letter.id)) is not None
