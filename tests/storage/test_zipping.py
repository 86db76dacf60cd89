"""Archives: known before they are read, the same for ever, and cut anywhere."""

import hashlib
import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from storage.zipping import Archive, Checksums, Member, held

AT = datetime(2026, 11, 21, 20, 5, 6)  # noqa: DTZ001 - as a ZIP has it, without a zone
MB = 1024 * 1024


def sliced(name: str, data: bytes, *, size: int | None = None) -> Member:
    """A member that is read in pieces."""
    digest = hashlib.sha256(data).hexdigest()

    def read() -> Iterator[bytes]:
        yield from (data[at : at + MB] for at in range(0, len(data), MB))

    return Member(name, AT, len(data) if size is None else size, digest, read)


MEMBERS = (
    held("été/ሰላም.txt", b"hello", at=AT),
    sliced("b/scan.bin", bytes(range(256)) * 10_000),
    held("empty", b"", at=AT),
)
WHOLE = b"".join(Archive(MEMBERS).pieces())


def test_its_length_and_every_byte_are_known_beforehand(tmp_path: Path) -> None:
    """Python and unzip read it; names are Unicode; the same members are the same bytes."""
    archive = Archive(MEMBERS)
    (tmp_path / "a.zip").write_bytes(WHOLE)

    with zipfile.ZipFile(io.BytesIO(WHOLE)) as read:
        assert read.testzip() is None
        assert read.namelist() == [one.name for one in MEMBERS]
        assert read.read("été/ሰላም.txt") == b"hello"
        assert all(one.flag_bits & 0x800 for one in read.infolist())
        assert {one.date_time for one in read.infolist()} == {(2026, 11, 21, 20, 5, 6)}
    assert archive.size == len(WHOLE)
    assert b"".join(archive.pieces()) == WHOLE
    assert shutil.which("unzip")
    assert subprocess.run(["unzip", "-tq", tmp_path / "a.zip"], check=False).returncode == 0


@given(some.integers(0, len(WHOLE) + 5), some.integers(0, len(WHOLE) + 5) | some.none())
def test_any_part_is_that_part_of_the_whole(start: int, stop: int | None) -> None:
    """From anywhere to anywhere, with nothing read before."""
    assert b"".join(Archive(MEMBERS).pieces(start, stop)) == WHOLE[start:stop]


def test_what_went_out_before_is_not_read_again() -> None:
    """To go on near the end, nothing but the directory is made."""
    known, asked = Checksums(), list[int]()

    def read() -> Iterator[bytes]:
        asked.append(1)
        yield b"x" * 10

    digest = hashlib.sha256(b"x" * 10).hexdigest()
    members = [Member("x", AT, 10, digest, read), held("y", b"y", at=AT)]
    whole = b"".join(Archive(members, checksums=known).pieces())

    tail = b"".join(Archive(members, checksums=known).pieces(len(whole) - 30))

    assert (tail, len(asked)) == (whole[-30:], 1)


def test_a_member_that_fails_ends_the_archive_there() -> None:
    """Nothing of what comes after it goes out."""

    def read() -> Iterator[bytes]:
        yield b"first piece"
        raise ConnectionError

    came: list[bytes] = []
    pieces = Archive([Member("x", AT, 20, "0" * 64, read), held("y", b"y", at=AT)]).pieces()
    with pytest.raises(ConnectionError):
        came.extend(pieces)

    assert b"y" not in b"".join(came)
    assert not zipfile.is_zipfile(io.BytesIO(b"".join(came)))


def test_what_does_not_fit_into_four_bytes_is_written_with_eight(tmp_path: Path) -> None:
    """A film of more than 4 GiB, and a file that begins behind it (ZIP64)."""
    count, nothing = 4_100, bytes(MB)
    film = Member("film.mp4", AT, count * MB, "0" * 64, lambda: iter([nothing] * count))
    archive = Archive([film, held("small", b"small", at=AT)])
    path = tmp_path / "sparse.zip"
    with path.open("wb") as sparse:
        for piece in archive.pieces():
            if piece is nothing:
                sparse.seek(MB, 1)
            else:
                sparse.write(piece)

    with zipfile.ZipFile(path) as read:
        found = read.infolist()
        assert read.read("small") == b"small"

    assert path.stat().st_size == archive.size
    assert [one.file_size for one in found] == [count * MB, 5]
    assert found[1].header_offset > 2**32


def test_more_files_than_two_bytes_can_count() -> None:
    """70,000 members are 70,000 members."""
    archive = Archive([held(f"{number}", b"", at=AT) for number in range(70_000)])

    with zipfile.ZipFile(io.BytesIO(b"".join(archive.pieces()))) as read:
        assert len(read.namelist()) == 70_000


def test_the_fingerprint_is_of_everything_that_makes_the_bytes() -> None:
    """Another name, time, order or content is another archive."""
    one, two = held("a", b"1", at=AT), held("b", b"2", at=AT)
    others = (
        [two, one],
        [one],
        [held("c", b"1", at=AT), two],
        [held("a", b"3", at=AT), two],
        [held("a", b"1", at=AT.replace(hour=1)), two],
    )

    prints = {Archive(members).fingerprint for members in ([one, two], *others)}

    assert len(prints) == 6
    assert Archive([one, two]).fingerprint in prints
