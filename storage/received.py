"""Received: a file that is stored, what is known of it, and a name that can be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from unicodedata import category, normalize
from uuid import UUID, uuid4

LONGEST_NAME = 200
LONGEST_ENDING = 20
JOINERS = "\u200c\u200d"  # Persian and several Indic scripts are misspelt without them
EDGES = f". {JOINERS}"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is durably stored, and what is known about it."""

    key: str
    size: int
    sha256: str
    media_type: str
    name: str
    # Whatever is made of it has this id: made twice, it is one thing.
    id: UUID = field(default_factory=uuid4, compare=False)


def clean_name(name: str) -> str:
    """Return a name safe to show: no path, no control or bidi characters, at most 200 bytes."""
    name = "".join(filter(_shows, name.replace("\\", "/").rpartition("/")[2]))
    name = " ".join(normalize("NFC", name).split()).rstrip(EDGES)
    stem, dot, ending = name.rpartition(".")
    if not dot or not ending or len(ending.encode()) > LONGEST_ENDING:
        stem, dot, ending = f"{stem}{dot}{ending}", "", ""
    room = LONGEST_NAME - len(f"{dot}{ending}".encode())
    stem = stem.lstrip(EDGES).encode()[:room].decode("utf-8", "ignore").rstrip(EDGES)
    return f"{stem or 'file'}{dot}{ending}"


def _shows(letter: str) -> bool:
    return letter.isspace() or letter in JOINERS or category(letter)[0] != "C"
