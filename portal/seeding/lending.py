"""The loans of the demonstration: live, offered, ended, and one about to lapse for want of use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.delegations.answering import accept, note_use
from portal.delegations.ending import end
from portal.delegations.offering import offer
from portal.delegations.terms import Terms, completed
from portal.models import Right
from portal.people.demo import (
    AMIRA,
    CLAIRE,
    GENEVIEVE,
    JONAS,
    LOUIS,
    MEI,
    DemoPerson,
    demo_id,
)
from portal.seeding.cases import CASE
from portal.seeding.stage import Stage

UNDERTAKING = "2026-11"
FOREVER = 330  # days from today until the longest of them end


@dataclass(frozen=True)
class Loan:
    """Who lends what to whom, offered so many days ago; what follows, also in days ago."""

    grantor: DemoPerson
    delegate: DemoPerson | None
    rights: frozenset[Right]
    cases: Sequence[str]
    reason: str
    offered: int
    accepted: int | None = None
    used: int | None = None
    ended: int | None = None
    # Somebody without an account yet.
    email: str = ""

    @property
    def id(self) -> UUID:
        """Its id, the same in every demonstration."""
        return demo_id(f"loan {self.grantor.email} {self.address}")

    @property
    def address(self) -> str:
        """Where the offer goes."""
        return self.delegate.email if self.delegate else self.email


FULL = completed({Right.file, Right.receive})
READ = completed({Right.read})
LOANS = (
    Loan(CLAIRE, AMIRA, FULL, (), "Assistant in my office", 46, accepted=45),
    Loan(CLAIRE, JONAS, READ, ("noor", "barzani"), "Stagiaire, jusqu’à la fin du stage", 30, 29),
    Loan(LOUIS, MEI, FULL, ("al-masri", "moreno"), "Clinic that prepares the papers", 25, 24, 1),
    Loan(GENEVIEVE, MEI, READ, ("guzman",), "Soutien à la famille", 85, 84),
    Loan(CLAIRE, LOUIS, READ | {Right.request}, (), "Covers for me while I am away", 40, 39, 20, 12),
    Loan(GENEVIEVE, JONAS, READ, ("kovalenko",), "Recherche pour l’appel", 2),
    Loan(
        CLAIRE, None, frozenset({Right.see}), ("noor",), "New assistant", 1,
        email="new.assistant@example.org",
    ),
)  # fmt: skip


def plan_loans(stage: Stage) -> None:
    """Offered by the one, answered and used by the other, ended by either."""
    for loan in LOANS:
        grantor = Actor(loan.grantor.id, loan.grantor.name)
        plan = partial(_plan, stage)
        plan(loan.offered, loan.grantor, partial(_offer, loan, stage.now, grantor))
        if loan.delegate and loan.accepted is not None:
            delegate = Actor(loan.delegate.id, loan.delegate.name)
            plan(loan.accepted, loan.delegate, partial(_accept, loan, delegate))
        if loan.delegate and loan.used is not None:
            plan(
                loan.used,
                loan.delegate,
                partial(_use, loan, Actor(loan.delegate.id, loan.delegate.name)),
            )
        if loan.ended is not None:
            plan(loan.ended, loan.grantor, partial(_end, loan, grantor))


def _plan(stage: Stage, days_ago: int, person: DemoPerson, deed: "partial[object]") -> None:
    stage.plan(stage.now - timedelta(days=days_ago, minutes=7), person.id, deed)  # pyright: ignore[reportArgumentType]


async def _offer(
    loan: Loan, today: datetime, by: Actor, session: AsyncSession, moment: datetime
) -> None:
    zone = ZoneInfo(loan.grantor.zone)
    terms = Terms(
        email=loan.address,
        rights=loan.rights,
        cases=tuple(CASE[key].id for key in loan.cases) or None,
        first_day=moment.astimezone(zone).date(),
        last_day=today.astimezone(zone).date() + timedelta(days=FOREVER),
        zone=loan.grantor.zone,
        reason=loan.reason,
    )
    await offer(
        session,
        terms,
        delegation_id=loan.id,
        by=by,
        own_address=loan.grantor.email,
        now=moment,
    )


async def _accept(loan: Loan, by: Actor, session: AsyncSession, moment: datetime) -> None:
    await accept(session, loan.id, by=by, undertaking=UNDERTAKING, now=moment)


async def _use(loan: Loan, by: Actor, session: AsyncSession, moment: datetime) -> None:
    if by.id:
        await note_use(session, loan.id, by=by.id, now=moment)


async def _end(loan: Loan, by: Actor, session: AsyncSession, moment: datetime) -> None:
    await end(
        session,
        [loan.id],
        ending_id=demo_id(f"ending {loan.id}"),
        grantor=loan.grantor.id,
        by=by,
        now=moment,
    )
