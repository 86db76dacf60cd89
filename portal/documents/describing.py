"""Describing: what a filer says of each file, as a form posts it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from portal.documents.drafting import LANGUAGES, LONGEST_TITLE, Description
from portal.documents.reading import Bundle
from portal.web.language import N_

# The button that keeps the draft for another day.
LATER = "later"

EMPTY = N_("Choose at least one file")

# What people call the languages a document can be in.
LANGUAGE_WORDS = {
    "en": N_("English"),
    "fr": N_("French"),
    "other": N_("Another language"),
}


@dataclass(frozen=True)
class Mistakes:
    """What keeps a draft from being filed: by document id, and one for the whole."""

    whole: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict[str, str])

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.whole or self.errors)


def mistakes_in(draft: Bundle) -> Mistakes:
    """What is missing before this draft can be filed."""
    if not draft.documents:
        return Mistakes(whole=EMPTY)
    return Mistakes(errors={str(one.id): one.name for one in draft.undescribed})


def described(posted: Mapping[str, object], draft: Bundle) -> dict[UUID, Description]:
    """What was posted about each file; a file that the form did not show is left alone.

    The field `all` says what those files are that nothing is said of.
    """
    known = {kind.code for kind in draft.types}
    rest = posted.get("all")
    said: dict[UUID, Description] = {}
    for one in draft.documents:
        if f"type-{one.id}" not in posted:
            continue
        kind = posted.get(f"type-{one.id}") or rest
        language = posted.get(f"language-{one.id}")
        said[one.id] = Description(
            type=str(kind) if kind in known else None,
            language=str(language) if language in LANGUAGES else None,
            title=_title(str(posted.get(f"title-{one.id}", ""))),
        )
    return said


def _title(text: str) -> str | None:
    """A title without control or direction marks, in one line, of reasonable length."""
    shown = "".join(
        one for one in text if unicodedata.category(one)[0] != "C" or one in " \u200c\u200d"
    )
    return unicodedata.normalize("NFC", " ".join(shown.split()))[:LONGEST_TITLE] or None
