"""The view of who may do what agrees with the oracle, whatever happens and however time passes."""

import os
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.cast import RENEE
from tests.portal.delegations.ledger import CASES, PEOPLE, STEP, TEAMS, Ledger, steps
from tests.portal.delegations.oracle import COUNSEL, Loan, Span, Standing, World

ROLES = ("counsel", "ministers_counsel", "party")
# A planted mutant is to be noticed, by the same steps each time; nobody asks for the fewest.
HURRIED = os.environ.get("MUTANT") == "1"


class Court(RuleBasedStateMachine):
    """Standings and loans come, go and age; after every step both tell the same."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.turn = 0
        self.rows = Ledger(self.url)
        self.joinder = self.now

    @property
    def now(self) -> datetime:
        """The moment it is, for the oracle."""
        return self.rows.now

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.rows.db.rollback()
        self.rows.db.close()

    @rule(
        person=st.sampled_from(PEOPLE),
        case=st.sampled_from(CASES),
        role=st.sampled_from(ROLES),
        starts=steps(-6, 3),
        lasts=st.none() | steps(1, 12),
    )
    def stand(
        self, person: UUID, case: UUID, role: str, starts: timedelta, lasts: timedelta | None
    ) -> None:
        """The registry records somebody on a case."""
        ends = None if lasts is None else self.now + starts + lasts
        made = Standing(uuid4(), person, case, role, Span(self.now + starts, ends))
        if any((s.person, s.case, s.role) == (person, case, role) for s in self.world.standings):
            return
        self.world.standings.append(made)
        self.rows.write(
            "standing",
            id=made.id,
            person_id=person,
            case_id=case,
            role=role,
            starts_at=made.span.since,
            ends_at=ends,
            began_how="x",
            recorded_by=RENEE.id,
        )

    @rule(
        grantor=st.sampled_from(PEOPLE),
        team=st.none() | st.sampled_from(TEAMS),
        rights=st.sets(st.sampled_from(sorted(COUNSEL))),
        cases=st.none() | st.sets(st.sampled_from(CASES), min_size=1),
        starts=steps(-6, 3),
        lasts=steps(1, 30),
        takers=st.sets(st.sampled_from(PEOPLE), max_size=2),
    )
    def offer(
        self,
        grantor: UUID,
        team: UUID | None,
        rights: set[str],
        cases: set[UUID] | None,
        starts: timedelta,
        lasts: timedelta,
        takers: set[UUID],
    ) -> None:
        """Somebody offers something, whether or not there is anything to lend; some take it at once."""
        if cases is not None:
            rights = rights - {"delegate"}
        term = Span(self.now + starts, self.now + starts + lasts)
        loan = Loan(uuid4(), grantor, rights | {"see"}, cases, term, self.now - STEP * 6, team)
        self.lend(loan)
        for who in takers - {grantor}:
            self.take(loan, who, self.now)

    def lend(self, made: Loan) -> None:
        """Offered like this, in the database and in the oracle."""
        grantor, team, cases, term = made.grantor, made.team, made.cases, made.term
        self.world.loans.append(made)
        self.rows.write(
            "delegation",
            id=made.id,
            grantor_id=grantor,
            offered_by=grantor,
            reason="x",
            team_id=team,
            invited_email=None if team else "x@example.org",
            rights=sorted(made.rights),
            all_cases=cases is None,
            starts_at=term.since,
            ends_at=term.until,
            open_until=term.until,
            offered_at=made.offered,
            replaces_id=made.replaces and made.replaces.id,
        )
        for case in cases or ():
            self.rows.write("delegation_case", delegation_id=made.id, case_id=case)

    @precondition(lambda self: self.world.loans)
    @rule(data=st.data(), who=st.sampled_from(PEOPLE), ago=steps(-2, 6))
    def accept(self, data: st.DataObject, who: UUID, ago: timedelta) -> None:
        """Somebody accepts."""
        loan = data.draw(st.sampled_from(self.world.loans))
        if who != loan.grantor and who not in loan.accepted:
            self.take(loan, who, self.now - ago)

    def take(self, loan: Loan, who: UUID, when: datetime) -> None:
        """Accepted then, in the database and in the oracle."""
        loan.accepted[who] = Span(when)
        said = {"delegation_id": loan.id, "person_id": who}
        self.rows.write("answer", **said, accepted_at=when, undertaking="2026-11")

    @rule(
        people=st.permutations(PEOPLE),
        case=st.sampled_from(CASES),
        role=st.sampled_from(ROLES),
        named=st.booleans(),
        lasts=steps(1, 12),
    )
    def hire(
        self, people: list[UUID], case: UUID, role: str, named: bool, lasts: timedelta
    ) -> None:
        """Somebody is recorded on a case, lends that or all, and somebody takes it."""
        self.stand(people[0], case, role, timedelta(), None)
        lent, term = {case} if named else None, Span(self.now, self.now + lasts)
        loan = Loan(uuid4(), people[0], {"see", "read"}, lent, term, self.now)
        self.lend(loan)
        self.take(loan, people[-1], self.now)

    @rule(people=st.permutations(PEOPLE), cases=st.permutations(CASES), lasts=steps(1, 9))
    def meet(self, people: list[UUID], cases: list[UUID], lasts: timedelta) -> None:
        """Both sides of what is heard together lend to the same person, who must then have neither."""
        self.join(cases[0], cases[1])
        self.hire(people, cases[0], "counsel", named=True, lasts=lasts)
        self.hire(people[1:], cases[1], "ministers_counsel", named=True, lasts=lasts)

    @rule(case=st.sampled_from(CASES), lead=st.sampled_from(CASES))
    def join(self, case: UUID, lead: UUID) -> None:
        """One case is heard with another, or by itself again."""
        self.world.joined[case] = lead
        self.joinder = self.now
        to = None if case == lead else lead
        self.rows.db.execute('update "case" set joined_to = %s where id = %s', [to, case])

    @rule(team=st.sampled_from(TEAMS), who=st.sampled_from(PEOPLE), starts=steps(-3, 1))
    def enter(self, team: UUID, who: UUID, starts: timedelta) -> None:
        """Somebody comes to a team, or leaves it."""
        for there, person, span in self.world.members:
            if (there, person, span.until) == (team, who, None):
                self.rows.change("membership", "team_id = %s and person_id = %s", [team, who])
                span.until = self.now
                return
        span = Span(self.now + starts)
        self.world.members.append((team, who, span))
        said: dict[str, Any] = {
            "invited_email": "x",
            "invited_by": who,
            "open_until": self.rows.began,
        }
        self.rows.write(
            "membership", id=uuid4(), team_id=team, person_id=who, joined_at=span.since, **said
        )

    @precondition(lambda self: any(one.accepted for one in self.world.loans))
    @rule(data=st.data(), what=st.sampled_from(("end", "give back", "use")))
    def run(self, data: st.DataObject, what: str) -> None:
        """A loan is ended by its grantor, given back by one who has it, or used."""
        loan = data.draw(st.sampled_from([one for one in self.world.loans if one.accepted]))
        who = data.draw(st.sampled_from(sorted(loan.accepted)))
        theirs = "delegation_id = %s and person_id = %s"
        if what == "end" and loan.term.until and loan.term.until > self.now:
            loan.term.until = self.now
            self.rows.change("delegation", "id = %s", [loan.id])
        elif what == "give back":
            loan.accepted[who].until = loan.accepted[who].until or self.now
            self.rows.change("answer", theirs, [loan.id, who])
        elif what == "use":
            loan.used[who] = self.now
            self.rows.db.execute(
                f"update answer set last_used_at = now() where {theirs}", [loan.id, who]
            )

    @precondition(lambda self: self.world.loans)
    @rule(data=st.data(), rights=st.sets(st.sampled_from(sorted(COUNSEL))))
    def narrow(self, data: st.DataObject, rights: set[str]) -> None:
        """The grantor lends less from now on; nobody is asked again."""
        taken = [loan for loan in self.world.loans if loan.accepted]
        old = data.draw(st.sampled_from(taken or self.world.loans))
        ends = old.term.until or self.now
        if ends <= max(old.term.since, self.now):
            return
        less, term = old.rights & rights | {"see"}, Span(old.term.since, ends)
        new = Loan(uuid4(), old.grantor, less, old.cases, term, self.now, old.team, old)
        self.lend(new)
        self.rows.become(old.grantor)
        self.rows.db.execute("select portal_narrow(%s)", [new.id])
        self.rows.db.execute("reset role")
        old.narrow(new, self.now)

    @precondition(lambda self: self.world.standings)
    @rule(data=st.data(), what=st.sampled_from(("end", "suspend", "resume")))
    def unseat(self, data: st.DataObject, what: str) -> None:
        """The registry ends a standing, suspends it or lets it count again."""
        seat = data.draw(st.sampled_from(self.world.standings))
        open_ones = [one for one in seat.suspensions if one.until is None]
        if what == "end" and (seat.span.until is None or seat.span.until > self.now):
            seat.span.until = self.now
            self.rows.db.execute(
                "update standing set ended_how = 'x', ended_by = %s, ends_at = now() where id = %s",
                [RENEE.id, seat.id],
            )
        elif what == "suspend" and not open_ones:
            seat.suspensions.append(Span(self.now))
            said = {"standing_id": seat.id, "case_id": seat.case, "began_by": RENEE.id}
            self.rows.write("suspension", id=uuid4(), why="x", **said)
        elif what == "resume" and open_ones:
            open_ones[0].until = self.now
            self.rows.change("suspension", "standing_id = %s", [seat.id])

    @rule(gone=steps(1, 9))
    def wait(self, gone: timedelta) -> None:
        """Time passes: everything there is grows older."""
        self.rows.age(gone)

    @invariant()
    def both_say_the_same(self) -> None:
        """The view holds the oracle's rows, no more and no fewer."""
        assert self.rows.told() == self.world.authority(self.now)

    @invariant()
    def the_past_is_told_as_it_was(self) -> None:
        """Asked about an earlier moment, the view answers for then; only joinders keep no past."""
        self.turn += 1
        then = max(self.joinder, self.now - STEP * (self.turn % 9))
        self.rows.db.execute(
            "select set_config('portal.moment', %s, true)", [str(self.rows.aged(then))]
        )
        told = self.rows.told()
        self.rows.db.execute("select set_config('portal.moment', '', true)")
        said = self.world.authority(then)
        assert told == said, (then, told ^ said)

    @invariant()
    def everybody_sees_ones_own_cases_only(self) -> None:
        """Under row-level security each person finds just the cases and principals of the oracle."""
        person = PEOPLE[self.turn % len(PEOPLE)]
        self.rows.become(person)
        seen = {row[0] for row in self.rows.db.execute('select id from "case"').fetchall()}
        mine = {row[0] for row in self.rows.db.execute("select portal_principals()").fetchall()}
        self.rows.db.execute("reset role")

        told = self.world.authority(self.now)
        assert seen == {case for who, case, right, *_ in told if (who, right) == (person, "see")}
        assert mine == self.world.principals(person, self.now)


def test_the_view_agrees_with_the_oracle(database_url: str) -> None:
    """Threat 3: former counsel, ended delegate, anybody past a date has nothing, and nobody less."""
    machine = type("HereCourt", (Court,), {"url": database_url})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60,
            stateful_step_count=30,
            deadline=None,
            database=None,
            derandomize=HURRIED,
            phases=[Phase.generate] if HURRIED else tuple(Phase),
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
