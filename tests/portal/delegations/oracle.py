"""Authority in plain Python: the rules of lending written a second time, without SQL."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

CLAIM = {"see", "read", "prepare", "file", "receive", "request"}
COUNSEL = CLAIM | {"delegate"}
OWN = {
    "party": CLAIM,
    "designated_representative": CLAIM,
    "counsel": COUNSEL,
    "ministers_counsel": COUNSEL,
}
IDLE = timedelta(days=90)

# (person, case, right, principal, delegation): who may do what, where, through whom, by which loan.
Row = tuple[UUID, UUID, str, UUID, UUID | None]


@dataclass
class Span:
    """From a moment on, until another or for good."""

    since: datetime
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it has begun and not ended."""
        return self.since <= now and (self.until is None or now < self.until)


@dataclass
class Standing:
    """A person's own place in a case."""

    id: UUID
    person: UUID
    case: UUID
    role: str
    span: Span
    suspensions: list[Span] = field(default_factory=list[Span])

    def live(self, now: datetime) -> bool:
        """Whether it counts."""
        return self.span.holds(now) and not any(one.holds(now) for one in self.suspensions)


@dataclass
class Loan:
    """What is lent to each person who accepts; `cases` None means all of the grantor's."""

    id: UUID
    grantor: UUID
    rights: set[str]
    cases: set[UUID] | None
    term: Span
    offered: datetime
    team: UUID | None = None
    replaces: "Loan | None" = None
    accepted: dict[UUID, Span] = field(default_factory=dict[UUID, Span])
    used: dict[UUID, datetime] = field(default_factory=dict[UUID, datetime])

    def live(self, who: UUID, now: datetime) -> bool:
        """Whether it counts for this person, and was wanted in the last ninety days."""
        taken = self.accepted[who]
        signs = (taken.since, self.term.since, self.used.get(who, taken.since))
        begun = self.offered <= now and taken.holds(now) and self.term.holds(now)
        return begun and max(signs) > now - IDLE

    def covers(self, standing: Standing) -> bool:
        """Whether rights are lent out of this standing; only counsel's can be."""
        lent = standing.person == self.grantor and (
            self.cases is None or standing.case in self.cases
        )
        return lent and "delegate" in OWN[standing.role]

    def accept(self, who: UUID, now: datetime) -> None:
        """Taken from now on; what it replaces ends with that."""
        self.accepted[who] = Span(now)
        if self.replaces and who in self.replaces.accepted:
            old = self.replaces.accepted[who]
            old.until = old.until or now

    def narrow(self, into: "Loan", now: datetime) -> None:
        """Less takes the place of this at once: who had accepted has what is left."""
        into.accepted = {who: replace(one) for who, one in self.accepted.items() if not one.until}
        into.used = {who: when for who, when in self.used.items() if who in into.accepted}
        self.term.until = now


@dataclass
class World:
    """Every standing and loan, who is in which team, which cases are heard together."""

    standings: list[Standing] = field(default_factory=list[Standing])
    loans: list[Loan] = field(default_factory=list[Loan])
    members: list[tuple[UUID, UUID, Span]] = field(default_factory=list[tuple[UUID, UUID, Span]])
    joined: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])

    def authority(self, now: datetime) -> set[Row]:
        """One's own rights, and what is lent out of them to whoever is on one side only."""
        own = [s for s in self.standings if s.live(now)]
        lent = [(who, loan, s) for who, loan in self.lent(now) for s in own if loan.covers(s)]
        found = set[Row](
            (s.person, s.case, right, s.person, None) for s in own for right in OWN[s.role]
        )
        for who, loan, s in lent:
            mine = [o for o in own if o.person == who] + [o for p, _, o in lent if p == who]
            if not any(self.opposed(s, o) for o in mine):
                rights = loan.rights & OWN[s.role]
                found |= {(who, s.case, right, loan.grantor, loan.id) for right in rights}
        return found

    def lent(self, now: datetime) -> Iterator[tuple[UUID, Loan]]:
        """Who has which loan now: accepted, in its time, and still in the team it was lent to."""
        for loan in self.loans:
            team = {p for t, p, span in self.members if t == loan.team and span.holds(now)}
            for who in loan.accepted:
                if loan.live(who, now) and (loan.team is None or who in team):
                    yield who, loan

    def lead(self, case: UUID) -> UUID:
        """The first of the cases that this one is heard with."""
        return self.joined.get(case, case)

    def opposed(self, one: Standing, other: Standing) -> bool:
        """Whether these are opposite sides of one case, or of cases that are heard together."""
        ministers = [each.role == "ministers_counsel" for each in (one, other)]
        return self.lead(one.case) == self.lead(other.case) and ministers[0] != ministers[1]

    def conflicts(self, who: UUID, loan: Loan, now: datetime) -> bool:
        """Whether accepting is refused: it meets one's own place, or a loan, on the other side."""
        own = [s for s in self.standings if s.live(now)]
        taken = [
            each for each in self.loans if who in each.accepted and not each.accepted[who].until
        ]
        there = [each for each in taken if each.term.until is None or each.term.until > now]
        mine = [s for s in own if s.person == who or any(each.covers(s) for each in there)]
        return any(self.opposed(s, o) for s in own if loan.covers(s) for o in mine)

    def principals(self, who: UUID, now: datetime) -> set[UUID]:
        """In whose name somebody offers and ends: one's own, and of who lent the right to."""
        return {who} | {x.grantor for p, x in self.lent(now) if p == who and "delegate" in x.rights}
