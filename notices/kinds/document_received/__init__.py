"""The notice to the other people of a case that documents came in."""

from dataclasses import dataclass

from notices.facts import Both, Kind, Moment, Served


@dataclass(frozen=True, kw_only=True)
class DocumentReceived(Kind):
    """Somebody filed documents: who, when, and what they are called."""

    code = "document_received"
    title = Both("Documents were filed", "Des documents ont été déposés")
    order = 60
    served = Served.OTHERS
    remind_after = 3
    unopened_after = 7

    received: Moment
    receipt: str
    filed_by: str
    filed_for: str | None = None
    documents: tuple[str, ...]
    # The document filed before that these take the place of.
    replaces: str | None = None
