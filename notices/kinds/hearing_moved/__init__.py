"""The notice that a hearing has another date, time or place."""

from dataclasses import dataclass

from notices.facts import Both, Moment
from notices.kinds.notice_to_appear import NoticeToAppear


@dataclass(frozen=True, kw_only=True)
class HearingMoved(NoticeToAppear):
    """The old date no longer holds; the new one calls people as the first notice did."""

    code = "hearing_moved"
    title = Both("Hearing moved", "Audience déplacée")

    was: Moment
    reason: Both | None = None
