"""What an officer is about to do to a hearing, and the notice that tells of it: nothing is done yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Both, Kind, Moment
from portal.hearings.scheduling import Arrangement, coming_instant
from portal.models import Case, Hearing
from portal.registry.notices.known import Convening, convening, file_numbers, state_known
from portal.web.language import N_, say

Step = Literal["fix", "move", "cancel"]

# What people must know to be there, and how a notice names it. Who sits, who interprets and how
# long it lasts bring nobody to another place or hour.
WHEN = frozenset({"local_start", "zone"})
HOW = {
    "mode": N_("how the hearing is held"),
    "place": N_("the room and the address"),
    "link": N_("the link for joining by video"),
    "dial_in": N_("the telephone number for joining"),
    "interpreter": N_("the language of the interpreter"),
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One act upon a hearing. It fixes one, moves or changes it, or calls it off."""

    case: Case
    # From the form: of the hearing that is fixed, or of this one change.
    key: UUID
    kind: str
    # The hearing as it is; none yet of one that is fixed.
    hearing: Hearing | None = None
    # As it will be; none of one that is called off.
    arrangement: Arrangement | None = None
    reason: Both | None = None
    # What people are told; nothing of a change that nobody need know.
    facts: Kind | None = None

    @property
    def step(self) -> Step:
        """Which act, by the button that does it."""
        if self.hearing is None:
            return "fix"
        return "move" if self.arrangement else "cancel"

    @property
    def changes(self) -> frozenset[str]:
        """What becomes otherwise of a hearing that is there."""
        return self.arrangement.changes(self.hearing) if self.hearing and self.arrangement else WHEN

    @property
    def moves(self) -> bool:
        """Whether people must come at another time."""
        return self.step == "move" and bool(self.changes & WHEN)

    @property
    def hearing_id(self) -> UUID:
        """Of the hearing that is there, or will be: one form fixes one."""
        return self.hearing.id if self.hearing else self.key

    @property
    def notice_id(self) -> UUID:
        """One form, one notice."""
        return uuid5(self.key, "notice")


async def state_notice(session: AsyncSession, plan: Plan, *, now: datetime) -> Kind | None:
    """What people are told of it; None of a change that nobody need know.

    Raises NoSuchTime or InThePast.
    """
    told = _told(plan, now=now)
    if told is None:
        return None
    kind, hearing = told
    number = await file_numbers(session, plan.case.id)
    given = {"reason": plan.reason, "what": _what(plan.changes)}
    return state_known(kind, plan.case, hearing, file_number=number, now=now, **given)


def _told(plan: Plan, *, now: datetime) -> tuple[str, Convening] | None:
    """Which kind of notice, and the hearing as it states it."""
    details, hearing = plan.arrangement, plan.hearing
    if details is None:
        assert hearing is not None  # noqa: S101 - only what is there is called off
        return "hearing_cancelled", convening(hearing)
    was = Moment(hearing.starts_at, hearing.zone) if hearing else None
    will = Convening(
        kind=plan.kind,
        starts=Moment(coming_instant(details.local_start, details.zone, now=now), details.zone),
        mode=details.mode,
        place=details.place,
        interpreter=details.interpreter,
        was=was,
    )
    if hearing is None:
        return "notice_to_appear", will
    if plan.moves:
        return "hearing_moved", will
    return ("hearing_changed", will) if plan.changes & HOW.keys() else None


def _what(changes: frozenset[str]) -> Both:
    """What is new besides day and time, in both languages."""
    words = [text for name, text in HOW.items() if name in changes]
    english, french = (", ".join(say(code, text) for text in words) for code in ("en", "fr"))
    return Both(_sentence(english), _sentence(french))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
