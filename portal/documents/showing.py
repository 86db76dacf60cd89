"""Showing: what the templates of drafts, checks and rows of files are given."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

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
    return drafted(visit, draft) | {
        "form": mistakes or Mistakes(),
        "refused": refused,
        "following": False,
        "accept": ACCEPT,
        "kinds": visit.say(KINDS),
        "limit": visit.portal.settings.max_file,
    }


def check_context(visit: Visit, draft: Bundle, *, changed: bool = False) -> dict[str, Any]:
    """The draft as it will be filed."""
    return drafted(visit, draft) | {
        "changed": changed,
        "judged": judge_time(draft.deadlines, visit.now),
        "chain": draft.chain(Right.file),
        "key": uuid4(),
    }


def drafted(visit: Visit, draft: Bundle) -> dict[str, Any]:
    """The draft, and whose it is: for whom one acts here is settled."""
    whose = {"opened": draft.opened, "principal": draft.submission.principal_id}
    return words(visit) | whose | {"draft": draft}


def words(visit: Visit) -> dict[str, Any]:
    """What rows of files need to speak."""
    languages = {code: visit.say(word) for code, word in LANGUAGE_WORDS.items()}
    return {"languages": languages, "standing": reason_of}


def reason_of(document: Any) -> Reason:  # noqa: ANN401 - a row of either kind
    """Where a document stands, in two sentences."""
    return standing(document.state, document.reason, failed=document.scans_failed)
