"""The virus scanner: what clamd says about a stream, and when that may be believed."""

from __future__ import annotations

import re
import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal, Protocol

import clamd

Outcome = Literal["clean", "infected", "refused", "unscannable"]
Address = Path | tuple[str, int]

FRESH_FOR: Final = timedelta(hours=48)
LIMIT_REPLY: Final = "INSTREAM size limit exceeded. ERROR\n"

# Names that are not malware but a reason why clamd could not look inside, or what it dislikes.
HEURISTICS: Final[tuple[tuple[str, Outcome, str], ...]] = (
    ("Heuristics.Encrypted.", "refused", "encrypted"),
    ("Heuristics.Limits.", "unscannable", "limits"),
    ("Heuristics.OLE2.ContainsMacros", "refused", "macros"),
    ("Heuristics.Broken.", "refused", "broken"),
)


class ScannerUnavailable(Exception):
    """The scanner gave no verdict that may be believed; scan again later."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner found, why ("limits", "encrypted" …), and the signature that matched."""

    outcome: Outcome
    reason: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """What the scanner can recognise: its own version, its signatures' version and their date."""

    engine: str
    version: str
    made_at: datetime | None

    @property
    def test_only(self) -> bool:
        """Say whether only our own test signatures are loaded: they carry no date."""
        return self.made_at is None


class Scanner(Protocol):
    """Something that gives verdicts. Every call blocks: use a thread."""

    def scan(self, pieces: Iterable[bytes], *, size: int) -> Verdict:
        """Judge a stream of exactly this size, or raise ScannerUnavailable."""
        ...

    def signatures(self) -> Signatures:
        """Say which signatures are loaded, or raise ScannerUnavailable."""
        ...

    def canary(self) -> None:
        """Raise ScannerUnavailable unless the harmless EICAR test file is found."""
        ...


def require_fresh(signatures: Signatures, now: datetime, *, accept_test: bool = False) -> None:
    """Raise ScannerUnavailable if signatures are over 48 hours old, from the future or undated."""
    if signatures.made_at is None:
        if not accept_test:
            raise ScannerUnavailable("only test signatures are loaded")
    elif not -FRESH_FOR < now - signatures.made_at < FRESH_FOR:
        raise ScannerUnavailable(f"signatures are of {signatures.made_at:%Y-%m-%d %H:%M}")


class Clamd:
    """ClamAV's daemon at a Unix socket or a host and port."""

    def __init__(self, address: Address, *, deadline: float = 600.0) -> None:
        self._address, self._deadline = address, deadline

    def scan(self, pieces: Iterable[bytes], *, size: int) -> Verdict:
        """Judge a stream; clean only if clamd got exactly `size` bytes and says so exactly."""
        if size < 1:
            return Verdict("unscannable", "empty")  # clamd calls an empty stream OK
        try:
            reply, sent = self._talk().instream(pieces)
        except (OSError, clamd.ClamdError) as error:
            raise ScannerUnavailable(str(error)) from error
        return _verdict(reply, whole=sent == size)

    def signatures(self) -> Signatures:
        """Read clamd's VERSION: "ClamAV 1.4.6/27812/Thu Nov 19 08:31:02 2026"."""
        try:
            reply = self._talk().version()
        except (OSError, clamd.ClamdError, UnicodeDecodeError) as error:
            raise ScannerUnavailable(str(error)) from error
        match = re.fullmatch(r"(ClamAV [^/]+)(?:/(\d+)/(.+))?", reply)
        if not match:
            raise ScannerUnavailable(f"unknown version: {reply[:80]!r}")
        engine, version, made = match.groups(default="")
        return Signatures(engine, version, _moment(made) if made else None)

    def canary(self) -> None:
        """Scan the EICAR test file."""
        verdict = self.scan([clamd.EICAR], size=len(clamd.EICAR))
        if verdict.outcome != "infected":
            raise ScannerUnavailable(f"EICAR was not found: {verdict}")

    def _talk(self) -> _Conversation:
        return _Conversation(self._address, ends=time.monotonic() + self._deadline)


class _Conversation(clamd.ClamdNetworkSocket):
    """One command to clamd, over by a deadline.

    The package's own instream sends 1 KiB at a time with send(), which may send less, and
    loses clamd's last words when clamd hangs up early.
    """

    def __init__(self, address: Address, *, ends: float) -> None:
        self._address, self._ends = address, ends

    def instream(  # pyright: ignore[reportIncompatibleMethodOverride]: it needs both answers
        self, buff: Iterable[bytes]
    ) -> tuple[str, int]:
        """Send the pieces; return clamd's reply and how many bytes it was sent."""
        self._init_socket()
        try:
            return self._send(buff)
        finally:
            self._close_socket()

    def _init_socket(self) -> None:
        if isinstance(self._address, tuple):
            self.clamd_socket = socket.create_connection(self._address, timeout=self._left())
        else:
            self.clamd_socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.clamd_socket.settimeout(self._left())
            try:
                self.clamd_socket.connect(str(self._address))
            except OSError:
                self._close_socket()
                raise

    def _send(self, pieces: Iterable[bytes]) -> tuple[str, int]:
        sent, hung_up = 0, not self._push(b"nINSTREAM\n")
        for piece in pieces:
            # A piece of length 0 would end the stream: the rest would pass unseen.
            if hung_up or (piece and not self._push(struct.pack("!L", len(piece)) + piece)):
                hung_up = True
                break
            sent += len(piece)
        if not hung_up:
            self._push(struct.pack("!L", 0))
        return self._reply(), sent

    def _push(self, data: bytes) -> bool:
        self.clamd_socket.settimeout(self._left())
        try:
            self.clamd_socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return False  # clamd hung up; why, its reply says
        return True

    def _reply(self) -> str:
        reply = b""
        while not reply.endswith(b"\n") and len(reply) < 4096:
            self.clamd_socket.settimeout(self._left())
            if not (more := self.clamd_socket.recv(4096)):
                break
            reply += more
        return reply.decode("utf-8", "replace")

    def _left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("clamd took too long")
        return left


def _verdict(reply: str, *, whole: bool) -> Verdict:
    if reply == "stream: OK\n" and whole:
        return Verdict("clean")
    if reply == LIMIT_REPLY:
        return Verdict("unscannable", "limits")
    if found := re.fullmatch(r"stream: (.+) FOUND\n", reply):
        for start, outcome, reason in HEURISTICS:
            if found[1].startswith(start):
                return Verdict(outcome, reason, found[1])
        return Verdict("infected", "signature", found[1])
    raise ScannerUnavailable(f"clamd said {reply[:200]!r}" + ("" if whole else " to a cut stream"))


def _moment(made: str) -> datetime:
    # clamd prints its host's local time and names no zone; a few hours do not matter in 48.
    try:
        return datetime.strptime(made, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError as error:
        raise ScannerUnavailable(f"unknown date of signatures: {made[:80]!r}") from error
