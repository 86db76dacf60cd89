"""The view of who may do what agrees with the oracle, whatever happens and however time passes."""

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from psycopg.rows import TupleRow

from storage.database import without_driver
from tests.cast import RENEE, known
from tests.portal.delegations.oracle import OWN, STEP, Delegation, Standing, World

PEOPLE = [known(f"oracle person {number}") for number in range(4)]
CASES = [known(f"oracle case {number}") for number in range(2)]
LENDABLE = sorted(OWN["counsel"])
STEPS = st.integers(-6, 3)


class Court(RuleBasedStateMachine):
    """Standings and loans come, go and age; after every step both tell the same."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.now = 0
        self.db: psycopg.Connection[TupleRow] = psycopg.connect(without_driver(self.url))
        # One transaction, so that now() stands still; rows are aged instead, past the triggers.
        self.db.execute("set local session_replication_role = replica")
        for person in PEOPLE:
            self.db.execute(
                "insert into person (id, name, calling) values (%s, 'P', 'counsel')", [person]
            )
        for case in CASES:
            self.db.execute(
                'insert into "case" (id, division, office, title, language, opened_by)'
                " values (%s, 'rpd', 'toronto', 'C', 'en', %s)",
                [case, RENEE.id],
            )

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.db.rollback()
        self.db.close()

    @rule(
        person=st.sampled_from(PEOPLE),
        case=st.sampled_from(CASES),
        role=st.sampled_from(("counsel", "ministers_counsel", "party")),
        starts=STEPS,
        lasts=st.none() | st.integers(1, 12),
    )
    def stand(self, person: UUID, case: UUID, role: str, starts: int, lasts: int | None) -> None:
        """The registry records somebody on a case."""
        taken = {(s.person, s.case, s.role) for s in self.world.standings if not s.ended}
        if (person, case, role) in taken:
            return
        ends = None if lasts is None else self.now + starts + lasts
        made = Standing(uuid4(), person, case, role, self.now + starts, ends)
        self.world.standings.append(made)
        self.db.execute(
            "insert into standing (id, person_id, case_id, role, starts_at, ends_at, began_how,"
            " recorded_by) values (%s, %s, %s, %s, now() + %s, now() + %s, 'x', %s)",
            [made.id, person, case, role, self.off(made.starts), self.off(ends), RENEE.id],
        )

    @rule(
        pair=st.permutations(PEOPLE).map(lambda people: people[:2]),
        rights=st.sets(st.sampled_from(LENDABLE)),
        cases=st.none() | st.sets(st.sampled_from(CASES), min_size=1),
        starts=STEPS,
        lasts=st.integers(1, 30),
        accepted=STEPS | st.none(),
    )
    def lend(
        self,
        pair: list[UUID],
        rights: set[str],
        cases: set[UUID] | None,
        starts: int,
        lasts: int,
        accepted: int | None,
    ) -> None:
        """Somebody lends somebody something, whether or not there is anything to lend."""
        when = None if accepted is None else self.now + accepted
        begins = self.now + starts
        made = Delegation(
            uuid4(), pair[0], pair[1], rights | {"see"}, cases, begins, begins + lasts, when
        )
        self.world.delegations.append(made)
        self.db.execute(
            "insert into delegation (id, grantor_id, delegate_id, rights, all_cases, starts_at,"
            " ends_at, reason, offered_by, accepted_at) values"
            " (%s, %s, %s, %s, %s, now() + %s, now() + %s, 'x', %s, now() + %s)",
            [
                *(made.id, made.grantor, made.delegate, sorted(made.rights), cases is None),
                *(self.off(begins), self.off(made.ends), made.grantor, self.off(when)),
            ],
        )
        for case in cases or ():
            self.db.execute("insert into delegation_case values (%s, %s)", [made.id, case])

    @rule(people=st.permutations(PEOPLE), case=st.sampled_from(CASES), lasts=st.integers(1, 9))
    def meet(self, people: list[UUID], case: UUID, lasts: int) -> None:
        """Both sides of a case lend to the same person, who must then have neither."""
        for lender, role in zip(people[:2], ("counsel", "ministers_counsel"), strict=True):
            self.stand(lender, case, role, 0, None)
            self.lend([lender, people[2]], {"read"}, {case}, 0, lasts, 0)

    @precondition(lambda self: self.world.delegations)
    @rule(data=st.data(), what=st.sampled_from(("end", "use")))
    def answer(self, data: st.DataObject, what: str) -> None:
        """A loan is ended by either side, or used."""
        loan = data.draw(st.sampled_from(self.world.delegations))
        if what == "end":
            loan.ended = True
            self.db.execute(
                "update delegation set ended_at = now(), ended_by = grantor_id where id = %s",
                [loan.id],
            )
        else:
            loan.used = self.now
            self.db.execute("update delegation set last_used_at = now() where id = %s", [loan.id])

    @precondition(lambda self: self.world.standings)
    @rule(data=st.data(), what=st.sampled_from(("end", "suspend", "resume")))
    def unseat(self, data: st.DataObject, what: str) -> None:
        """The registry ends a standing, suspends it or lets it count again."""
        seat = data.draw(st.sampled_from(self.world.standings))
        if what == "end":
            seat.ended = True
            changed = f"ended_how = 'x', ended_by = '{RENEE.id}'"
        else:
            seat.suspended = what == "suspend"
            changed = f"suspended_at = {'now()' if seat.suspended else 'null'}"
        self.db.execute(f"update standing set {changed} where id = %s", [seat.id])  # pyright: ignore[reportArgumentType]

    @rule(steps=st.integers(1, 9))
    def wait(self, steps: int) -> None:
        """Time passes: everything there is grows older."""
        self.now += steps
        ago = STEP * steps
        self.db.execute(
            "update standing set starts_at = starts_at - %s, ends_at = ends_at - %s", [ago, ago]
        )
        self.db.execute(
            "update delegation set starts_at = starts_at - %s, ends_at = ends_at - %s,"
            " accepted_at = accepted_at - %s, last_used_at = last_used_at - %s",
            [ago] * 4,
        )

    @invariant()
    def both_say_the_same(self) -> None:
        """The view holds the oracle's rows, no more and no fewer."""
        rows = self.db.execute(
            'select person_id, case_id, "right", principal_id, delegation_id from authority'
            " where case_id = any (%s)",
            [CASES],
        ).fetchall()
        assert set(rows) == self.world.authority(self.now) | officers(rows)

    @invariant()
    def everybody_sees_ones_own_cases_only(self) -> None:
        """Under row-level security each person finds just the cases of the oracle."""
        told = self.world.authority(self.now)
        for person in PEOPLE:
            self.db.execute(
                "select set_config('role', 'portal_app', true),"
                " set_config('portal.person', %s, true)",
                [str(person)],
            )
            seen = {row[0] for row in self.db.execute('select id from "case"').fetchall()}
            self.db.execute("reset role")
            assert seen == {
                case for who, case, right, *_ in told if (who, right) == (person, "see")
            }

    def off(self, moment: int | None) -> timedelta | None:
        """How far a moment of the oracle's clock is from the database's now."""
        return None if moment is None else STEP * (moment - self.now)


def officers(rows: list[TupleRow]) -> set[TupleRow]:
    """What the registry's postings add; they are not the oracle's matter."""
    return {row for row in rows if row[0] == RENEE.id}


def test_the_view_agrees_with_the_oracle(database_url: str) -> None:
    """Threat 3: former counsel, ended delegate, anybody past a date has nothing, and nobody less."""
    machine = type("HereCourt", (Court,), {"url": database_url})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
