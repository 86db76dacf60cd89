"""The scanner: a real clamd finds what it should, and a broken one is never believed."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from storage.objects import StoreUnavailable
from storage.scanner import (
    Clamd,
    ScannerUnavailable,
    Signatures,
    Verdict,
    require_fresh,
)
from tests import samples
from tests.samples import EICAR, FILES
from tests.wires import hang_up, peer

TEST_FILES = sorted(Path("/usr/share/clamav-testfiles").iterdir())
MIB = 1024 * 1024
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def scan(clamd_socket: Path, data: bytes) -> Verdict:
    """The real clamd's verdict on these bytes."""
    return Clamd(clamd_socket).scan([data], size=len(data))


def nested(data: bytes, *, depth: int) -> bytes:
    """A ZIP in a ZIP in a ZIP."""
    for level in range(depth):
        data = samples.zipped({f"level{level}": data})
    return data


@pytest.mark.parametrize("name", FILES)
def test_an_ordinary_file_is_clean(clamd_socket: Path, name: str) -> None:
    """No alert that we turned on strikes a harmless file of any allowed type."""
    assert scan(clamd_socket, FILES[name][0]) == Verdict("clean")


@pytest.mark.parametrize(
    "data",
    [
        EICAR,
        samples.zipped({"letter.txt": EICAR}),
        samples.ooxml(more={"word/embeddings/oleObject1.bin": EICAR}),
        samples.odf(more={"Pictures/1.png": EICAR}),
        FILES["wound.jpg"][0] + EICAR,
        nested(EICAR, depth=5),
        nested(samples.ooxml(more={"word/media/a.bin": EICAR}), depth=3),
        b"A" * 5 * MIB + EICAR + b"A" * 5 * MIB,
        samples.zipped({"bomb": bytes(130 * MIB) + EICAR}),
    ],
    ids=["plain", "zip", "docx", "odt", "jpeg", "zip5", "docx-zip3", "amid-10-MB", "behind-130-MB"],
)
def test_eicar_is_found_wherever_it_hides(clamd_socket: Path, data: bytes) -> None:
    """The harmless test virus is found plain, packed, nested and far behind."""
    verdict = scan(clamd_socket, data)

    assert verdict == Verdict("infected", "signature", "Dossier.Test.EICAR.UNOFFICIAL")


def test_there_are_44_test_files() -> None:
    """Debian's clamav-testfiles are installed; without them the next test proves nothing."""
    assert len(TEST_FILES) == 44


@pytest.mark.parametrize("path", TEST_FILES, ids=lambda path: path.name)
def test_every_container_is_opened(clamd_socket: Path, path: Path) -> None:
    """One harmless program is found inside 44 kinds of archive, document and packer."""
    assert scan(clamd_socket, path.read_bytes()).outcome == "infected"


@pytest.mark.parametrize(
    "data",
    [samples.locked_zip({"letter.txt": b"hello"}), samples.pdf(password="1234")],
    ids=["zip", "pdf"],
)
def test_what_needs_a_password_is_refused(clamd_socket: Path, data: bytes) -> None:
    """A locked file is neither infected nor clean: nobody could look inside."""
    verdict = scan(clamd_socket, data)

    assert (verdict.outcome, verdict.reason) == ("refused", "encrypted")


def test_a_pdf_that_only_forbids_printing_is_clean(clamd_socket: Path) -> None:
    """An owner's password hides nothing: such files are common and are taken."""
    assert scan(clamd_socket, samples.pdf(owner="1234")) == Verdict("clean")


@pytest.mark.parametrize(
    "data",
    [nested(b"hello", depth=20), samples.zipped({"bomb": bytes(1100 * MIB)})],
    ids=["too-deep", "too-much"],
)
def test_what_exceeds_the_limits_is_unscannable(clamd_socket: Path, data: bytes) -> None:
    """A bomb is never clean and never called infected."""
    verdict = scan(clamd_socket, data)

    assert (verdict.outcome, verdict.reason) == ("unscannable", "limits")


def test_more_than_clamd_takes_is_unscannable(clamd_socket: Path) -> None:
    """When clamd hangs up over its size limit, its last words are still read."""
    pieces = (bytes(MIB) for _ in range(310))

    verdict = Clamd(clamd_socket).scan(pieces, size=310 * MIB)

    assert verdict == Verdict("unscannable", "limits")


def test_the_largest_file_we_take_is_scanned(clamd_socket: Path) -> None:
    """The portal's 250 MB are within clamd's limits, to the last byte."""
    pieces = (EICAR.rjust(MIB, b"A") if number == 249 else bytes(MIB) for number in range(250))

    assert Clamd(clamd_socket).scan(pieces, size=250 * MIB).outcome == "infected"


def test_an_empty_stream_is_not_clean(clamd_socket: Path) -> None:
    """Clamd says OK to nothing at all; we do not."""
    assert Clamd(clamd_socket).scan([], size=0) == Verdict("unscannable", "empty")


@pytest.mark.parametrize("pieces", [[], [b"hel"], [b"hello!"], [b"", b""]])
def test_another_size_than_the_rows_is_no_verdict(clamd_socket: Path, pieces: list[bytes]) -> None:
    """Clamd's OK counts only for exactly the bytes that are stored."""
    with pytest.raises(ScannerUnavailable):
        Clamd(clamd_socket).scan(pieces, size=5)


def test_an_empty_piece_does_not_end_the_stream(clamd_socket: Path) -> None:
    """In clamd's protocol a length of 0 means the end: what follows it would pass unseen."""
    verdict = Clamd(clamd_socket).scan([b"hello", b"", EICAR], size=5 + len(EICAR))

    assert verdict.outcome == "infected"


def test_a_store_that_fails_in_the_middle_is_not_the_scanners_fault(clamd_socket: Path) -> None:
    """The store's error comes through as it is; there is no verdict on half a file."""

    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise StoreUnavailable

    with pytest.raises(StoreUnavailable):
        Clamd(clamd_socket).scan(pieces(), size=8)


def test_the_canary_sings(clamd_socket: Path) -> None:
    """A scanner that finds EICAR passes, and says that it has only test signatures."""
    scanner = Clamd(clamd_socket)
    scanner.canary()

    assert scanner.signatures().test_only
    assert scanner.signatures().engine.startswith("ClamAV 1.")


def test_a_scanner_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    """No socket, or nobody behind the port: scan again later."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    for scanner in (Clamd(tmp_path / "none.sock"), Clamd(("127.0.0.1", closed))):
        for ask in (lambda it=scanner: it.scan([b"a"], size=1), scanner.signatures, scanner.canary):
            with pytest.raises(ScannerUnavailable):
                ask()


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
