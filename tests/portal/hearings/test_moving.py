"""However often a hearing moves, across whatever clocks: one row, one event, no word of a dead date."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.audit import Actor
from portal.hearings.calendar import calendar_feed
from portal.hearings.feeding import feed_hearings
from portal.hearings.nearing import STEPS
from portal.hearings.scheduling import Arrangement, InThePast, NoSuchTime, cancel, move, schedule
from portal.models import Hearing, Reminder
from portal.parts import Parts
from portal.reminding import mail_reminder, remind
from portal.rules import rules
from tests.cast import AMIRA, CLAIRE, FARIDA, NOOR, RENEE
from tests.portal.hearings.near import TOLD
from tests.portal.hearings.readers import READERS, Seen
from tests.portal.hearings.test_pages import change

# Of a year whose clock changes the pinned data knows and no test's own clock comes near.
BEGINNING = datetime(2031, 1, 10, 12, tzinfo=UTC)
RENEE_ACTS = Actor(RENEE.id, RENEE.name)
DAY = timedelta(days=1)
# Those of the rules, and others whose clocks behave otherwise: by half an hour, twice a year, never.
ZONES = sorted(
    {
        *rules.zones,
        "Africa/Casablanca",
        "America/Regina",
        "Asia/Kathmandu",
        "Asia/Tehran",
        "Australia/Lord_Howe",
        "Europe/Paris",
        "Pacific/Chatham",
    }
)


@dataclass(frozen=True)
class Step:
    """So many hours later the hearing is moved: some days ahead, or into the next clock change."""

    hours: int
    zone: str
    days: int | None
    clock: time
    minutes: int
    # Whether reminders that are due are written before the move, and mailed after it.
    straddled: bool

    def arrangement(self, now: datetime) -> Arrangement:
        """What the officer types at this moment."""
        today = now.astimezone(ZoneInfo(self.zone)).date()
        ahead = self.days or _days_to_change(self.zone, today.toordinal())
        return Arrangement(
            local_start=datetime.combine(today + ahead * DAY, self.clock),
            zone=self.zone,
            minutes=self.minutes,
            mode="video",
            place=None,
            link=None,
            dial_in=None,
            interpreter=None,
        )


@cache
def _days_to_change(zone: str, day: int) -> int:
    """How many days until this zone's clocks change; a fortnight where they never do."""
    noons = (datetime.combine(datetime.fromordinal(day + n), time(12), ZoneInfo(zone))
             for n in range(400))  # fmt: skip
    offsets = [noon.utcoffset() for noon in noons]
    return next((n for n in range(2, 400) if offsets[n] != offsets[n - 1]), 14)


