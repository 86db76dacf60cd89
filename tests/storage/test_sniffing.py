"""What a file really is: every allowed type is known, every lie is seen."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as some

from storage.sniffing import (
    KINDS,
    Empty,
    LyingType,
    PasswordProtected,
    Refused,
    WrongType,
    extension,
    sniff,
)
from tests import samples
from tests.samples import FILES


@pytest.mark.parametrize("name", FILES)
def test_every_allowed_type_is_recognised(name: str) -> None:
    """A real file under its real extension is taken, under our media type."""
    file, media_type = FILES[name]

    assert sniff(name, file) == media_type


def test_every_allowed_type_has_a_sample() -> None:
    """A type that is added to the table is added to these tests too."""
    assert {extension(name) for name in FILES} == set(KINDS)


def test_no_type_passes_for_another() -> None:
    """Under every other allowed extension the same bytes are refused as a lie."""
    same = [{"jpg", "jpeg"}, {"tif", "tiff"}, {"m4a", "mp4"}]
    for name, (file, _) in FILES.items():
        for claimed in set(KINDS) - {extension(name)}:
            if {claimed, extension(name)} in same:
                continue
            with pytest.raises(LyingType) as refusal:
                sniff(f"file.{claimed}", file)
            assert refusal.value.params["claimed"] == claimed


@pytest.mark.parametrize(
    "name", ["letters.zip", "run.exe", "page.html", "drawing.svg", "macro.docm", "README", "", "a."]
)
def test_other_extensions_are_refused(name: str) -> None:
    """Only the types in the table are taken, whatever is inside."""
    with pytest.raises(WrongType) as refusal:
        sniff(name, FILES["record.pdf"][0])

    assert (refusal.value.code, refusal.value.params) == (
        "wrong_type",
        {"claimed": extension(name)},
    )


def test_nothing_is_no_file() -> None:
    """A file of no bytes is refused as empty."""
    with pytest.raises(Empty):
        sniff("record.pdf", b"")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("a.pdf", b"\n" + FILES["record.pdf"][0]),
        ("a.pdf", b"GIF89a" + FILES["record.pdf"][0]),
        ("a.docx", samples.zipped({"hello.txt": b"hello"})),
        ("a.docx", samples.zipped({"word/document.xml": b"<x/>"})),
        ("a.docx", samples.ooxml("ppt/presentation.xml")),
        (
            "a.odt",
            samples.zipped({"content.xml": b"<x/>", "mimetype": f"{samples.ODF}text".encode()}),
        ),
        ("a.odt", samples.odf("text-template")),
        ("a.doc", samples.ole("PowerPoint Document", b"")),
        ("a.doc", samples.RTF),
        ("a.xls", b"<html><table></table></html>"),
        ("a.jpg", b"\xff\xd8"),
        ("a.mp3", b"\xff\xd8\xff\xe0" + bytes(100)),
        ("a.mp4", samples.iso_media("qt  ")),
        ("a.heic", samples.iso_media("avif")),
        ("a.txt", b"hello\0there"),
        ("a.txt", "hello\0there".encode("utf-16")),
        ("a.txt", b"<html><script>alert(1)</script></html>"),
        ("a.txt", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("a.txt", b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + bytes(200)),
    ],
)
def test_a_lie_is_seen(name: str, file: bytes) -> None:
    """Name, libmagic and structure must agree; a file in disguise is refused."""
    with pytest.raises(LyingType) as refusal:
        sniff(name, file)

    assert refusal.value.code == "type_lies"
    assert set(refusal.value.params) == {"claimed", "found"}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("a.docx", samples.ole("EncryptedPackage", b"")),
        ("a.xlsx", samples.ole("ENCRYPTEDPACKAGE", b"")),
        (
            "a.docx",
            samples.locked_zip({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
        ),
        ("a.doc", samples.doc(locked=True)),
        ("a.xls", samples.xls(locked=True)),
        ("a.odt", samples.odf(more={"META-INF/manifest.xml": b"<manifest:encryption-data/>"})),
    ],
)
def test_a_password_is_seen(name: str, file: bytes) -> None:
    """An Office file that needs a password says so at once, not after the scan."""
    with pytest.raises(PasswordProtected) as refusal:
        sniff(name, file)

    assert refusal.value.code == "password_protected"


@pytest.mark.parametrize(
    "text",
    [
        ("Sehr geehrte Damen und Herren, hiermit teile ich mit, was, wann, wo.\n" * 40).encode(),
        ("Größe, Übel, Ämter.\n" * 40).encode("cp1252"),
        ("Я прибыл в Канаду.\n" * 40).encode("cp1251"),
        "ሰላም ለዓለም".encode(),
        "السلام عليكم".encode("utf-16"),
        b"\xef\xbb\xbfHello",
        b"a",
        b"import the following, please\nclass of 1999\n",
        b"From: me\nTo: you\nSubject: threats\n\nI was told to leave.\n",
        b"1\n00:00:01,000 --> 00:00:02,000\nHe is shouting.\n",
    ],
)
def test_prose_in_any_script_is_text(text: bytes) -> None:
    """Libmagic guesses wildly at prose; a text file is taken all the same."""
    assert sniff("statement.txt", text) == "text/plain"


def test_a_letter_cut_by_the_end_of_the_head_is_still_text() -> None:
    """Only the first bytes are looked at: a character may be cut in two there."""
    assert sniff("statement.txt", ("é" * 40_000).encode()[:65_537]) == "text/plain"


def test_a_long_document_is_known_by_its_beginning() -> None:
    """When the parts lie beyond the first bytes, libmagic's certainty is enough."""
    photo = hashlib.shake_256(b"photo").digest(200_000)
    long = samples.zipped(
        {"[Content_Types].xml": b"<x/>", "_rels/.rels": b"<x/>", "docProps/app.xml": b"<x/>"}
        | {"word/media/image1.jpeg": photo, "word/document.xml": b"<x/>"}
    )

    assert sniff("a.docx", long[:65_536]) == FILES["affidavit.docx"][1]


def test_an_old_document_may_keep_its_directory_at_its_end() -> None:
    """Word writes the list of streams last; the first bytes of a long file do not show it."""
    far = bytearray(samples.doc())
    far[48:52] = (10_000).to_bytes(4, "little")

    assert sniff("a.doc", bytes(far)) == "application/msword"


def test_many_threads_sniff_at_once() -> None:
    """Libmagic is not made for threads; forty uploads at once get forty right answers."""
    with ThreadPoolExecutor(8) as pool:
        files = [file for file, _ in FILES.values()] * 10
        found = list(pool.map(sniff, list(FILES) * 10, files))

    assert found == [media_type for _, media_type in FILES.values()] * 10


@given(some.sampled_from(sorted(KINDS)), some.sampled_from(sorted(FILES)), some.data())
def test_a_spoilt_file_is_taken_or_refused(claimed: str, name: str, data: some.DataObject) -> None:
    """Whatever bytes come, the answer is a media type or a refusal: never a crash."""
    spoilt = io.BytesIO(FILES[name][0])
    for _ in range(data.draw(some.integers(0, 8))):
        spoilt.seek(data.draw(some.integers(0, min(700, len(FILES[name][0])))))
        spoilt.write(data.draw(some.binary(min_size=1, max_size=8)))
    cut = data.draw(some.integers(1, len(spoilt.getvalue())))

    try:
        kept = sniff(f"file.{claimed}", spoilt.getvalue()[:cut])
    except Refused:
        return
    assert kept == KINDS[claimed].media_type
