"""The notice to the filer that a document could not be accepted after its check."""

from dataclasses import dataclass
from typing import Literal

from notices.facts import Both, Kind, Moment, Served


@dataclass(frozen=True, kw_only=True)
class DocumentNotAccepted(Kind):
    """A file was received but cannot be used: why, and how to mend it."""

    code = "document_not_accepted"
    title = Both("A document was not accepted", "Un document n’a pas été accepté")
    order = 61
    served = Served.FILER
    wants_acknowledgement = True
    remind_after = 1
    unopened_after = 3

    received: Moment
    receipt: str
    document: str
    problem: Literal["infected", "refused", "unscannable"]
    reason: Both | None = None