# Every quarter of an hour of the night in which clocks change, or of a working day.
CLOCKS = st.builds(time, st.sampled_from([0, 1, 2, 3, 9, 23]), st.sampled_from([0, 15, 30, 45]))
STEPS_TAKEN = st.lists(
    st.builds(
        Step,
        hours=st.integers(0, 60),
        zone=st.sampled_from(ZONES),
        days=st.none() | st.integers(1, 9),
        clock=CLOCKS,
        minutes=st.sampled_from([60, 180]),
        straddled=st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@dataclass
class Docket:
    """The hearing as this test drives it through time, and what calendars last had of it."""

    portal: Parts
    key: UUID
    now: datetime
    last: Seen | None = None
    mailed: set[UUID] = field(default_factory=set[UUID])

    async def take(self, step: Step) -> None:
        """One move, reminders before or after it; then everything must agree."""
        self.now += timedelta(hours=step.hours)
        if step.straddled:
            await remind(self.portal, now=self.now)
        changed = await self._move(step)
        if not step.straddled:
            await remind(self.portal, now=self.now)
        await self.mail()
        await self.compare(changed=changed)

    async def _move(self, step: Step) -> bool:
        """Whether anything is now other than it was."""
        async with self.portal.database.transaction(RENEE.id) as session:
            hearing = await session.get_one(Hearing, self.key)
            before = (hearing.local_start, hearing.zone, hearing.minutes)
            wanted = step.arrangement(self.now)
            try:
                await move(session, hearing, wanted, by=RENEE_ACTS, now=self.now)
            except (NoSuchTime, InThePast):
                return False
            return before != (wanted.local_start, wanted.zone, wanted.minutes)

    async def hearing(self) -> Hearing:
        """The one row."""
        async with self.portal.database.system_transaction() as session:
            return await session.get_one(Hearing, self.key)

    async def mail(self) -> None:
        """Do the jobs of all reminders; each that leaves is of the date that now holds."""
        hearing = await self.hearing()
        day, zone = hearing.local_start.date(), ZoneInfo(hearing.zone)
        for one in [row for row in await self._reminders() if row.sent_at is None]:
            await mail_reminder(self.portal, one.id, now=self.now)
        before, after = self.mailed, await self._reminders()
        for one in [row for row in after if row.sent_at and row.id not in before]:
            self.mailed.add(one.id)
            assert one.fixed_at == (hearing.moved_at or hearing.scheduled_at)
            assert (day - one.due_on).days in STEPS
            assert one.due_on <= self.now.astimezone(zone).date() < day
            assert hearing.cancelled_at is None

    async def _reminders(self) -> list[Reminder]:
        async with self.portal.database.system_transaction() as session:
            mine = sa.select(Reminder).where(Reminder.about == self.key)
            return list(await session.scalars(mine))

    async def compare(self, *, changed: bool) -> None:
        """One event in each calendar, by each reader: the lasting UID, the instant, the sequence."""
        hearing = await self.hearing()
        there = hearing.local_start.replace(tzinfo=ZoneInfo(hearing.zone), fold=0)
        seen = [await self._seen(person) for person in (CLAIRE.id, AMIRA.id, FARIDA.id)]
        for one in (one for events in seen for one in events):
            assert one.uid == f"{self.key}@dossier"
            assert one.starts == there.astimezone(UTC) == hearing.starts_at
            assert one.ends - one.starts == timedelta(minutes=hearing.minutes)
        assert len(set(map(tuple, seen))) == 1
        assert self.last is None or (seen[0][0].sequence > self.last.sequence) == changed
        assert changed or self.last is None or seen[0][0] == self.last
        self.last = seen[0][0]

    async def _seen(self, person: UUID) -> list[Seen]:
        """This hearing in this person's feed, once for each reader."""
        async with self.portal.database.transaction(person) as session:
            content = calendar_feed(await feed_hearings(session, person), language="en")
        found: list[Seen] = []
        for read in READERS.values():
            [one] = [event for event in read(content) if str(self.key) in event.uid]
            found.append(one)
        return found

    async def live_through(self) -> None:
        """Every half day until the hearing is over: what is still ahead reaches everybody once."""
        hearing = await self.hearing()
        zone, day = ZoneInfo(hearing.zone), hearing.local_start.date()
        reached = self.now.astimezone(zone).date()
        self.now = max(self.now, hearing.starts_at - 9 * DAY)
        while self.now < hearing.starts_at + DAY:
            await remind(self.portal, now=self.now)
            await self.mail()
            self.now += DAY / 2
        fixed_at = hearing.moved_at or hearing.scheduled_at
        told = [one for one in await self._reminders() if one.fixed_at == fixed_at and one.sent_at]
        for step in (step for step in STEPS if day - step * DAY >= reached):
            assert sum(one.due_on == day - step * DAY for one in told) == len(TOLD)


async def fix(portal: Parts) -> Docket:
    """A fresh hearing of the Noors', three weeks ahead; the one of the cast is off."""
    gone: dict[str, Any] = {"cancelled_at": BEGINNING, "cancelled_by": RENEE.id}
    await change(portal.database, **gone, cancelled_why="another test's")
    docket = Docket(portal, uuid4(), BEGINNING)
    first = Step(0, "America/Toronto", 21, time(9), 180, straddled=False)
    async with portal.database.transaction(RENEE.id) as session:
        await schedule(
            session, first.arrangement(BEGINNING), hearing_id=docket.key, case_id=NOOR,
            kind="hearing", by=RENEE_ACTS, now=BEGINNING,
        )  # fmt: skip
    await docket.compare(changed=True)
    return docket


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS_TAKEN)
async def test_however_often_it_moves_people_follow_one_hearing(
    portal: Parts, steps: list[Step]
) -> None:
    """One row, one event a person with one UID; reminders of the last date only, and no more of them."""
    docket = await fix(portal)
    for step in steps:
        await docket.take(step)

    await docket.live_through()
    async with portal.database.transaction(RENEE.id) as session:
        hearing = await session.get_one(Hearing, docket.key)
        await cancel(session, hearing, why="done", by=RENEE_ACTS, now=docket.now)
    await docket.compare(changed=True)
    await docket.mail()

    assert docket.last
    assert docket.last.status == "CANCELLED"
