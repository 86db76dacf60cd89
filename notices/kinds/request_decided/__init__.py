"""The notice to who asked something of the registry: what was decided, and what to do now."""

from dataclasses import dataclass
from typing import Literal

from notices.facts import Both, Kind, Moment, Served


@dataclass(frozen=True, kw_only=True)
class RequestDecided(Kind):
    """What was asked, what became of it, why, and what holds from now on."""

    code = "request_decided"
    title = Both("Your request was decided", "Votre demande a été tranchée")
    order = 67
    served = Served.FILER
    # Who does not read it acts on what was asked, not on what was decided.
    remind_after = 1
    unopened_after = 3

    request: str
    asked: Moment
    asked_by: str
    asked_for: str | None = None
    # Its kind, and what it was about, in one line.
    about: Both
    what: Both
    outcome: Literal["granted", "refused", "recorded"]
    # What exactly was granted, where that is not just what was asked.
    granted: Both | None = None
    why: Both | None = None
    now: Both
    rule: Both
