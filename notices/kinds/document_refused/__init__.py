"""The notice to the filer that the registry refused a document."""

from dataclasses import dataclass

from notices.facts import Both, Kind, Moment, Served


@dataclass(frozen=True, kw_only=True)
class DocumentRefused(Kind):
    """Documents of one filing that the registry refuses, and why; they stay on file, marked."""

    code = "document_refused"
    title = Both(
        "The registry refused a document you filed",
        "Le greffe a refusé un document que vous avez déposé",
    )
    order = 64
    served = Served.FILER
    wants_acknowledgement = True
    remind_after = 1
    unopened_after = 4

    received: Moment
    receipt: str
    documents: tuple[str, ...]
    reason: Both
    mend: Both
    # What the officer wrote besides, in the officer's language.
    words: str | None = None
