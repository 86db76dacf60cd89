"""Fixing, moving and cancelling a hearing: the venue's wall clock is the truth, UTC follows it."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record
from portal.hearings.booking import book
from portal.models import Hearing
from portal.web.language import N_


class CannotSchedule(Exception):
    """A hearing cannot be fixed like this; `text` is a marked sentence that says why."""

    text = ""

    def __init__(self) -> None:
        super().__init__(self.text)


class NoSuchTime(CannotSchedule):
    """The clocks go forward over this time: there is no such moment."""

    text = N_(
        "The clocks go forward that night, so this time does not exist there. Choose another time."
    )


class InThePast(CannotSchedule):
    """The moment has passed already."""

    text = N_("This day and time have passed. Choose a time to come.")


class Cancelled(CannotSchedule):
    """The hearing was cancelled; a new one is needed."""

    text = N_("This hearing was cancelled and cannot be moved. Schedule a new one.")


class FormUsed(CannotSchedule):
    """This form has been used already, and said something else then."""

    text = N_(
        "This form was used before, with other details. Nothing was done now. "
        "Look at the case, then begin again."
    )


class ChangedSince(CannotSchedule):
    """The hearing is not what the officer was looking at any more."""

    text = N_(
        "Somebody has changed this hearing since you looked at it. Nothing was done now. "
        "Look at everything again, then press the button."
    )


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """When, where and how a hearing takes place: `local_start` on the wall clock of `zone`."""

    local_start: datetime
    zone: str
    minutes: int
    mode: str
    place: str | None
    link: str | None
    dial_in: str | None
    interpreter: str | None
    interpreter_name: str | None = None
    member: str | None = None

    def facts(self, now: datetime) -> dict[str, Any]:
        """The columns that say so; raises NoSuchTime or InThePast."""
        starts_at = coming_instant(self.local_start, self.zone, now=now)
        return asdict(self) | {"starts_at": starts_at}

    def changes(self, hearing: Hearing) -> frozenset[str]:
        """What the hearing has otherwise, by the names of its columns."""
        return frozenset(n for n, value in asdict(self).items() if getattr(hearing, n) != value)


async def schedule(
    session: AsyncSession,
    arrangement: Arrangement,
    *,
    hearing_id: UUID,
    case_id: UUID,
    kind: str,
    by: Actor,
    now: datetime,
) -> Hearing:
    """Fix a hearing. The same form sent twice finds what it fixed the first time.

    Raises DoubleBooked, with rows written: the caller rolls back to before.
    """
    facts = {"case_id": case_id, "kind": kind, **arrangement.facts(now)}
    fresh = await session.scalar(
        insert(Hearing)
        .values(id=hearing_id, scheduled_by=by.id, scheduled_at=now, **facts)
        .on_conflict_do_nothing(index_elements=[Hearing.id])
        .returning(Hearing)
    )
    if fresh is None:
        return await _as_fixed_before(session, hearing_id, facts)
    await book(session, fresh)
    await _record(session, fresh, "hearing.scheduled", by, starts_at=fresh.starts_at.isoformat())
    return fresh


async def move(
    session: AsyncSession,
    hearing: Hearing,
    arrangement: Arrangement,
    *,
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> None:
    """Give the hearing another time, place or way; the same row, its sequence one higher.

    `seen`: the sequence of what the officer looked at; raises ChangedSince if it has risen.
    Raises DoubleBooked, with rows written: the caller rolls back to before.
    """
    await session.refresh(hearing, with_for_update=True)
    if hearing.cancelled_at is not None:
        raise Cancelled
    _require_seen(hearing, seen)
    before, zone_before = hearing.starts_at, hearing.zone
    changed = _set(hearing, **arrangement.facts(now))
    if not changed:
        return
    after = hearing.starts_at
    hearing.sequence += 1
    await book(session, hearing, same_time=not changed & {"starts_at", "minutes"})
    if not changed & {"starts_at", "zone"}:
        await _record(session, hearing, "hearing.changed", by, starts_at=after.isoformat())
        return
    hearing.moved_from, hearing.moved_from_zone, hearing.moved_at = before, zone_before, now
    span = {"from": before.isoformat(), "to": after.isoformat(), "zone_from": zone_before}
    await _record(session, hearing, "hearing.moved", by, **span)


async def cancel(
    session: AsyncSession,
    hearing: Hearing,
    *,
    why: str,
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> None:
    """Call the hearing off; said twice, it is done once. `seen`: as of `move`."""
    await session.refresh(hearing, with_for_update=True)
    _require_seen(hearing, seen)
    if hearing.cancelled_at is not None:
        return
    hearing.cancelled_at, hearing.cancelled_by, hearing.cancelled_why = now, by.id, why
    hearing.sequence += 1
    await book(session, hearing)
    at = hearing.starts_at.isoformat()
    await _record(session, hearing, "hearing.cancelled", by, why=why, starts_at=at)


def coming_instant(local: datetime, zone: str, *, now: datetime) -> datetime:
    """The UTC instant of a wall-clock time still to come; raises NoSuchTime or InThePast."""
    at = instant(local, zone)
    if at <= now:
        raise InThePast
    return at


def instant(local: datetime, zone: str) -> datetime:
    """The UTC instant of a wall-clock time; of a time that comes twice, the first."""
    if local.tzinfo is not None:
        raise ValueError("a wall-clock time has no zone of its own")
    there = ZoneInfo(zone)
    at = local.replace(tzinfo=there, fold=0).astimezone(UTC)
    if at.astimezone(there).replace(tzinfo=None, fold=0) != local:
        raise NoSuchTime
    return at


def _require_seen(hearing: Hearing, seen: int | None) -> None:
    if seen is not None and hearing.sequence != seen:
        raise ChangedSince


def _set(hearing: Hearing, **facts: object) -> set[str]:
    """Write these facts; the names of those that were different."""
    changed = {name for name, value in facts.items() if getattr(hearing, name) != value}
    for name in changed:
        setattr(hearing, name, facts[name])
    return changed


async def _as_fixed_before(
    session: AsyncSession, hearing_id: UUID, facts: dict[str, Any]
) -> Hearing:
    found = await session.get(Hearing, hearing_id)
    if found is None or any(getattr(found, name) != value for name, value in facts.items()):
        raise FormUsed
    return found


async def _record(
    session: AsyncSession, hearing: Hearing, act: str, by: Actor, **facts: str
) -> None:
    await session.flush()
    await record(
        session, hearing.case_id, act, by=by, hearing_id=str(hearing.id), zone=hearing.zone, **facts
    )
