"""What every act needs: the oracle's world beside the portal's, its clock, and filled forms."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.cast import known
from tests.oracle.place import CASES, PEOPLE, Place
from tests.portal.delegations.oracle import COUNSEL, Loan, Span, World

WHO = [one.id for one in PEOPLE]
ADDRESS = {one.id: one.email for one in PEOPLE}
RIGHTS = sorted(COUNSEL - {"see"})
NEEDS = {"file": "prepare", "receive": "read"}
HOME = ZoneInfo("America/Toronto")
MIDNIGHT = time()
DONE = 303
Draw = Callable[[st.SearchStrategy[Any]], Any]

people = st.sampled_from(WHO)
cases = st.sampled_from(CASES)


class Life:
    """One run of everybody's acts, in the portal and in the oracle."""

    place: Place
    world: World
    gone: timedelta
    # The places in teams, by id; and to whom each loan was offered.
    places: dict[UUID, tuple[UUID, UUID, Span]]
    asked_of: dict[UUID, list[UUID]]
    keys: int

    def key(self) -> UUID:
        """An id for what a form makes: the same in every life, so that a life can be lived again."""
        self.keys += 1
        return known(f"thing {self.keys}")

    @property
    def now(self) -> datetime:
        """The oracle's clock: ours, and the days that were skipped."""
        return datetime.now(UTC) + self.gone

    def today(self) -> date:
        """The day it is, as everybody's wall has it."""
        return datetime.now(HOME).date()

    def day(self, moment: datetime) -> date:
        """The day on which a moment of the oracle's clock lies in the database."""
        return (moment - self.gone).astimezone(HOME).date()

    def moment(self, day: date, at: time = MIDNIGHT) -> datetime:
        """A day of the database as a moment of the oracle's clock."""
        # Added to a local time, days that cross a change of the clocks would be an hour off.
        return datetime.combine(day, at, HOME).astimezone(UTC) + self.gone

    def form(
        self,
        rights: set[str],
        named: set[UUID] | None,
        first: date,
        last: date,
    ) -> dict[str, Any]:
        """The form for lending, filled; `rights` gains what they need."""
        typed = {"rights": sorted(rights), "scope": "all" if named is None else "listed"}
        rights |= {"see"} | {NEEDS[right] for right in rights if right in NEEDS}
        typed |= {"cases": [str(case) for case in sorted(named or ())]}
        typed |= {"reason": "x", "step": "offer", "whom": "person"}
        return typed | boxes("starts", first) | boxes("ends", last)

    def term(self, typed: dict[str, Any]) -> Span:
        """From the first moment of the first day to the last second of the last."""
        first, last = (day_of(typed, name) for name in ("starts", "ends"))
        return Span(self.moment(first), self.moment(last, time(23, 59, 59)))

    def stop(self, loan: Loan, leaver: UUID | None) -> None:
        """It ends now, for this person or for everybody."""
        span = loan.term if leaver is None else loan.accepted.get(leaver)
        if span and (span.until is None or span.until > self.now):
            span.until = self.now

    def ended(self, loan: Loan) -> bool:
        """Whether the database has it as ended."""
        row = self.place.db.execute(
            "select 1 from delegation where id = %s and ended_at is not null", [loan.id]
        ).fetchone()
        return row is not None

    def note_use(self, who: UUID, since: datetime) -> None:
        """Which loans were used just now: which one it goes through is the portal's choice."""
        rows = self.place.db.execute(
            "select delegation_id from answer where person_id = %s and last_used_at >= %s",
            [who, since - self.gone],
        ).fetchall()
        for loan in self.world.loans:
            if (loan.id,) in rows:
                loan.used[who] = self.now


def boxes(name: str, day: date) -> dict[str, str]:
    """A day as a form sends it."""
    return {
        f"{name}-day": str(day.day),
        f"{name}-month": str(day.month),
        f"{name}-year": str(day.year),
    }


def day_of(typed: dict[str, Any], name: str) -> date:
    """And back."""
    year, month, day = (int(typed[f"{name}-{part}"]) for part in ("year", "month", "day"))
    return datetime(year, month, day, tzinfo=HOME).date()
