"""Pictures: not larger than a page can be, whole, and nothing behind their end."""

from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from typing import BinaryIO, Final

import pillow_heif
from PIL import Image, ImageFile, UnidentifiedImageError

from storage.inspection.appended import forbid_another_type, require_nothing_after
from storage.inspection.finding import Objection
from storage.inspection.media import boxes

# A sheet of A0 at 300 points an inch is 139 million points, the largest telephone's photograph 200.
PIXELS: Final = 250_000_000
UNFOLDED: Final = 600 * 1024**2
FRAMES: Final = 2_000
DECODING: Final = (
    5.0  # seconds; of a scan of hundreds of sheets the rest is looked at by its header
)
DEEPEST: Final = 3

# The caps below are ours, and told in our words.
Image.MAX_IMAGE_PIXELS = None
ImageFile.LOAD_TRUNCATED_IMAGES = False
# A confined child may have no threads.
pillow_heif.register_heif_opener(  # pyright: ignore[reportUnknownMemberType]: its **kwargs
    decode_threads=1
)
Image.init()


def inspect_png(file: BinaryIO) -> None:
    """Check every chunk's sum and the picture; raises Objection."""
    forbid_another_type(file)
    file.seek(8)
    kind = b""
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", _exactly(file, 8))
        total = zlib.crc32(kind)
        while length:
            piece = _exactly(file, min(length, 2**20))
            total = zlib.crc32(piece, total)
            length -= len(piece)
        if struct.unpack(">I", _exactly(file, 4))[0] != total and kind[:1].isupper():
            raise Objection("broken", f"chunk {kind!r} is damaged")
    require_nothing_after(file, file.tell())
    _decode(file, ("PNG",))


def inspect_jpeg(file: BinaryIO) -> None:
    """Walk its segments to the end, and decode it; raises Objection."""
    forbid_another_type(file)
    file.seek(0)
    content = file.read()
    end = _jpeg_end(content, 0)
    if (rest := content[end:].lstrip(b"\0\t\n\f\r \xff")) and not _is_phones_own(
        rest, content[:end]
    ):
        raise Objection("trailing", f"{len(rest)} bytes after the end: {rest[:8].hex()}")
    _decode(file, ("JPEG", "MPO"))


def inspect_tiff(file: BinaryIO) -> int:
    """Decode every page; returns their number, or raises Objection."""
    forbid_another_type(file)
    return _decode(file, ("TIFF",))


def inspect_heic(file: BinaryIO) -> None:
    """Follow its boxes to the end, and decode it; raises Objection."""
    forbid_another_type(file)
    for _ in boxes(file):
        pass
    _decode(file, ("HEIF",))


def _decode(file: BinaryIO, formats: tuple[str, ...]) -> int:
    """Weigh each frame by its header before it is unfolded; returns how many there are."""
    ends = time.monotonic() + DECODING
    with _damage():
        file.seek(0)
        with Image.open(file, formats=formats) as image:
            frames = getattr(image, "n_frames", 1) if "TIFF" in formats else 1
            if frames > FRAMES:
                raise Objection("bomb", f"{frames} pages")
            for frame in range(frames):
                image.seek(frame)
                _weigh(image)
                if time.monotonic() < ends:
                    image.draft("L", (image.width // 8, image.height // 8))
                    image.load()
    return frames


def _weigh(image: Image.Image) -> None:
    width, height = image.size
    points = width * height
    a_point = 1 if image.mode in {"1", "L", "P"} else 4
    if image.format in {"JPEG", "MPO"}:
        a_point = 0  # decoded at an eighth
    if points > PIXELS or points * a_point > UNFOLDED:
        raise Objection("bomb", f"a picture of {width} by {height} points")


@contextmanager
def _damage() -> Generator[None]:
    try:
        yield
    except UnidentifiedImageError as error:
        raise Objection("broken", "no picture that can be read") from error
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        struct.error,
        KeyError,
        IndexError,
        TypeError,
    ) as error:
        raise Objection("broken", f"{type(error).__name__}: {error}") from error


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) != size:
        raise Objection("broken", "cut off")
    return data


def _jpeg_end(content: bytes, at: int) -> int:
    """The place after the end mark of the JPEG that begins here."""
    at += 2
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise Objection("broken", "cut off")
        mark = content[at + 1]
        if mark == 0xD9:
            return at + 2
        if mark in {0x00, 0x01, 0xFF} or 0xD0 <= mark <= 0xD8:
            at += 1 if mark == 0xFF else 2
        else:
            if at + 4 > len(content):
                raise Objection("broken", "cut off")
            at += 2 + struct.unpack_from(">H", content, at + 2)[0]


def _is_phones_own(rest: bytes, picture: bytes) -> bool:
    """Whether what follows is what telephones put there: smaller pictures, their own notes."""
    if b"MPF\0" in picture[: 2**17]:  # "several pictures": a brightness map, a preview
        while rest.startswith(b"\xff\xd8\xff"):
            rest = rest[_jpeg_end(rest, 0) :].lstrip(b"\0")
        if not rest:
            return True
    return _is_samsungs(rest)


def _is_samsungs(rest: bytes) -> bool:
    """Whether these are Samsung's notes: blocks, their list, and the list's length, "SEFT"."""
    if rest[-4:] != b"SEFT" or len(rest) < 24:
        return False
    listed = struct.unpack_from("<I", rest, len(rest) - 8)[0]
    start = len(rest) - 8 - listed
    if start < 0 or rest[start : start + 4] != b"SEFH":
        return False
    count = struct.unpack_from("<I", rest, start + 8)[0]
    if count == 0 or 12 + 12 * count != listed:
        return False
    blocks = [struct.unpack_from("<HHII", rest, start + 12 + 12 * one) for one in range(count)]
    video = 0x0A30
    return all(kind != video for _, kind, _, _ in blocks) and max(b[2] for b in blocks) == start
