"""Choosing how one is told; nothing here can choose not to be told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notices.postroom import StopLink
from notices.wishes import hashed
from portal.models import Account, Person, Preference, Suppression


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Everything the page lets one choose."""

    daily: bool
    neutral: bool
    second_address: str | None
    reminders: bool
    language: str
    zone: str


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What holds now, and which of the two addresses do not work."""

    choice: Choice
    failed_at: datetime | None
    second_failed_at: datetime | None
    stopped_at: datetime | None


async def what_is_chosen(session: AsyncSession, me: UUID) -> Chosen:
    """My choices, those that I never made included."""
    second = sa.and_(
        Suppression.address == Preference.second_address, Suppression.lifted_at.is_(None)
    )
    row = (
        await session.execute(
            sa.select(
                Preference.digest_since,
                Preference.neutral_since,
                Preference.second_address,
                Preference.reminders_stopped_at,
                Person.language,
                Person.zone,
                Account.mail_failed_at,
                Suppression.since,
            )
            .select_from(Person)
            .outerjoin(Account, Account.person_id == Person.id)
            .outerjoin(Preference, Preference.person_id == Person.id)
            .outerjoin(Suppression, second)
            .where(Person.id == me)
        )
    ).one()
    return Chosen(
        choice=Choice(
            daily=row.digest_since is not None,
            neutral=row.neutral_since is not None,
            second_address=row.second_address,
            reminders=row.reminders_stopped_at is None,
            language=row.language,
            zone=row.zone,
        ),
        failed_at=row.mail_failed_at,
        second_failed_at=row.since,
        stopped_at=row.reminders_stopped_at,
    )


async def choose(session: AsyncSession, me: UUID, choice: Choice, *, now: datetime) -> None:
    """Keep these choices; since when each holds stays what it was, where it held before."""
    row = {"person_id": me, "second_address": choice.second_address, "changed_at": now}
    row |= {"digest_since": now if choice.daily else None}
    row |= {"neutral_since": now if choice.neutral else None}
    row |= {
        "reminders_stopped_at": None if choice.reminders else now,
        "reminders_stopped_by": None if choice.reminders else "page",
    }
    kept = ("digest_since", "neutral_since", "reminders_stopped_at", "reminders_stopped_by")
    changed = {
        name: value if value is None or name not in kept else _first(name, value)
        for name, value in row.items()
    }
    adding = insert(Preference).values(row)
    await session.execute(adding.on_conflict_do_update(index_elements=["person_id"], set_=changed))
    await session.execute(
        sa.update(Person).where(Person.id == me).values(language=choice.language, zone=choice.zone)
    )


def _first(name: str, value: object) -> sa.ColumnElement[object]:
    """What stood there before, or else this."""
    return sa.func.coalesce(getattr(Preference, name), value)


Asked = Literal["stop", "look"]


async def by_link(session: AsyncSession, token: str, *, asked: Asked, now: datetime) -> bool | None:
    """Whether the reminders of this link's person are stopped; None: there is no such link.

    `stop` stops them, once. For a system transaction: nobody is signed in.
    """
    link = await session.get(StopLink, hashed(token))
    if link is None:
        return None
    if asked == "stop":
        await _stop(session, link.person_id, now)
        link.used_at = link.used_at or now
    stopped = sa.select(Preference.reminders_stopped_at).where(
        Preference.person_id == link.person_id
    )
    return await session.scalar(stopped) is not None


async def _stop(session: AsyncSession, person_id: UUID, now: datetime) -> None:
    stopped = {"reminders_stopped_at": now, "reminders_stopped_by": "link", "changed_at": now}
    adding = insert(Preference).values(person_id=person_id, **stopped)
    await session.execute(
        adding.on_conflict_do_update(
            index_elements=["person_id"],
            set_=stopped,
            where=Preference.reminders_stopped_at.is_(None),
        )
    )
