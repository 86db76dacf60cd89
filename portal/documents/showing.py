"""Showing: what the templates of drafts, checks and rows of files are given."""

from collections.abc import Sequence
from typing import Any

from portal.documents.describing import LANGUAGE_WORDS, Mistakes
from portal.documents.filing import judge_time
from portal.documents.reading import Bundle
from portal.documents.reasons import KINDS, Reason, standing
from portal.documents.uploading import NotKept
from portal.gate import Right
from portal.web.visit import Visit
from storage.sniffing import KINDS as TAKEN

ACCEPT = ",".join(f".{extension}" for extension in TAKEN)


def draft_context(
    visit: Visit,
    draft: Bundle,
    *,
    mistakes: Mistakes | None = None,
    refused: Sequence[NotKept] = (),
) -> dict[str, Any]:
    """The draft with its files, and what is wrong with it."""
    return words(visit) | {
        "draft": draft,
        "form": mistakes or Mistakes(),
        "refused": refused,
        "following": False,
        "accept": ACCEPT,
        "kinds": visit.say(KINDS),
        "limit": visit.portal.settings.max_file,
    }


def check_context(visit: Visit, draft: Bundle, *, changed: bool = False) -> dict[str, Any]:
    """The draft as it will be filed."""
    return words(visit) | {
        "draft": draft,
        "changed": changed,
        "judged": judge_time(draft.deadlines, visit.now),
        "chain": draft.chain(Right.file),
    }


def words(visit: Visit) -> dict[str, Any]:
    """What rows of files need to speak."""
    languages = {code: visit.say(word) for code, word in LANGUAGE_WORDS.items()}
    return {"languages": languages, "standing": reason_of}


def reason_of(document: Any) -> Reason:  # noqa: ANN401 - a row of either kind
    """Where a document stands, in two sentences."""
    return standing(document.state, document.reason, failed=document.scans_failed)
