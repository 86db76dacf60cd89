"""The notice to the filer that a document needs a correction."""

from dataclasses import dataclass

from notices.facts import Both, Kind, Moment, Served


@dataclass(frozen=True, kw_only=True)
class CorrectionRequested(Kind):
    """What is to be mended in documents of one filing, and why."""

    code = "correction_requested"
    title = Both(
        "A document you filed needs a correction",
        "Un document que vous avez déposé doit être corrigé",
    )
    order = 63
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
