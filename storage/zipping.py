"""A ZIP archive that is laid out before a byte of it is read: its length and every offset known.

Nothing is compressed, times are given and not taken from a clock: the same members make the same
bytes, today and in ten years. So a download can go on in the middle, and a copy can be checked to
the last bit. (APPNOTE 6.3.10; UTF-8 names; ZIP64 only where a number does not fit.)
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final

LOCAL: Final = struct.Struct("<4s5H3I2H")
CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
END: Final = struct.Struct("<4s4H2IH")
END64: Final = struct.Struct("<4sQ2H2I4Q")
LOCATOR: Final = struct.Struct("<4sIQI")
# Names are UTF-8 (bit 11); sizes and CRC come after the data (bit 3).
FLAGS: Final = 0x0808
STORED: Final = 0
PLAIN, LARGE = 20, 45  # the version of the format that a reader must know
UNIX: Final = 3 << 8
ORDINARY_FILE: Final = 0o100644 << 16
TOO_MANY: Final = 0xFFFF
TOO_LARGE: Final = 0xFFFFFFFF
MOST_REMEMBERED: Final = 20_000
WORTH_A_THREAD: Final = 1024 * 1024


@dataclass(frozen=True)
class Member:
    """One file: its path in the archive, its local time, and how its bytes are had.

    `read` yields them in pieces; it raises rather than yield other bytes to the end.
    """

    name: str
    at: datetime
    size: int
    sha256: str
    read: Callable[[], Iterator[bytes]]

    @property
    def large(self) -> bool:
        """Whether its size does not fit into four bytes."""
        return self.size >= TOO_LARGE


def held(name: str, data: bytes, *, at: datetime) -> Member:
    """A member whose bytes are in memory."""
    return Member(name, at, len(data), hashlib.sha256(data).hexdigest(), lambda: iter((data,)))


class Checksums:
    """CRC-32 by SHA-256: what went through once need not be read again for the directory."""

    def __init__(self) -> None:
        self._known: MutableMapping[str, int] = {}

    def known(self, member: Member) -> int | None:
        """The member's checksum, if these bytes went through before."""
        return self._known.get(member.sha256)

    def of(self, member: Member) -> int:
        """The member's checksum; reads it where it is not known."""
        if member.sha256 not in self._known:
            crc = 0
            for piece in member.read():
                crc = zlib.crc32(piece, crc)
            self.keep(member, crc)
        return self._known[member.sha256]

    def keep(self, member: Member, crc: int) -> None:
        """Remember it; at the limit everything is forgotten, for it can be had again."""
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[member.sha256] = crc


