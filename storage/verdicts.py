"""The whole verdict on one file: antivirus, then whether it is what its name says, then its inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from storage.inspection import inspected
from storage.objects import PIECE
from storage.scanner import Scanner, ScannerUnavailable, Verdict
from storage.sniffing import Refused, sniff

# What is refused on arrival for the same reason as later has the same name here.
SAME: Final = {"password_protected": "encrypted"}


def verdict_of(name: str, file: BinaryIO, scanner: Scanner | None) -> Verdict:
    """Judge a real file (one with `fileno`) as one that is filed is judged; blocks.

    Without a scanner nothing is clean. Raises ChildUnavailable.
    """
    scanned = _scanned(file, scanner)
    if scanned.outcome not in {"clean", "unscannable"}:
        return scanned
    found = _looked_into(name, file)
    return found if found.outcome != "clean" else scanned


def _scanned(file: BinaryIO, scanner: Scanner | None) -> Verdict:
    if scanner is None:
        return Verdict("unscannable", "no_scanner")
    size = file.seek(0, 2)
    try:
        return scanner.scan(_pieces(file), size=size)
    except ScannerUnavailable as error:
        return Verdict("unscannable", "no_scanner", str(error))


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def _looked_into(name: str, file: BinaryIO) -> Verdict:
    file.seek(0)
    try:
        media_type = sniff(name, file.read(PIECE))
    except Refused as refused:
        return Verdict("refused", SAME.get(refused.code, refused.code))
    found = inspected(file, media_type)
    return Verdict(found.outcome, found.reason, found.detail)
