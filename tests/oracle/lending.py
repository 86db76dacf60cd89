"""What people do: offer, accept, refuse, end, narrow; and come to a team or leave it."""

from datetime import timedelta

from hypothesis import strategies as st

from tests.oracle.life import ADDRESS, DONE, NEEDS, RIGHTS, WHO, Draw, Life, people
from tests.oracle.place import CASES, TEAMS
from tests.portal.delegations.oracle import Loan, Span


class Lenders(Life):
    """Everybody, lending to everybody."""

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
        key, typed = self.key(), self.form(rights, named, first, last)
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
        if self.place.post(who, f"/delegations/{loan.id}/ending", key=str(self.key())) == DONE:
            self.stop(loan, None if manages else who)

    def end_all(self, draw: Draw) -> None:
        """Everything of one person, or of everybody, is ended at once."""
        by, who = draw(people), draw(st.none() | people)
        grantor = draw(st.sampled_from(sorted(self.world.principals(by, self.now))))
        typed = {"person": str(who)} if who else {"everybody": "y"}
        typed |= {"principal": str(grantor), "key": str(self.key())}
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
        key, typed, began = self.key(), self.form(rights, old.cases, *days), self.now
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

    def come(self, draw: Draw) -> None:
        """Who leads a team asks somebody in."""
        key, team, who = self.key(), draw(st.sampled_from(TEAMS)), draw(people)
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
