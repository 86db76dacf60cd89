"""Issuing a notice: its rows and its jobs, in the caller's transaction."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as insert_if_new
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Kind, Language
from notices.model import Attempt, Notice, Service
from notices.queueing import queue_mail
from notices.wishes import plan_attempts
from notices.wording import wording

# Without letters and digits that are taken for each other, and without vowels: no words.
ALPHABET = "23456789CDFGHJKMNPQRTVWX"

GIVE_UP_AFTER = timedelta(hours=72)


class DifferentNotice(Exception):
    """This form was used before, to issue something else."""


class NotOpened(Exception):
    """Nobody can acknowledge a notice that was never opened."""


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Who gets a notice, why, and where word of it goes: a person, or a party without an account."""

    person_id: UUID | None
    name: str
    capacity: Literal["service", "copy"]
    why: str
    language: Language
    address: str | None = None
    delegation_id: UUID | None = None
    party_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """The PDF of a notice, already in the object store."""

    key: str
    sha256: str
    size: int


@dataclass(frozen=True)
class By:
    """Who did something; no id when the portal itself did."""

    person_id: UUID | None
    name: str


def number_of(form_id: UUID, letter: str = "N") -> str:
    """The number people quote (N-7K2M-94QX): one form, one number, however often it is sent."""
    rest = int.from_bytes(hashlib.sha256(form_id.bytes).digest())
    letters: list[str] = []
    for _ in range(8):
        rest, place = divmod(rest, len(ALPHABET))
        letters.append(ALPHABET[place])
    return f"{letter}-{''.join(letters[:4])}-{''.join(letters[4:])}"


async def issue(
    session: AsyncSession,
    *,
    notice_id: UUID,
    case_id: UUID,
    facts: Kind,
    language: Language,
    recipients: Sequence[Recipient],
    issued_by: By,
    now: datetime,
    paper: Paper | None = None,
    leaves_at: datetime | None = None,
    hearing_id: UUID | None = None,
) -> Notice:
    """Fix wording and addresses, fill the inboxes and queue the mails, for `leaves_at` (or now).

    `hearing_id`: the hearing of this case that the notice is about, if it is about one.
    `notice_id` comes with the form: sent again with the same facts it gives the notice that is
    there and tells nobody twice; with other facts it raises DifferentNotice.
    """
    row = _notice_row(facts, notice_id=notice_id, case_id=case_id, language=language)
    placed_at = leaves_at or now
    row |= {"issued_at": now, "issued_by": issued_by.person_id, "issued_by_name": issued_by.name}
    row |= {"leaves_at": placed_at, "hearing_id": hearing_id}
    if paper:
        row |= {"pdf_key": paper.key, "pdf_sha256": paper.sha256, "pdf_size": paper.size}
    adding = insert_if_new(Notice).values(row).on_conflict_do_nothing().returning(Notice.id)
    if await session.scalar(adding) is None:
        return await _issued_before(session, row)
    services = [_service_row(row, recipient, placed_at) for recipient in _once_each(recipients)]
    attempts = await plan_attempts(session, services, facts, give_up=GIVE_UP_AFTER)
    if services:
        await session.execute(insert(Service).values(services))
    if attempts:
        await session.execute(insert(Attempt).values(attempts))
    for attempt in attempts:
        # Of what leaves now the job waits for nothing; of the rest, for its moment.
        at = attempt["due_at"] if attempt["due_at"] > now else None
        await queue_mail(session, attempt["id"], at)
    return Notice(**row)


def _notice_row(
    facts: Kind, *, notice_id: UUID, case_id: UUID, language: Language
) -> dict[str, Any]:
    """What the notice says."""
    english, french = wording(facts, "en"), wording(facts, "fr")
    return {
        "id": notice_id,
        "case_id": case_id,
        "number": number_of(notice_id),
        "kind": facts.code,
        "facts": facts.to_json(),
        "language": language,
        "subject_en": english.subject,
        "subject_fr": french.subject,
        "parts_en": english.to_json(),
        "parts_fr": french.to_json(),
    }


async def _issued_before(session: AsyncSession, row: dict[str, Any]) -> Notice:
    """The notice that this form made already, if it says the same."""
    notice = await session.get(Notice, row["id"])
    same = ("case_id", "kind", "facts", "language")
    if notice is None or any(getattr(notice, name) != row[name] for name in same):
        raise DifferentNotice
    return notice


def _once_each(recipients: Sequence[Recipient]) -> Iterable[Recipient]:
    """Somebody who is reached twice is served, rather than sent a copy."""
    copies_first = sorted(recipients, key=lambda recipient: recipient.capacity)
    return {one.person_id or one.party_id: one for one in copies_first}.values()


def _service_row(
    notice: dict[str, Any], recipient: Recipient, placed_at: datetime
) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "notice_id": notice["id"],
        "case_id": notice["case_id"],
        "person_id": recipient.person_id,
        "party_id": recipient.party_id,
        "person_name": recipient.name,
        "capacity": recipient.capacity,
        "why": recipient.why,
        "delegation_id": recipient.delegation_id,
        "address": recipient.address or None,
        "language": recipient.language,
        "placed_at": placed_at,
    }


async def open_notice(session: AsyncSession, service_id: UUID, *, by: By, now: datetime) -> bool:
    """Record who opened it first, and when; whether this was that opening.

    One that is being recalled at the same moment is waited for, and then never opened.
    """
    unopened = (Service.opened_at.is_(None), Service.recalled_at.is_(None))
    first = await session.scalar(
        update(Service)
        .where(Service.id == service_id, *unopened)
        .values(opened_at=now, opened_by=by.person_id, opened_by_name=by.name)
        .returning(Service.id)
    )
    return first is not None


async def acknowledge(session: AsyncSession, service_id: UUID, *, by: By, now: datetime) -> bool:
    """Record who acknowledged it first; whether this was that moment."""
    service = await session.get_one(Service, service_id, with_for_update=True)
    if service.opened_at is None:
        raise NotOpened
    if service.acknowledged_at is not None:
        return False
    service.acknowledged_at = now
    service.acknowledged_by = by.person_id
    service.acknowledged_by_name = by.name
    return True
