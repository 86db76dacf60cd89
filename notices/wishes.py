"""How people want to be told: at once or once a day, at a second address too; never whether."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Kind, Moment
from notices.hours import next_morning
from notices.postroom import Preference, StopLink

# A notice that names a day this near is worth a mail of its own.
PRESSING = timedelta(days=3)

# Of a person these rows say only where the clocks are; the table is the portal's.
PERSON = sa.table("person", sa.column("id", sa.Uuid), sa.column("zone", sa.Text))


@dataclass(frozen=True)
class Wish:
    """How one person is told."""

    zone: str
    daily: bool
    second_address: str | None


async def wishes_of(session: AsyncSession, people: Sequence[UUID]) -> dict[UUID, Wish]:
    """The wishes of those who have any."""
    rows = await session.execute(
        sa.select(
            Preference.person_id, PERSON.c.zone, Preference.digest_since, Preference.second_address
        )
        .join(PERSON, PERSON.c.id == Preference.person_id)
        .where(Preference.person_id.in_(people))
        .where(sa.or_(Preference.digest_since.is_not(None), Preference.second_address.is_not(None)))
    )
    return {
        row.person_id: Wish(row.zone, row.digest_since is not None, row.second_address)
        for row in rows
    }


async def plan_attempts(
    session: AsyncSession, services: Sequence[dict[str, Any]], facts: Kind, *, give_up: timedelta
) -> list[dict[str, Any]]:
    """The mails of these services: to each address of a person, at once or with the daily mail."""
    people = [one["person_id"] for one in services if one["person_id"]]
    wishes = await wishes_of(session, people) if people else {}
    planned: list[dict[str, Any]] = []
    for service in services:
        wish = wishes.get(service["person_id"])
        leaves_at, digest_on = _leaving(facts, wish, service["placed_at"])
        for number, address in enumerate(_addresses(service, wish), 1):
            planned.append(
                {
                    "id": uuid4(),
                    "service_id": service["id"],
                    "case_id": service["case_id"],
                    "number": number,
                    "address": address,
                    "due_at": leaves_at,
                    "give_up_at": leaves_at + give_up,
                    "digest_on": digest_on,
                }
            )
    return planned


def _addresses(service: dict[str, Any], wish: Wish | None) -> Iterator[str]:
    """Where word of it goes; each address fails alone."""
    if service["address"]:
        yield service["address"]
    if wish and wish.second_address and wish.second_address != service["address"]:
        yield wish.second_address


def _leaving(facts: Kind, wish: Wish | None, placed_at: datetime) -> tuple[datetime, date | None]:
    """When the mail leaves, and with which day's mail, if with one."""
    if wish is None or not wish.daily or is_pressing(facts, placed_at, zone=wish.zone):
        return placed_at, None
    return next_morning(placed_at, wish.zone)


def is_pressing(facts: Kind, at: datetime, *, zone: str) -> bool:
    """Whether a notice names a day so near that its mail cannot wait until tomorrow.

    A hearing or another moment to come within three days, an answer due by then, or any day
    from tomorrow on that is as near.
    """
    today = at.astimezone(ZoneInfo(zone)).date()
    last = today + PRESSING
    if facts.reply_by is not None and today <= facts.reply_by <= last:
        return True
    for value in (getattr(facts, field.name) for field in fields(facts)):
        match value:
            case Moment() if at <= value.at and value.local.date() <= last:
                return True
            case date() if today < value <= last:
                return True
            case _:
                pass
    return False


async def stop_link(session: AsyncSession, person_id: UUID) -> str:
    """The token of a new link that stops this person's reminders; only its hash is kept."""
    token = secrets.token_urlsafe(24)
    await session.execute(sa.insert(StopLink).values(token_hash=hashed(token), person_id=person_id))
    return token


def hashed(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()
