"""What the registry does: places recorded, ended, suspended; cases joined and separated."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from tests.cast import RENEE
from tests.oracle.life import ADDRESS, DONE, Draw, Life, boxes, cases, people
from tests.oracle.place import CASES, CLAIMS, NUMBERS
from tests.portal.delegations.oracle import Span, Standing

ROLES = ("counsel", "counsel", "ministers_counsel", "party")


class Registry(Life):
    """An officer who records whatever comes."""

    def record(self, draw: Draw) -> None:
        """The registry records somebody on a case, sometimes until a day."""
        ends = draw(st.none() | st.integers(1, 200))
        self.record_place(draw(people), draw(cases), draw(st.sampled_from(ROLES)), ends)

    def record_place(self, who: UUID, case: UUID, role: str, ends: int | None) -> None:
        """This person, on this case, until so many days from now."""
        key, day = self.key(), ends and self.today() + timedelta(days=ends)
        typed = {"id": str(key), "email": ADDRESS[who], "role": role, "language": "en"}
        typed |= {"how": "x", "step": "record", "party": str(CLAIMS[case])}
        until = self.moment(day) if day else None
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
            typed = {"id": str(self.key()), "why": "x"}
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
