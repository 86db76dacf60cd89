"""The notice that a hearing has another date, time or place."""

from dataclasses import dataclass
from typing import Annotated

from notices.facts import Asked, Both, Moment
from notices.kinds.notice_to_appear import NoticeToAppear


@dataclass(frozen=True, kw_only=True)
class HearingMoved(NoticeToAppear):
    """The old date no longer holds; the new one calls people as the first notice did."""

    code = "hearing_moved"
    title = Both("Hearing moved", "Audience déplacée")
    order = 11
    # Who does not read it comes on the wrong day.
    remind_after = 1
    unopened_after = 3

    was: Annotated[
        Moment,
        Asked(
            Both("The day that no longer holds", "Le jour qui ne tient plus"),
            clock=Both("The time that no longer holds", "L’heure qui ne tient plus"),
        ),
    ]
    reason: Annotated[Both | None, Asked(Both("Why", "Pourquoi"))] = None
