"""Word's fields that start a program or load something from elsewhere."""

from __future__ import annotations

import re
from typing import Final

from storage.inspection.finding import Objection

FIELD: Final = re.compile(
    r"[\s\"{]*(DDEAUTO|DDE|LINK|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|DATABASE|RD)\b",
    re.IGNORECASE,
)
REASONS: Final = {"DDE": "dde", "DDEAUTO": "dde"}
# A picture that is in the file as well, and remembers where it came from.
OWN_PICTURE: Final = re.compile(r"[\s\"]*INCLUDEPICTURE\s+\\\*\s*MERGEFORMAT", re.IGNORECASE)


def forbid_field(instruction: str) -> None:
    """Raise Objection if the instruction of a field is one of those."""
    if (found := FIELD.match(instruction)) and not OWN_PICTURE.match(instruction):
        word = found[1].upper()
        raise Objection(REASONS.get(word, "external"), f"field {word}")
