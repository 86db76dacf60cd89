"""Bombs: the child stays under 1 GiB and 10 seconds, and this process notices nothing."""

import io
import tempfile
import threading
import time
import zlib

import psutil
import pytest
from PIL import Image

from storage import inspection
from storage.confinement import MEMORY, SECONDS
from storage.inspection import inspected
from tests import samples
from tests.storage.inspection import attacks

MIB = 2**20
WORD = f"{samples.OOXML}wordprocessingml.document"


def deep_xml() -> bytes:
    """A Word file whose text has 200,000 elements inside each other."""
    return samples.ooxml(more={"word/document.xml": b"<a>" * 200_000 + b"</a>" * 200_000})


def wide_png() -> bytes:
    """A picture of 12,000 by 12,000 points, all black: 200 KB that unfold into 432 MB."""
    made = io.BytesIO()
    Image.new("RGB", (12_000, 12_000)).save(made, "PNG")
    return made.getvalue()


def many_objects() -> bytes:
    """A PDF of a million objects: far more than can be walked in time."""
    count = 1_000_000
    objects = b"".join(b"%d 0 obj<</A[/B/C]>>endobj\n" % one for one in range(1, count))
    return b"%PDF-1.4\n" + objects + b"startxref\n9\n%%EOF\n"


def packed_objects() -> bytes:
    """A PDF whose table of objects unfolds into 3 GB."""
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(16 * MIB)) for _ in range(192)) + packer.flush()
    start = b"%%PDF-1.5\n1 0 obj<</Type/XRef/Size 9/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n"
    return start % len(body) + body + b"\nendstream endobj\nstartxref\n9\n%%EOF\n"


BOMBS = {
    "deep.docx": (deep_xml, WORD),
    "wide.png": (wide_png, "image/png"),
    "flood.png": (lambda: attacks.png(2**31 - 1, 2**31 - 1), "image/png"),
    "objects.pdf": (many_objects, "application/pdf"),
    "packed.pdf": (packed_objects, "application/pdf"),
    "gigabyte.docx": (
        lambda: samples.ooxml(more={"word/media/image1.bin": bytes(1024 * MIB)}),
        WORD,
    ),
    "braces.rtf": (lambda: b"{\\rtf1" + b"{" * 20 * MIB, "text/rtf"),
    "words.rtf": (lambda: b"{\\rtf1" + b"\\b " * 20 * MIB + b"}", "text/rtf"),
}


class Watching:
    """How large the largest of our descendants became, and how long it all took."""

    def __init__(self) -> None:
        self.largest, self._stopped = 0, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watching":
        self._begun = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.monotonic() - self._begun
        self._stopped.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stopped.wait(0.02):
            for child in psutil.Process().children(recursive=True):
                try:
                    self.largest = max(self.largest, child.memory_info().rss)
                except psutil.Error:
                    continue


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_hurts_nobody(name: str) -> None:
    """It is never clean, or unfolds within its limits; nothing of it reaches this process."""
    make, media_type = BOMBS[name]
    with tempfile.TemporaryFile() as file:
        file.write(make())
        file.flush()
        before = psutil.Process().memory_info().rss
        with Watching() as watching:
            found = inspected(file, media_type)

    assert psutil.Process().memory_info().rss - before < 8 * MIB
    assert watching.largest < MEMORY
    assert watching.seconds < SECONDS + 2
    assert found.outcome in {"refused", "unscannable"} or name == "wide.png"


def test_what_takes_too_long_is_unscannable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither clean nor infected: the registry looks at it."""
    with tempfile.TemporaryFile() as file:
        file.write(many_objects())
        file.flush()
        found = inspected(file, "application/pdf", seconds=0.1)

    assert (found.outcome, found.reason) == ("unscannable", "too_heavy")


def test_a_type_that_nobody_inspects_is_unscannable() -> None:
    """A type that is added to the sniffing without an inspection lets nothing through."""
    with tempfile.TemporaryFile() as file:
        file.write(b"x")
        file.flush()

        assert inspection.inspected(file, "video/unknown").outcome == "unscannable"
