"""How far something packed unfolds, found out without keeping any of it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

MOST: Final = 256 * 1024**2
PIECE: Final = 2**20
RATIO: Final = 1032  # deflate cannot do better


def inflates_too_far(packed: bytes, *, times: int = 1, most: int = MOST) -> bool:
    """Whether deflated bytes, so many times over, become more than `most`."""
    if len(packed) * RATIO**times <= most:
        return False
    pieces = (packed[at : at + PIECE] for at in range(0, len(packed), PIECE))
    for _ in range(times):
        pieces = _inflated(pieces)
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > most:
            return True
    return False


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What these unfold into; at damage it ends, and the file's own reader says so."""
    inflating = zlib.decompressobj()
    for piece in pieces:
        waiting = piece
        while waiting:
            try:
                unfolded = inflating.decompress(waiting, PIECE)
            except zlib.error:
                return
            yield unfolded
            waiting = inflating.unconsumed_tail
