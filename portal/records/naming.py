"""Naming: where each document lies in an archive, by names that every system can unpack."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from portal.records.reading import Holdings

# What Windows takes in no name, and the names it keeps for devices.
UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
LONGEST = 120  # letters: a path in a deep folder stays under the 260 of Windows


def places(held: Holdings) -> Iterator[tuple[Any, str]]:
    """Each document with its path: one folder for each submission, its day and its receipt."""
    taken: set[str] = set()
    for document in held.documents:
        day = held.local(document.filed_at).date()
        name = f"{document.exhibit} {document.name}" if document.exhibit else document.name
        yield document, place(document.receipt, day, name, taken=taken)


def place(receipt: str, day: date, name: str, *, taken: set[str]) -> str:
    """A path that is not taken; to some systems a large letter is the same as a small one."""
    folder, file = f"{day.isoformat()} {fit(receipt)}", PurePosixPath(fit(name))
    path, count = f"{folder}/{file}", 1
    while path.casefold() in taken:
        count += 1
        path = f"{folder}/{file.stem} ({count}){file.suffix}"
    taken.add(path.casefold())
    return path


def fit(name: str) -> str:
    """The same name, as near as any system allows; no path leads out of it."""
    bare = UNFIT.sub("_", name).strip(" .") or "file"
    if DEVICE.match(bare):
        bare = f"_{bare}"
    stem, dot, ending = bare.rpartition(".")
    if not dot or len(ending) > 10:
        return bare[:LONGEST].rstrip(" .")
    return f"{stem[: LONGEST - len(ending)].rstrip(' .')}.{ending}"
