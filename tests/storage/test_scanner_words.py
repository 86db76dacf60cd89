"""What a broken, slow or distant clamd may say, and that only the right words are believed."""

import socket
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from storage.scanner import Clamd, ScannerUnavailable, Signatures, Verdict, require_fresh
from tests.wires import hang_up, peer

MIB = 1024 * 1024
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def says(words: bytes, call: socket.socket) -> None:
    """Read the whole stream, then say these words: a clamd that is broken, not ours."""
    call.settimeout(5)
    heard = b""
    while not heard.endswith(b"\0\0\0\0"):
        heard += call.recv(65_536)
    call.sendall(words)


def verdict_on(words: bytes) -> Verdict:
    """What we make of these words after 100 bytes."""
    with peer(lambda call: says(words, call)) as port:
        return Clamd(("127.0.0.1", port), deadline=5).scan([b"x" * 100], size=100)


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"stream: OK",
        b"stream: OK\r\n",
        b"stream:OK\n",
        b"stream: ok\n",
        b"OK\n",
        b"1: stream: OK\n",
        b"stream: OK\nstream: OK\n",
        b"stream: Can't allocate memory ERROR\n",
        b"UNKNOWN COMMAND\n",
        b"COMMAND READ TIMED OUT\n",
        b"\xff\xfe\n",
        b"stream: OK " * 2000,
    ],
)
def test_unknown_words_are_never_clean(words: bytes) -> None:
    """Only the exact, whole reply is believed; anything else is asked again."""
    with pytest.raises(ScannerUnavailable):
        verdict_on(words)


@given(some.text(max_size=40))
@settings(max_examples=50, deadline=None)
def test_no_words_but_the_right_ones_are_clean(words: str) -> None:
    """Whatever else a scanner answers, the file does not become readable."""
    for reply in (words, f"stream: {words}\n", f"{words} OK\n"):
        try:
            verdict = verdict_on(reply.encode("utf-8", "replace"))
        except ScannerUnavailable:
            continue
        assert verdict.outcome != "clean" or reply == "stream: OK\n"


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("stream: OK", Verdict("clean")),
        (
            "stream: Win.Test.EICAR_HDB-1 FOUND",
            Verdict("infected", "signature", "Win.Test.EICAR_HDB-1"),
        ),
        (
            "stream: Heuristics.Encrypted.PDF FOUND",
            Verdict("refused", "encrypted", "Heuristics.Encrypted.PDF"),
        ),
        (
            "stream: Heuristics.Limits.Exceeded.MaxScanTime FOUND",
            Verdict("unscannable", "limits", "Heuristics.Limits.Exceeded.MaxScanTime"),
        ),
        (
            "stream: Heuristics.OLE2.ContainsMacros.VBA FOUND",
            Verdict("refused", "macros", "Heuristics.OLE2.ContainsMacros.VBA"),
        ),
        (
            "stream: Heuristics.Broken.Media.PNG.EOFReadingChunk FOUND",
            Verdict("refused", "broken", "Heuristics.Broken.Media.PNG.EOFReadingChunk"),
        ),
        (
            "stream: Heuristics.Phishing.Email FOUND",
            Verdict("infected", "signature", "Heuristics.Phishing.Email"),
        ),
        ("INSTREAM size limit exceeded. ERROR", Verdict("unscannable", "limits")),
    ],
)
def test_clamds_words_become_a_verdict(words: str, verdict: Verdict) -> None:
    """Malware, a lock, a limit and a damaged file are four different things to say to a person."""
    assert verdict_on(f"{words}\n".encode()) == verdict


def test_last_words_survive_a_hang_up_over_tcp() -> None:
    """A clamd elsewhere that stops listening in the middle is still heard."""

    def refuse(call: socket.socket) -> None:
        call.recv(100)
        call.sendall(b"INSTREAM size limit exceeded. ERROR\n")

    with peer(refuse) as port:
        verdict = Clamd(("127.0.0.1", port), deadline=5).scan([bytes(MIB)] * 50, size=50 * MIB)

    assert verdict == Verdict("unscannable", "limits")


def test_a_reset_is_no_verdict() -> None:
    """A connection that is reset, before or after the stream, is asked again."""
    for read in (0, 1000):

        def reset(call: socket.socket, read: int = read) -> None:
            call.recv(read) if read else None
            hang_up(call)

        with peer(reset) as port, pytest.raises(ScannerUnavailable):
            Clamd(("127.0.0.1", port), deadline=5).scan([bytes(MIB)] * 5, size=5 * MIB)


@pytest.mark.parametrize("drip", [False, True])
def test_the_deadline_is_for_the_whole_conversation(drip: bool) -> None:
    """A scanner that is silent, or says a letter a second, does not hold a worker for ever."""

    def dawdle(call: socket.socket) -> None:
        while True:
            time.sleep(0.1)
            if drip:
                call.sendall(b"s")

    began = time.monotonic()
    with peer(dawdle) as port, pytest.raises(ScannerUnavailable):
        Clamd(("127.0.0.1", port), deadline=0.5).scan([b"x"], size=1)

    assert time.monotonic() - began < 2


def test_the_date_of_the_signatures_is_read() -> None:
    """Official signatures carry a version and a date."""
    words = b"ClamAV 1.4.6/27812/Thu Nov 19 08:31:02 2026\n"
    with peer(lambda call: (call.recv(100), call.sendall(words))[1]) as port:
        signatures = Clamd(("127.0.0.1", port), deadline=5).signatures()

    made = datetime(2026, 11, 19, 8, 31, 2, tzinfo=UTC)
    assert signatures == Signatures("ClamAV 1.4.6", "27812", made)
    assert not signatures.test_only


@pytest.mark.parametrize(
    "words",
    [b"", b"ClamAV\n", b"ClamAV 1.4.6/27812\n", b"ClamAV 1.4.6/27812/yesterday\n", b"\xff\n"],
)
def test_a_version_that_cannot_be_read_is_no_version(words: bytes) -> None:
    """Signatures whose age is unknown are not taken for test signatures, nor for fresh ones."""
    with peer(lambda call: (call.recv(100), call.sendall(words))[1]) as port:
        scanner = Clamd(("127.0.0.1", port), deadline=5)
        with pytest.raises(ScannerUnavailable):
            scanner.signatures()


@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(0), True),
        (timedelta(hours=47), True),
        (timedelta(hours=49), False),
        (timedelta(days=-1), True),
        (timedelta(days=-3), False),
    ],
)
def test_signatures_serve_for_48_hours(age: timedelta, fresh: bool) -> None:
    """Old signatures, or ones from a future that no clock error explains, make nothing clean."""
    signatures = Signatures("ClamAV 1.4.6", "27812", NOW - age)

    if fresh:
        require_fresh(signatures, NOW)
    else:
        with pytest.raises(ScannerUnavailable):
            require_fresh(signatures, NOW)


def test_test_signatures_serve_only_where_allowed() -> None:
    """Undated signatures make nothing clean unless the portal was told that this is a trial."""
    signatures = Signatures("ClamAV 1.4.6", "", None)
    require_fresh(signatures, NOW, accept_test=True)

    with pytest.raises(ScannerUnavailable):
        require_fresh(signatures, NOW)