class Archive:
    """These members, in this order."""

    def __init__(self, members: Sequence[Member], *, checksums: Checksums | None = None) -> None:
        """Lay them out; `checksums` are shared by archives of the same objects."""
        self.members = members
        self._checksums = checksums or Checksums()
        self._offsets: list[int] = []
        at = 0
        for member in members:
            self._offsets.append(at)
            at += len(_local(member)) + member.size + len(_descriptor(member, 0))
        self._directory_at = at
        self.size = at + len(self._ending(lambda _: 0))

    @property
    def fingerprint(self) -> str:
        """What names exactly these bytes: every name, time, size and hash, in order."""
        whole = hashlib.sha256()
        for one in self.members:
            whole.update(repr((one.name, one.at.isoformat(), one.size, one.sha256)).encode())
        return whole.hexdigest()

    def pieces(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to `stop`, and what must be read for them, but no more.

        A file that `start` is in the middle of is read from its beginning: its hash has to be seen
        whole before its last bytes go out.
        """
        stop = self.size if stop is None else min(stop, self.size)
        for at, piece in self._from(start):
            if cut := piece[max(0, start - at) : max(0, stop - at)]:
                yield cut
            if at + len(piece) >= stop:
                return

    def _from(self, start: int) -> Iterator[tuple[int, bytes]]:
        """Pieces from the first member on that `start` is not behind, each with its offset."""
        with ThreadPoolExecutor(1, thread_name_prefix="zip") as beside:
            ends = [*self._offsets[1:], self._directory_at]
            for member, offset, end in zip(self.members, self._offsets, ends, strict=True):
                if end > start:
                    yield from _placed(self._member(member, beside), offset)
        yield from _placed(iter((self._ending(self._checksums.of),)), self._directory_at)

    def _member(self, member: Member, beside: ThreadPoolExecutor) -> Iterator[bytes]:
        yield _local(member)
        # Its reader hashes: bytes of a hash that is known have the checksum that is known.
        known, crc = self._checksums.known(member), 0
        pieces = member.read()
        for piece in ahead(pieces, beside) if member.size > WORTH_A_THREAD else pieces:
            crc = zlib.crc32(piece, crc) if known is None else known
            yield piece
        self._checksums.keep(member, crc)
        yield _descriptor(member, crc)

    def _ending(self, checksum: Callable[[Member], int]) -> bytes:
        """The directory and its end."""
        directory = b"".join(
            _central(member, checksum(member), offset)
            for member, offset in zip(self.members, self._offsets, strict=True)
        )
        count, size, at = len(self.members), len(directory), self._directory_at
        end64 = b""
        if count >= TOO_MANY or max(size, at) >= TOO_LARGE:
            end64 = END64.pack(
                b"PK\6\6", END64.size - 12, UNIX | LARGE, LARGE, 0, 0, count, count, size, at
            )
            end64 += LOCATOR.pack(b"PK\6\7", 0, at + size, 1)
        counted, sized = min(count, TOO_MANY), min(size, TOO_LARGE)
        begins = min(at, TOO_LARGE)
        return directory + end64 + END.pack(b"PK\5\6", 0, 0, counted, counted, sized, begins, 0)


def ahead(pieces: Iterator[bytes], beside: ThreadPoolExecutor) -> Iterator[bytes]:
    """The same pieces, the next one read (and hashed) while this one is used."""
    coming = beside.submit(next, pieces, None)
    while (piece := coming.result()) is not None:
        coming = beside.submit(next, pieces, None)
        yield piece


def _placed(pieces: Iterator[bytes], offset: int) -> Iterator[tuple[int, bytes]]:
    for piece in pieces:
        yield offset, piece
        offset += len(piece)


def _local(member: Member) -> bytes:
    name = member.name.encode()
    # Sizes come after the data; a reader learns here only that they take eight bytes there.
    extra = struct.pack("<2H2Q", 1, 16, 0, 0) if member.large else b""
    size = TOO_LARGE if member.large else 0
    version = LARGE if member.large else PLAIN
    head = LOCAL.pack(
        b"PK\3\4", version, FLAGS, STORED, *_dos(member.at), 0, size, size, len(name), len(extra)
    )
    return head + name + extra


def _descriptor(member: Member, crc: int) -> bytes:
    sizes = "2Q" if member.large else "2I"
    return struct.pack(f"<4sI{sizes}", b"PK\7\x08", crc, member.size, member.size)


def _central(member: Member, crc: int, offset: int) -> bytes:
    name = member.name.encode()
    wide = [member.size] * 2 * member.large + [offset] * (offset >= TOO_LARGE)
    extra = struct.pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    version = LARGE if wide else PLAIN
    size, begins = min(member.size, TOO_LARGE), min(offset, TOO_LARGE)
    sizes = (len(name), len(extra), 0, 0, 0)
    head = CENTRAL.pack(
        b"PK\1\2", UNIX | version, version, FLAGS, STORED, *_dos(member.at), crc, size, size,
        *sizes, ORDINARY_FILE, begins,
    )  # fmt: skip
    return head + name + extra


def _dos(at: datetime) -> tuple[int, int]:
    """Time and date as MS-DOS kept them: from 1980 on, in steps of two seconds."""
    time = at.hour << 11 | at.minute << 5 | at.second // 2
    return time, max(at.year - 1980, 0) << 9 | at.month << 5 | at.day
