"""The notice to the filer that the registry accepted what was filed."""

from dataclasses import dataclass

from notices.facts import Both, Kind, Moment, Served


@dataclass(frozen=True, kw_only=True)
class DocumentAccepted(Kind):
    """Documents of one filing that are part of the file now."""

    code = "document_accepted"
    title = Both("The registry accepted what you filed", "Le greffe a accepté votre dépôt")
    order = 62
    served = Served.FILER
    remind_after = 5
    unopened_after = 14

    received: Moment
    receipt: str
    documents: tuple[str, ...]
