"""Showing: what the templates of drafts, checks and rows of files are given."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from portal.appeals.assembling import assembled
from portal.documents.declaring import FilingForm, filing_form, late, served_is_asked
from portal.documents.describing import LANGUAGE_WORDS, Mistakes, untranslated
from portal.documents.filing import judge_time
from portal.documents.reading import Package
from portal.documents.reasons import KINDS, Reason, standing
from portal.documents.uploading import NotKept
from portal.documents.warning import cautions
from portal.gate import Right
from portal.web.visit import Visit
from storage.sniffing import KINDS as TAKEN

ACCEPT = ",".join(f".{extension}" for extension in TAKEN)


def draft_context(
    visit: Visit,
    draft: Package,
    *,
    mistakes: Mistakes | None = None,
    refused: Sequence[NotKept] = (),
    answers: FilingForm | None = None,
) -> dict[str, Any]:
    """The draft with its files, and what is wrong with it; `answers`: with mistakes in them."""
    return drafted(visit, draft) | {
        "form": mistakes or Mistakes(),
        "answers": answers or filing_form(visit, draft),
        "served_asked": served_is_asked(draft),
        "late_asked": late(draft, visit) or bool(draft.submission.late_reasons),
        "refused": refused,
        "following": False,
        "record": assembled(draft.documents) if draft.pending else None,
        "accept": ACCEPT,
        "kinds": visit.say(KINDS),
        "limit": visit.portal.settings.max_file,
    }


def check_context(visit: Visit, draft: Package, *, changed: bool = False) -> dict[str, Any]:
    """The draft as it will be filed."""
    return drafted(visit, draft) | {
        "changed": changed,
        "cautions": cautions(visit, draft),
        "judged": judge_time(draft.deadlines, visit.now),
        "served_asked": served_is_asked(draft),
        "chain": draft.chain(Right.file),
        "key": uuid4(),
    }


def drafted(visit: Visit, draft: Package) -> dict[str, Any]:
    """The draft, and whose it is: for whom one acts here is settled."""
    whose = {"opened": draft.opened, "principal": draft.submission.principal_id}
    return words(visit) | whose | {"draft": draft}


def words(visit: Visit) -> dict[str, Any]:
    """What rows of files need to speak."""
    languages = {code: visit.say(word) for code, word in LANGUAGE_WORDS.items()}
    return {"languages": languages, "standing": reason_of, "untranslated": untranslated}


def reason_of(document: Any) -> Reason:  # noqa: ANN401 - a row of either kind
    """Where a document stands, in two sentences."""
    return standing(document.state, document.reason, failed=document.scans_failed)
