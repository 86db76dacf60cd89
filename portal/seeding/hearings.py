"""The hearings of the demonstration: soon, far, past, moved and cancelled, in several zones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.hearings.scheduling import Arrangement, cancel, instant, move, schedule
from portal.models import Hearing
from portal.people.demo import demo_id
from portal.rules import rules
from portal.seeding.cases import CASE, DemoCase
from portal.seeding.stage import Stage
from portal.seeding.times import local, wall, working_day

PLACES = {
    "toronto": "74 Example Street, 4th floor, room 12",
    "montreal": "200, boulevard de l’Exemple, bureau 102",
    "vancouver": "300 Example Street West, 16th floor, room 3",
    "calgary": "225 Example Avenue, room 600",
}
DIAL_IN = "1 833 555 0100"


@dataclass(frozen=True)
class Sitting:
    """One hearing: in so many days, at a time on the office's clock, fixed so many days ago."""

    case: DemoCase
    days: int
    clock: str
    mode: str
    fixed_days_ago: int
    kind: str = "hearing"
    minutes: int = 180
    moved_to: int | None = None
    cancelled: bool = False

    @property
    def id(self) -> UUID:
        """Its id, the same in every demonstration."""
        return demo_id(f"hearing {self.case.key} {self.days}")

    @property
    def zone(self) -> str:
        """The zone of the place."""
        return rules.offices[self.case.office].zone

    @property
    def interpreter(self) -> str | None:
        """What the first of the parties asked for."""
        return self.case.parties[0].interpretation

    def local_start(self, now: datetime, *, moved: bool = False) -> datetime:
        """The wall-clock time there, never on a weekend."""
        days = self.moved_to if moved and self.moved_to is not None else self.days
        return working_day(wall(now, self.case.office, days, self.clock), self.case.office)

    def starts_at(self, now: datetime, *, moved: bool = False) -> datetime:
        """The instant that is."""
        return instant(self.local_start(now, moved=moved), self.zone)

    def fixed_at(self, now: datetime) -> datetime:
        """When the registry fixed it."""
        return local(now, self.case.office, -self.fixed_days_ago, "15:28")

    def arrangement(self, now: datetime, *, moved: bool = False) -> Arrangement:
        """What is fixed, as `schedule` and `move` want it."""
        link = f"https://video.example.org/{self.case.key}" if self.mode == "video" else None
        return Arrangement(
            local_start=self.local_start(now, moved=moved),
            zone=self.zone,
            minutes=self.minutes,
            mode=self.mode,
            place=PLACES[self.case.office] if self.mode == "in_person" else None,
            link=link,
            dial_in=None if self.mode == "in_person" else DIAL_IN,
            interpreter=self.interpreter,
        )


def _sitting(key: str, days: int, clock: str, mode: str, fixed: int, **more: Any) -> Sitting:
    return Sitting(CASE[key], days, clock, mode, fixed, **more)


NOOR = _sitting("noor", 12, "9:00", "video", 1)
SITTINGS = (
    NOOR,
    _sitting("tekle", 8, "8:30", "in_person", 12),
    _sitting("desir", 24, "13:30", "video", 9),
    _sitting("barzani", 33, "9:00", "in_person", 6),
    _sitting("shevchenko", 6, "9:00", "video", 40, moved_to=27),
    _sitting("hosseini", 1, "13:00", "video", 35),
    _sitting("ozturk", -92, "9:00", "video", 130),
    _sitting("guzman", 17, "8:30", "video", 21),
    _sitting("jean-baptiste", 61, "9:00", "video", 5),
    _sitting("al-masri", 13, "13:00", "video", 25),
    _sitting("moreno", 9, "8:30", "in_person", 30, cancelled=True),
    _sitting("abdi", -20, "9:30", "video", 62),
    _sitting("abdi", 41, "9:30", "video", 15),
    _sitting("negash", -45, "9:30", "video", 80),
    _sitting("gebremedhin", 4, "10:00", "video", 28),
    _sitting("rahimi", 19, "14:00", "telephone", 8, kind="conference", minutes=60),
    _sitting("kovalenko", -14, "10:00", "video", 40),
    _sitting("osman", 47, "9:00", "video", 4),
    _sitting("ramirez", 2, "8:30", "telephone", 5, kind="detention_review", minutes=90),
    _sitting("petrenko", 7, "13:30", "in_person", 16, kind="admissibility_hearing"),
    _sitting("diallo", 11, "9:00", "video", 14, kind="admissibility_hearing"),
    _sitting("singh", 1, "9:00", "video", 3, kind="detention_review", minutes=60),
    _sitting("tadesse", 36, "13:30", "in_person", 50),
    _sitting("nguyen", 21, "9:30", "video", 55),
    _sitting("da-costa", 85, "9:00", "video", 20),
)


def plan_hearings(stage: Stage) -> None:
    """The registry fixes them all; one is moved ten days ago, one cancelled yesterday."""
    for sitting in SITTINGS:
        officer = sitting.case.officer
        by = Actor(officer.id, officer.name)
        stage.plan(sitting.fixed_at(stage.now), officer.id, partial(_fix, sitting, stage.now, by))
        if sitting.moved_to:
            moving = partial(_move, sitting, stage.now, by)
            stage.plan(moved_at(stage.now), officer.id, moving)
        if sitting.cancelled:
            stage.plan(cancelled_at(stage.now), officer.id, partial(_cancel, sitting, by))


def moved_at(now: datetime) -> datetime:
    """When the registry moved what is moved."""
    return now - timedelta(days=10)


def cancelled_at(now: datetime) -> datetime:
    """When it cancelled what is cancelled."""
    return now - timedelta(hours=26)


async def _fix(
    sitting: Sitting, today: datetime, by: Actor, session: AsyncSession, moment: datetime
) -> None:
    await schedule(
        session,
        sitting.arrangement(today),
        hearing_id=sitting.id,
        case_id=sitting.case.id,
        kind=sitting.kind,
        by=by,
        now=moment,
    )


async def _move(
    sitting: Sitting, today: datetime, by: Actor, session: AsyncSession, moment: datetime
) -> None:
    hearing = await session.get_one(Hearing, sitting.id)
    arrangement = sitting.arrangement(today, moved=True)
    await move(session, hearing, arrangement, by=by, now=moment)


async def _cancel(sitting: Sitting, by: Actor, session: AsyncSession, moment: datetime) -> None:
    hearing = await session.get_one(Hearing, sitting.id)
    why = "Counsel is ill; a new date follows."
    await cancel(session, hearing, why=why, by=by, now=moment)
