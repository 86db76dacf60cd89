"""Everybody acts at random, through the portal's own forms; after every step both are compared."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.oracle.asking import Asking
from tests.oracle.lending import Lenders
from tests.oracle.life import WHO, Draw, people
from tests.oracle.place import CASES, TEAMS
from tests.oracle.registering import Registry
from tests.portal.delegations.oracle import Span, World

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


class Court(Registry, Lenders, RuleBasedStateMachine):
    """Everybody acts at random; after every step the portal and the oracle say the same."""

    asking: Asking

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.gone, self.keys = timedelta(), 0
        self.place.clear()
        # Who leads both teams.
        self.world.members = [(team, WHO[0], Span(self.now)) for team in TEAMS]
        self.places, self.asked_of = {}, {}

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Somebody is on each case already, and something is offered."""
        # Lived again, a life meets the same chances.
        self.asking.chance.seed(data.draw(st.integers(0, 2**16)))
        for case in CASES:
            self.record_place(data.draw(people), case, "counsel", None)
        for _ in range(3):
            self.offer(data.draw)

    @rule(data=st.data(), act=st.sampled_from(ACTS))
    def act(self, data: st.DataObject, act: str) -> None:
        """One act; one rule, so that their frequency is ours to choose."""
        lent = {"answer", "end", "narrow"}
        getattr(self, "offer" if act in lent and not self.world.loans else act)(data.draw)
        # Somebody who mailed too many would have to wait for an hour.
        self.place.db.execute("delete from invitation")

    def wait(self, draw: Draw) -> None:
        """Time passes."""
        days = draw(st.sampled_from((1, 1, 5, 8, 30, 60, 91)))
        self.place.pass_days(days)
        self.gone += timedelta(days=days)

    @invariant()
    def both_say_the_same(self) -> None:
        """The view, for everybody at once; and what the portal then does, for somebody on some case."""
        told = self.world.authority(self.now)
        self.asking.compare(told)
        began = self.now
        if reader := self.asking.probe(told):
            self.note_use(reader, began)
