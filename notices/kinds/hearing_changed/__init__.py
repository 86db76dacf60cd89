"""The notice that a hearing keeps its day and time, and is held otherwise."""

from dataclasses import dataclass
from typing import Annotated

from notices.facts import Asked, Both
from notices.kinds.notice_to_appear import NoticeToAppear


@dataclass(frozen=True, kw_only=True)
class HearingChanged(NoticeToAppear):
    """Nobody comes on another day; where, how or with which interpreter is new."""

    code = "hearing_changed"
    title = Both("Hearing changed", "Audience modifiée")
    order = 11
    # Who does not read it goes to the wrong room, or waits at the wrong link.
    remind_after = 1
    unopened_after = 3

    what: Annotated[Both, Asked(Both("What has changed", "Ce qui change"))]
    reason: Annotated[Both | None, Asked(Both("Why", "Pourquoi"))] = None
