"""Reminding: a mail, once, of a draft that waits, a loan about to lapse, a hearing, a coming of age."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notices.channels import REMINDER as PAGE
from notices.channels import Accepted
from notices.hours import awake
from portal.approvals.listing import Waiting, tell, waiting
from portal.delegations.states import lapsing
from portal.hearings.nearing import nearing
from portal.models import Account, Answer, Approval, Delegation, Person, Preference, Reminder, Right
from portal.models.standing import authority
from portal.parts import Parts
from portal.people.mailing import send
from portal.registry.ageing import ending_designations
from storage.bundle import bundle
from storage.jobs import defer

# How near a limit must be, and how long a draft may wait without a word.
NEAR = timedelta(days=2)
LONG = timedelta(days=2)


@dataclass(frozen=True)
class Due:
    """One reason to remind one person; the day (and a hearing's date) makes it once and no more."""

    person_id: UUID
    kind: str
    about: UUID
    due_on: date
    fixed_at: datetime | None = None


async def remind(portal: Parts, *, now: datetime | None = None) -> int:
    """Write down every reminder that is due and queue its mail; how many are new."""
    async with portal.database.system_transaction() as session:
        now = now or cast("datetime", await session.scalar(sa.select(sa.func.now())))
        due = [
            *await _approvals(session, now),
            *await _lapses(session, now),
            *await _hearings(session, now),
            *await _designations(session, now),
        ]
        made = await _write(session, due)
        for reminder_id in made:
            await defer(session, "mail_reminder", reminder=str(reminder_id))
    return len(made)


async def mail_reminder(portal: Parts, reminder_id: UUID, *, now: datetime | None = None) -> None:
    """Send one reminder, if what it is about still waits for this person; may raise MailDeferred.

    In the reader's quiet hours it is put off until the morning.
    """
    async with portal.database.system_transaction() as session:
        now = now or cast("datetime", await session.scalar(sa.select(sa.func.now())))
        found = await _addressed(session, reminder_id, now)
        if found is None:
            return
        if (morning := awake(now, found.zone)) > now:
            await defer(session, "mail_reminder", at=morning, reminder=str(reminder_id))
            return
    outcome = await send(
        portal,
        reminder_id,
        found.email,
        language="fr" if found.language == "fr" else "en",
        page=PAGE,
        link=f"{portal.settings.public_url}/sign-in",
        person_id=found.person_id,
        reminder=True,
    )
    arrived = isinstance(outcome, Accepted)
    async with portal.database.system_transaction() as session:
        row = sa.update(Reminder).where(Reminder.id == reminder_id)
        await session.execute(row.values({"sent_at" if arrived else "failed_at": sa.func.now()}))


async def _approvals(session: AsyncSession, now: datetime) -> list[Due]:
    """Drafts with a limit in two days, or that have waited for two: to all who can answer."""
    found = await bundle(session, waiting=waiting(), people=_answerers())
    people: dict[UUID, list[UUID]] = {}
    for row in found.people:
        people.setdefault(row.id, []).append(row.person_id)
    return [
        Due(person, "approval", one.row.id, day)
        for one in map(tell, found.waiting)
        for day in _days(one, now)
        for person in people.get(one.row.id, ())
    ]


def _days(one: Waiting, now: datetime) -> Iterable[date]:
    """The days on account of which a draft is pressing."""
    due = one.next_deadline(now)
    if due and due.due - now.astimezone(ZoneInfo(due.zone)).date() <= NEAR:
        yield due.due
    if one.row.asked_at + LONG <= now:
        yield (one.row.asked_at + LONG).date()


def _answerers() -> sa.Select[*tuple[Any, ...]]:
    """Who may file what waits, but for who asked."""
    a = authority
    return (
        sa.select(Approval.id, a.c.person_id)
        .distinct()
        .join(a, a.c.case_id == Approval.case_id)
        .where(a.c.principal_id == Approval.principal_id, a.c.right == Right.file.value)
        .where(Approval.answered_at.is_(None), a.c.person_id != Approval.asked_by)
    )


async def _lapses(session: AsyncSession, now: datetime) -> list[Due]:
    """Loans that nobody used for 75 days: to who has them, and to who lent them."""
    rows = (await session.execute(lapsing(now))).all()
    return [
        Due(person, "lapse", row.id, row.lapses_at.astimezone(UTC).date())
        for row in rows
        for person in (row.person_id, row.grantor_id)
    ]


async def _hearings(session: AsyncSession, now: datetime, about: UUID | None = None) -> list[Due]:
    """Hearings seven, three and one days away: to those who are told of them."""
    return [
        Due(one.person_id, "hearing", one.hearing_id, one.due_on, one.fixed_at)
        for one in await nearing(session, now, hearing_id=about)
    ]


async def _designations(
    session: AsyncSession, now: datetime, about: UUID | None = None
) -> list[Due]:
    """People who turn 18 within thirty days, or just did: to who represents them."""
    found = await ending_designations(session, now, party_id=about)
    return [Due(person, "designation", party, day) for person, party, day in found]


async def _write(session: AsyncSession, due: Iterable[Due]) -> list[UUID]:
    """The reminders that were not there yet."""
    rows = [{"id": uuid4(), **vars(one)} for one in dict.fromkeys(due)]
    if not rows:
        return []
    made = await session.scalars(
        insert(Reminder).on_conflict_do_nothing().returning(Reminder.id), rows
    )
    return list(made)


async def _addressed(session: AsyncSession, reminder_id: UUID, now: datetime) -> Any:  # noqa: ANN401 - a row
    """Where to send it, when and in which language; None where it is not to be sent (any more)."""
    row = (
        await session.execute(
            sa.select(Reminder, Reminder.person_id, Account.email, Person.language, Person.zone)
            .join(Person, Person.id == Reminder.person_id)
            .join(Account, Account.person_id == Reminder.person_id)
            .outerjoin(Preference, Preference.person_id == Reminder.person_id)
            .where(Reminder.id == reminder_id, Account.mail_failed_at.is_(None))
            .where(Reminder.sent_at.is_(None), Reminder.failed_at.is_(None))
            .where(Preference.reminders_stopped_at.is_(None))
        )
    ).one_or_none()
    return row if row and await _still(session, row.Reminder, now) else None


async def _still(session: AsyncSession, reminder: Reminder, now: datetime) -> bool:
    """Whether this still waits for this person: asked again, for the job may come much later."""
    me, about = reminder.person_id, reminder.about
    if reminder.kind == "hearing":
        due = Due(me, reminder.kind, about, reminder.due_on, reminder.fixed_at)
        return due in await _hearings(session, now, about)
    if reminder.kind == "designation":
        due = Due(me, reminder.kind, about, reminder.due_on)
        return due in await _designations(session, now, about)
    if reminder.kind == "approval":
        mine = _answerers().where(Approval.id == about, authority.c.person_id == me)
    else:
        concerned = sa.or_(Answer.person_id == me, Delegation.grantor_id == me)
        mine = lapsing(now).where(Delegation.id == about, concerned)
    return (await session.execute(mine.limit(1))).first() is not None
