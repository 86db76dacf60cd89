"""Authority in plain Python: what the SQL view must say, written a second time without SQL."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

OWN = {
    "counsel": {"see", "read", "prepare", "file", "receive", "request", "delegate"},
    "ministers_counsel": {"see", "read", "prepare", "file", "receive", "request", "delegate"},
    "party": {"see", "read", "prepare", "file", "receive", "request"},
    "designated_representative": {"see", "read", "prepare", "file", "receive", "request"},
}
# The oracle's clock counts in steps of ten days, so that moments often fall on each other.
STEP = timedelta(days=10)
IDLE = 9

# (person, case, right, principal, delegation): who may do what, where, through whom, by which loan.
Row = tuple[UUID, UUID, str, UUID, UUID | None]


@dataclass
class Standing:
    """A person's own place in a case; times are steps of the oracle's clock."""

    id: UUID
    person: UUID
    case: UUID
    role: str
    starts: int
    ends: int | None = None
    suspended: bool = False
    ended: bool = False

    def live(self, now: int) -> bool:
        """Whether it counts."""
        open_end = self.ends is None or self.ends > now
        return self.starts <= now and open_end and not self.suspended and not self.ended


@dataclass
class Delegation:
    """A loan; `cases` None means all of the grantor's."""

    id: UUID
    grantor: UUID
    delegate: UUID
    rights: set[str]
    cases: set[UUID] | None
    starts: int
    ends: int
    accepted: int | None
    ended: bool = False
    used: int | None = None

    def live(self, now: int) -> bool:
        """Whether it counts."""
        if self.accepted is None or self.ended:
            return False
        last_sign = max(self.accepted, self.starts, self.used or self.accepted)
        return self.starts <= now < self.ends and last_sign > now - IDLE


@dataclass
class World:
    """Every standing and every loan."""

    standings: list[Standing] = field(default_factory=list[Standing])
    delegations: list[Delegation] = field(default_factory=list[Delegation])

    def authority(self, now: int) -> set[Row]:
        """One's own rights, and what is lent out of them."""
        own = [s for s in self.standings if s.live(now)]
        found: set[Row] = {(s.person, s.case, r, s.person, None) for s in own for r in OWN[s.role]}
        for loan, source in self._lent(now):
            if self._against(loan.delegate, source, now):
                continue
            rights = loan.rights & OWN[source.role]
            found |= {(loan.delegate, source.case, r, loan.grantor, loan.id) for r in rights}
        return found

    def _lent(self, now: int) -> list[tuple[Delegation, Standing]]:
        return [
            (loan, s)
            for loan in self.delegations
            for s in self.standings
            if loan.live(now) and s.live(now) and s.person == loan.grantor
            if "delegate" in OWN[s.role] and (loan.cases is None or s.case in loan.cases)
        ]

    def _against(self, person: UUID, source: Standing, now: int) -> bool:
        """Whether this person also stands, or is lent something, on the other side of the case."""
        minister = source.role == "ministers_counsel"
        own = [s for s in self.standings if s.live(now) and s.person == person]
        lent = [s for loan, s in self._lent(now) if loan.delegate == person]
        return any(
            s.case == source.case and (s.role == "ministers_counsel") != minister
            for s in own + lent
        )
