"""What people and the registry do to each other, through the portal's own forms, step by step."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.cast import RENEE
from tests.oracle.asking import Asking
from tests.oracle.place import CASES, CLAIMS, NUMBERS, PEOPLE, TEAMS, Place
from tests.portal.delegations.oracle import COUNSEL, Loan, Span, Standing, World

WHO = [one.id for one in PEOPLE]
ADDRESS = {one.id: one.email for one in PEOPLE}
ROLES = ("counsel", "counsel", "ministers_counsel", "party")
RIGHTS = sorted(COUNSEL - {"see"})
HOME = ZoneInfo("America/Toronto")
NEEDS = {"file": "prepare", "receive": "read"}
DONE = 303

# The commonest first; each has the same chance as often as it stands here.
ACTS = (
    *(
        "offer",
        "offer",
        "offer",
        "answer",
        "answer",
        "answer",
        "answer",
        "answer",
        "record",
        "wait",
    ),
    *("record", "unseat", "unseat", "end", "end", "narrow", "narrow", "come", "come", "go"),
    *("join", "separate", "end_all"),
)
Draw = Callable[[st.SearchStrategy[Any]], Any]

people = st.sampled_from(WHO)
cases = st.sampled_from(CASES)


class Court(RuleBasedStateMachine):
    """Everybody acts at random; after every step the portal and the oracle say the same."""

    place: Place
    asking: Asking

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.gone = timedelta()
        self.place.clear()
        # Who leads both teams.
        self.world.members = [(team, WHO[0], Span(self.now)) for team in TEAMS]
        # The places in teams, by id.
        self.places: dict[UUID, tuple[UUID, UUID, Span]] = {}
        # To whom each loan was offered.
        self.asked_of: dict[UUID, list[UUID]] = {}

    @property
    def now(self) -> datetime:
        """The oracle's clock: ours, and the days that were skipped."""
        return datetime.now(UTC) + self.gone

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Somebody is on each case already, and something is offered."""
        for case in CASES:
            self._record(data.draw(people), case, "counsel", None)
        for _ in range(3):
            self.offer(data.draw)

    @rule(data=st.data(), act=st.sampled_from(ACTS))
    def act(self, data: st.DataObject, act: str) -> None:
        """One act; one rule, so that their frequency is ours to choose."""
        lent = {"answer", "end", "narrow"}
        getattr(self, "offer" if act in lent and not self.world.loans else act)(data.draw)

    # The registry

    def record(self, draw: Draw) -> None:
        """The registry records somebody on a case, sometimes until a day."""
        ends = draw(st.none() | st.integers(1, 200))
        self._record(draw(people), draw(cases), draw(st.sampled_from(ROLES)), ends)

    def _record(self, who: UUID, case: UUID, role: str, ends: int | None) -> None:
        key, day = uuid4(), ends and self.today() + timedelta(days=ends)
        typed = {"id": str(key), "email": ADDRESS[who], "role": role, "language": "en"}
        typed |= {"how": "x", "step": "record", "party": str(CLAIMS[case])}
        until = datetime.combine(day, time(), HOME) + self.gone if day else None
        typed |= boxes("ends", day) if day else {}
        if self.place.post(RENEE.id, f"/cases/{case}/people/new", **typed) == DONE:
            self.world.standings.append(Standing(key, who, case, role, Span(self.now, until)))

    def unseat(self, draw: Draw) -> None:
        """The registry ends a place, suspends counsel, or lifts that."""
        seat = draw(st.sampled_from(self.world.standings))
        lasting = [one for one in seat.suspensions if one.until is None]
        if lasting:
            path = f"/suspensions/{self.suspension(seat)}/ending"
            if self.place.post(RENEE.id, path) == DONE:
                lasting[0].until = self.now
        elif draw(st.booleans()):
            typed = {"id": str(uuid4()), "why": "x"}
            self.place.post(RENEE.id, f"/standings/{seat.id}/suspension", **typed)
            if self.suspension(seat):
                seat.suspensions.append(Span(self.now))
        else:
            done = self.place.post(RENEE.id, f"/standings/{seat.id}/ending", words="x")
            if done == DONE and (seat.span.until is None or seat.span.until > self.now):
                seat.span.until = self.now

    def suspension(self, seat: Standing) -> UUID | None:
        """The one that lasts."""
        row = self.place.db.execute(
            "select id from suspension where standing_id = %s and ended_at is null", [seat.id]
        ).fetchone()
        return row[0] if row else None

    def join(self, draw: Draw) -> None:
        """Two cases are heard together from now on, with all that were joined to either."""
        one, other = draw(st.permutations(CASES))[:2]
        typed = {"number": NUMBERS[other], "step": "join"}
        if self.place.post(RENEE.id, f"/cases/{one}/joinder", **typed) == DONE:
            leads = sorted(self.world.lead(each) for each in (one, other))
            together = [each for each in CASES if self.world.lead(each) in leads]
            self.world.joined |= dict.fromkeys(together, leads[0])

    def separate(self, draw: Draw) -> None:
        """A case is heard alone again, the others without it."""
        case = draw(cases)
        if self.place.post(RENEE.id, f"/cases/{case}/separation") == DONE:
            lead = self.world.lead(case)
            others = [c for c in CASES if c != case and self.world.lead(c) == lead]
            self.world.joined[case] = case
            self.world.joined |= dict.fromkeys(others, others[0] if others else case)

    # Those who lend

    def offer(self, draw: Draw) -> None:
        """Somebody offers something, in his or her own name or in a principal's."""
        now = self.now
        able = sorted({row[0] for row in self.world.authority(now) if row[2] == "delegate"})
        by = draw(st.sampled_from(able) | people if able else people)
        grantor = draw(st.sampled_from(sorted(self.world.principals(by, now))))
        own = sorted({s.case for s in self.world.standings if s.person == grantor and s.live(now)})
        named = draw(st.none() | st.sets(st.sampled_from(own or CASES), min_size=1, max_size=2))
        others = [who for who in WHO if who not in {by, grantor}]
        rights, to = (
            draw(st.sets(st.sampled_from(RIGHTS))),
            draw(st.sampled_from([*others, *TEAMS])),
        )
        rights -= set() if named is None else {"delegate"}
        first = self.today() + timedelta(days=draw(st.sampled_from((0, 0, 0, 20))))
        last = first + timedelta(days=draw(st.integers(1, 300)))
        key, typed = uuid4(), self.form(rights, named, first, last)
        whom = {"whom": "code", "code": f"T-000{TEAMS.index(to)}-0000"} if to in TEAMS else {}
        whom = whom or {"whom": "person", "email": ADDRESS[to]}
        typed |= whom | {"key": str(key), "principal": str(grantor)}
        if self.place.post(by, "/delegations/new", **typed) == DONE:
            team = to if to in TEAMS else None
            loan = Loan(key, grantor, rights, named, self.term(typed), now, team)
            self.world.loans.append(loan)
            self.asked_of[key] = [to]
            self.note_use(by, now)

    def answer(self, draw: Draw) -> None:
        """Somebody accepts or refuses an offer; who would be on both sides cannot accept."""
        waiting = [one for one in self.world.loans if one.term.holds(self.now)]
        loan = draw(st.sampled_from(waiting or self.world.loans))
        team = [who for t, who, span in self.world.members if t == loan.team and not span.until]
        likely = team or [who for who in self.asked_of[loan.id] if who in WHO]
        who = draw(st.sampled_from([*likely * 3, *WHO] if likely else WHO))
        if draw(st.integers(0, 9)) == 0:
            self.place.post(who, f"/delegations/{loan.id}/refusal")
            return
        taken = loan.accepted.get(who)
        mixed = self.world.conflicts(who, loan, self.now)
        done = self.place.post(who, f"/delegations/{loan.id}/acceptance", undertaken="y")
        if taken is None and done == DONE:
            assert not mixed, "on both sides, and accepted"
            loan.accept(who, self.now)

    def end(self, draw: Draw) -> None:
        """A loan is ended by who lent it or manages that, or given back."""
        loan = draw(st.sampled_from(self.world.loans))
        who = draw(st.sampled_from([loan.grantor, *sorted(loan.accepted)]) | people)
        manages = loan.grantor in self.world.principals(who, self.now)
        if self.place.post(who, f"/delegations/{loan.id}/ending", key=str(uuid4())) == DONE:
            self.stop(loan, None if manages else who)

    def end_all(self, draw: Draw) -> None:
        """Everything of one person, or of everybody, is ended at once."""
        by, who = draw(people), draw(st.none() | people)
        grantor = draw(st.sampled_from(sorted(self.world.principals(by, self.now))))
        typed = {"person": str(who)} if who else {"everybody": "y"}
        typed |= {"principal": str(grantor), "key": str(uuid4())}
        if self.place.post(by, "/delegations/ending", **typed) != DONE:
            return
        for loan in self.world.loans:
            if loan.grantor == grantor and (who is None or who in loan.accepted):
                self.stop(loan, who if loan.team else None)
            elif loan.grantor == grantor and self.ended(loan):
                # Still offered, to an address of theirs.
                self.stop(loan, None)

    def narrow(self, draw: Draw) -> None:
        """Who lent something lends less; it counts at once, for all who had accepted."""
        live = [one for one in self.world.loans if one.accepted and one.term.holds(self.now)]
        if not live:
            return
        old, fewer = draw(st.sampled_from(live)), draw(st.sets(st.sampled_from(RIGHTS)))
        rights = {right for right in old.rights & fewer if NEEDS.get(right, right) in fewer}
        days = [self.day(moment) for moment in (old.term.since, old.term.until) if moment]
        key, typed, began = uuid4(), self.form(rights, old.cases, *days), self.now
        path = f"/delegations/{old.id}/change"
        if self.place.post(old.grantor, path, **typed, key=str(key)) != DONE:
            return
        row = self.place.db.execute(
            "select n.starts_at, n.ends_at, n.replaces_id, o.ended_at is not null from delegation n,"
            " delegation o where n.id = %s and o.id = %s",
            [key, old.id],
        ).fetchone()
        if row is None:
            return
        term = Span(row[0] + self.gone, row[1] + self.gone)
        replaced = next((one for one in self.world.loans if one.id == row[2]), None)
        new = Loan(key, old.grantor, rights, old.cases, term, began, old.team, replaced)
        self.world.loans.append(new)
        self.asked_of[key] = self.asked_of[old.id]
        if row[3]:
            old.narrow(new, self.now)

    # Teams, and time

    def come(self, draw: Draw) -> None:
        """Who leads a team asks somebody in."""
        key, team, who = uuid4(), draw(st.sampled_from(TEAMS)), draw(people)
        typed = {"email": ADDRESS[who], "key": str(key)}
        if any((t, p, s.until) == (team, who, None) for t, p, s in self.world.members):
            return
        if self.place.post(WHO[0], f"/teams/{team}/invitations", **typed) != DONE:
            return
        if self.place.post(who, f"/teams/invitations/{key}/acceptance") == DONE:
            self.places[key] = (team, who, Span(self.now))
            self.world.members.append(self.places[key])

    def go(self, draw: Draw) -> None:
        """Somebody leaves a team, or is sent away; with that goes what was lent through it."""
        there = sorted(key for key, place in self.places.items() if not place[2].until)
        if not there:
            return
        key = draw(st.sampled_from(there))
        team, who, span = self.places[key]
        by = draw(st.sampled_from((WHO[0], who)))
        if self.place.post(by, f"/memberships/{key}/ending") == DONE:
            span.until = self.now
            for loan in self.world.loans:
                if loan.team == team and loan.term.until and loan.term.until > self.now:
                    self.stop(loan, who)

    def wait(self, draw: Draw) -> None:
        """Time passes."""
        days = draw(st.sampled_from((1, 1, 5, 8, 30, 60, 91)))
        self.place.pass_days(days)
        self.gone += timedelta(days=days)

    # After every step

    @invariant()
    def both_say_the_same(self) -> None:
        """The view, for everybody at once; and what the portal then does, for somebody on some case."""
        told = self.world.authority(self.now)
        self.asking.compare(told)
        began = self.now
        if reader := self.asking.probe(told):
            self.note_use(reader, began)

    # What the steps need

    def today(self) -> Any:  # noqa: ANN401 - a date, as HOME has it
        """The day it is, as everybody's wall has it."""
        return datetime.now(HOME).date()

    def day(self, moment: datetime) -> Any:  # noqa: ANN401 - a date
        """The day on which a moment of the oracle's clock lies in the database."""
        return (moment - self.gone).astimezone(HOME).date()

    def form(
        self,
        rights: set[str],
        named: set[UUID] | None,
        first: Any,  # noqa: ANN401
        last: Any,  # noqa: ANN401
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
        ends = datetime.combine(last, time(23, 59, 59), HOME)
        return Span(datetime.combine(first, time(), HOME) + self.gone, ends + self.gone)

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


def boxes(name: str, day: Any) -> dict[str, str]:  # noqa: ANN401 - a date
    """A day as a form sends it."""
    return {
        f"{name}-day": str(day.day),
        f"{name}-month": str(day.month),
        f"{name}-year": str(day.year),
    }


def day_of(typed: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - a date
    """And back."""
    year, month, day = (int(typed[f"{name}-{part}"]) for part in ("year", "month", "day"))
    return datetime(year, month, day, tzinfo=HOME).date()
