"""What the rules say about a hearing: warnings for an officer, who decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from portal.models import Case, Hearing, Party, Person, Standing
from portal.rules import Words, rules
from portal.web.language import N_

NOTICE_SHORT = N_("Notice: %(given)s of %(wanted)s days, short by %(short)s")
NOTICE_GIVEN = N_("Notice: %(given)s days, where %(wanted)s are asked for")
NO_INTERPRETER = N_("%(name)s asked for interpretation (%(language)s), and no interpreter is named")
INTERPRETER = N_("Interpreter: %(language)s")
NOT_NEEDED = N_("Nobody asked for an interpreter")
BOOKED = N_("%(name)s has another hearing at that time: %(title)s")
FREE = N_("Nobody has another hearing at that time")
WEEKEND = N_("It is a Saturday or a Sunday")
EARLY_OR_LATE = N_("It begins outside 8:00 to 18:00, on the clock of the place")


@dataclass(frozen=True)
class Check:
    """One rule looked at: whether all is in order, and the words for it."""

    good: bool
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    rule: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """A hearing as it is meant to be."""

    starts_at: datetime
    zone: str
    minutes: int
    interpreter: str | None
    # The hearing itself, where it exists: it is no other hearing at that time.
    hearing_id: UUID | None = None

    @property
    def local(self) -> datetime:
        """When it starts on the clock of the place."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))


async def check_sitting(
    session: AsyncSession, case: Case, sitting: Sitting, *, now: datetime
) -> list[Check]:
    """Everything there is to say about it, warnings first."""
    parties = (await session.scalars(sa.select(Party).where(Party.case_id == case.id))).all()
    checks = [
        *_notice(case, sitting.local.date(), now=now),
        *_interpretation(parties, sitting.interpreter),
        *_hours(sitting),
        *await _bookings(session, case, sitting),
    ]
    return sorted(checks, key=lambda check: check.good)


def _notice(case: Case, day: date, *, now: datetime) -> list[Check]:
    """How many days lie between today at the office and the hearing."""
    division = rules.divisions[case.division]
    if not division.notice_days:
        return []
    today = now.astimezone(ZoneInfo(rules.offices[case.office].zone)).date()
    given, wanted = (day - today).days, division.notice_days
    facts = {"given": given, "wanted": wanted, "short": wanted - given}
    text = NOTICE_GIVEN if given >= wanted else NOTICE_SHORT
    return [Check(given >= wanted, text, facts, division.notice_rule)]


def _interpretation(parties: Sequence[Party], interpreter: str | None) -> list[Check]:
    if interpreter:
        return [Check(True, INTERPRETER, {"language": interpreter})]
    asked = [party for party in parties if party.interpretation]
    if not asked:
        return [Check(True, NOT_NEEDED)]
    facts = {"name": asked[0].name, "language": asked[0].interpretation}
    return [Check(False, NO_INTERPRETER, facts)]


def _hours(sitting: Sitting) -> list[Check]:
    checks = [Check(False, WEEKEND)] if sitting.local.weekday() > 4 else []
    if not 8 <= sitting.local.hour < 18:
        checks.append(Check(False, EARLY_OR_LATE))
    return checks


async def _bookings(session: AsyncSession, case: Case, sitting: Sitting) -> list[Check]:
    """Other hearings of the people on this case that overlap; those an officer can see."""
    here, there = aliased(Standing), aliased(Standing)
    ends_at = sitting.starts_at + timedelta(minutes=sitting.minutes)
    rows = await session.execute(
        sa.select(Person.name, Case.title)
        .select_from(Hearing)
        .join(there, there.case_id == Hearing.case_id)
        .join(here, here.person_id == there.person_id)
        .join(Person, Person.id == here.person_id)
        .join(Case, Case.id == Hearing.case_id)
        .where(here.case_id == case.id, here.ended_how.is_(None), there.ended_how.is_(None))
        .where(Hearing.cancelled_at.is_(None), Hearing.id.is_distinct_from(sitting.hearing_id))
        .where(Hearing.starts_at < ends_at)
        .where(Hearing.starts_at > sitting.starts_at - timedelta(hours=10))
        .where(Hearing.starts_at + Hearing.minutes * timedelta(minutes=1) > sitting.starts_at)
        .distinct()
        .limit(5)
    )
    booked = [Check(False, BOOKED, {"name": row.name, "title": row.title}) for row in rows]
    return booked or [Check(True, FREE)]
