"""The notice to the people of a case that a document was withdrawn."""

from dataclasses import dataclass

from notices.facts import Both, Kind, Moment, Served


@dataclass(frozen=True, kw_only=True)
class DocumentWithdrawn(Kind):
    """A document that its filer took back: which, who, why."""

    code = "document_withdrawn"
    title = Both("A document was withdrawn", "Un document a été retiré")
    order = 65
    served = Served.OTHERS
    remind_after = 3
    unopened_after = 7

    withdrawn: Moment
    withdrawn_by: str
    withdrawn_for: str | None = None
    document: str
    why: str
    received: Moment
    receipt: str
