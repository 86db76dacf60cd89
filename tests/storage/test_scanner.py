"""The scanner: a real clamd finds what it should, and a broken one is never believed."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.objects import StoreUnavailable
from storage.scanner import (
    Clamd,
    ScannerUnavailable,
    Verdict,
)
from tests import samples
from tests.samples import EICAR, FILES

TEST_FILES = sorted(Path("/usr/share/clamav-testfiles").iterdir())
MIB = 1024 * 1024


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
