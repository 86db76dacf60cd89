"""States: how far a loan came, told from its row and its answers as one reader sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from portal.delegations.answering import is_open
from portal.models import Answer, Delegation

# As the view `live_delegation` has it; people are warned two weeks before.
IDLE = timedelta(days=90)
WARNED = timedelta(days=15)
MOMENTS = ("accepted_at", "declined_at", "ended_at", "last_used_at")


class State(StrEnum):
    """How far a delegation came."""

    offered = "offered"
    forgotten = "forgotten"
    declined = "declined"
    withdrawn = "withdrawn"
    future = "future"
    live = "live"
    idle = "idle"
    expired = "expired"
    replaced = "replaced"
    ended = "ended"


GOING = {State.offered, State.future, State.live}


@dataclass(frozen=True)
class Lent:
    """One delegation, as one reader sees it: all answers to who lent it, else the reader's own."""

    row: Any
    answers: Sequence[Any]
    # The answer that `state` is about: of a team's people, the one who used it last.
    answer: Any
    state: State
    # When it lapses, if that is soon and nobody uses it.
    lapses_at: datetime | None

    @property
    def over(self) -> bool:
        """Whether it gives nothing any more and waits for nothing."""
        return self.state not in GOING

    @property
    def accepted(self) -> Sequence[Any]:
        """The answers that count."""
        return [one for one in self.answers if counts(one)]

    @property
    def delegate(self) -> str:
        """The team, the person who has it, or the address it was offered to."""
        named = self.answers[0].name if self.answers else None
        return self.row.team_name or named or self.row.invited_email or ""

    @property
    def ended_at(self) -> datetime | None:
        """When it ended for whom `answer` is about."""
        return self.row.ended_at or (self.answer.ended_at if self.answer else None)

    @property
    def ender(self) -> str | None:
        """Who ended it, if the reader knows that person."""
        if self.row.ended_at:
            return self.row.ender_name
        return self.answer.ender if self.answer else None


def counts(answer: Any) -> bool:  # noqa: ANN401 - rows of many shapes
    """Whether this answer is an acceptance that has not been given back."""
    return bool(answer.accepted_at) and not answer.ended_at


def tell(row: Any, now: datetime, *, mine: bool, me: UUID) -> Lent:  # noqa: ANN401 - a row
    """The loan as its lender (`mine`) or as one of those it is lent to sees it."""
    answers = [_read(one) for one in row.answers or ()]
    if not mine:
        answers = [one for one in answers if one.person_id == me]
    judged = _told_by(row, answers, mine=mine)
    state = state_of(row, judged, now)
    lapses = last_sign(row, judged) + IDLE if judged and state is State.live else None
    soon = lapses is not None and lapses < now + WARNED and lapses < row.ends_at
    return Lent(row, answers, judged, state, lapses if soon else None)


def state_of(row: Any, answer: Any, now: datetime) -> State:  # noqa: ANN401 - rows of many shapes
    """How far this delegation came with this answer (None: no answer yet), by this moment."""
    if answer is None:
        waits = State.offered if is_open(row, now) else State.forgotten
        return State.withdrawn if row.ended_at else waits
    if answer.declined_at is not None:
        return State.declined
    if row.ended_at is not None or answer.ended_at is not None:
        return State.replaced if row.replaced else State.ended
    if row.ends_at <= now:
        return State.expired
    begun = State.idle if last_sign(row, answer) + IDLE <= now else State.live
    return State.future if row.starts_at > now else begun


def last_sign(row: Any, answer: Any) -> datetime:  # noqa: ANN401 - rows of many shapes
    """The last moment somebody showed that the loan is wanted."""
    signs = (answer.accepted_at, row.starts_at, answer.last_used_at)
    return max(each for each in signs if each)


def _told_by(row: Any, answers: Sequence[Any], *, mine: bool) -> Any:  # noqa: ANN401 - rows
    """Of several answers the one that keeps a team's loan going; of one person's, that one."""
    counting = [one for one in answers if counts(one)]
    if counting:
        return max(counting, key=lambda one: last_sign(row, one))
    # What some of a team declined or gave back is still offered to the others, and anew to who
    # comes back into the team.
    others = mine and row.team_id and not row.ended_at and not row.replaced
    still_offered = others or (not mine and row.anew)
    return None if still_offered or not answers else answers[-1]


def _read(answer: dict[str, Any]) -> SimpleNamespace:
    """An answer as JSON brought it."""
    moments = {name: datetime.fromisoformat(answer[name]) for name in MOMENTS if answer[name]}
    return SimpleNamespace(**answer | moments | {"person_id": UUID(str(answer["person_id"]))})


def lapsing(now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Acceptances that lapse soon for want of use: id, grantor_id, person_id and lapses_at of each."""
    sign = sa.func.greatest(Answer.accepted_at, Delegation.starts_at, Answer.last_used_at)
    lapses = sa.type_coerce(sign + IDLE, sa.TIMESTAMP(timezone=True))
    return (
        sa.select(Delegation.id, Delegation.grantor_id, Answer.person_id, lapses.label("lapses_at"))
        .join(Answer, Answer.delegation_id == Delegation.id)
        .where(Answer.accepted_at.is_not(None), Answer.ended_at.is_(None))
        .where(Delegation.ended_at.is_(None), Delegation.starts_at <= now)
        .where(lapses > now, lapses <= now + WARNED, lapses < Delegation.ends_at)
    )
