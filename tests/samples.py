"""Small real files of every type that is taken, made here so that no test needs another's."""

import io
import struct
import wave
import zipfile
from collections.abc import Mapping

import pikepdf
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()  # pyright: ignore[reportUnknownMemberType]: its **kwargs

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SECTOR = 512
OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."


def pdf(*, password: str = "", owner: str = "") -> bytes:
    """A page without anything on it, locked if there is a password."""
    file, made = pikepdf.new(), io.BytesIO()
    file.add_blank_page()
    # With an empty owner's password the file would open for everybody.
    locked = pikepdf.Encryption(owner=owner or password, user=password)
    file.save(made, encryption=locked if password or owner else False)
    return made.getvalue()


def zipped(members: Mapping[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """A ZIP of these members, deflated unless named in `stored`."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, 0 if name in stored else None)
    return made.getvalue()


def locked_zip(members: Mapping[str, bytes]) -> bytes:
    """A ZIP whose members all say that they are encrypted."""
    made = bytearray(zipped(members))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(signature)
        while at >= 0:
            made[at + flags] |= 1
            at = made.find(signature, at + 4)
    return bytes(made)


def ooxml(part: str = "word/document.xml", more: Mapping[str, bytes] = {}) -> bytes:
    """A Word or Excel file with this main part."""
    kind = {"word": "wordprocessingml.document", "xl": "spreadsheetml.sheet"}
    main = f"{OOXML}{kind.get(part.partition('/')[0], 'presentationml.presentation')}.main+xml"
    types = f'<Types><Override PartName="/{part}" ContentType="{main}"/></Types>'
    link = f'<Relationships><Relationship Target="{part}"/></Relationships>'
    members = {"[Content_Types].xml": types.encode(), "_rels/.rels": link.encode(), part: b"<x/>"}
    return zipped({**members, **more})


def odf(kind: str = "text", more: Mapping[str, bytes] = {}) -> bytes:
    """An OpenDocument file; its first member says its type."""
    members = {"mimetype": f"{ODF}{kind}".encode(), "content.xml": b"<x/>"}
    manifest = {"META-INF/manifest.xml": b'<manifest:manifest xmlns:manifest="urn:m"/>'}
    return zipped({**members, **manifest, **more}, stored=("mimetype",))


def ole(stream: str, content: bytes) -> bytes:
    """An old Office file: header, one table of sectors, one directory, one stream."""
    content = content.ljust(4096, b"\0")
    count = -(-len(content) // SECTOR)
    content = content.ljust(count * SECTOR, b"\0")
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + count), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(SECTOR, b"\xff")
    header = struct.pack("<8s16xHHHHH", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<10xIIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    directory = _entry("Root Entry", 5, 1, (0xFFFFFFFE, 0))
    directory += _entry(stream, 2, 0xFFFFFFFF, (2, len(content)))
    return header + table + directory.ljust(SECTOR, b"\0") + content


def _entry(name: str, kind: int, child: int, place: tuple[int, int]) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<BBIII", kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<H", len(encoded))
        + links
        + struct.pack("<36xIII", *place, 0)
    )


def doc(*, locked: bool = False) -> bytes:
    """A Word file of before 2007."""
    return ole("WordDocument", struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, locked << 8))


def xls(*, locked: bool = False) -> bytes:
    """An Excel file of before 2007."""
    begin = struct.pack("<HHHH12x", 0x809, 16, 0x600, 5)
    return ole("Workbook", begin + struct.pack("<HH4x", 0x2F if locked else 0x42, 4))


def image(kind: str) -> bytes:
    """A small picture."""
    made = io.BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").save(made, kind)
    return made.getvalue()


def iso_media(brand: str) -> bytes:
    """The beginning of a film, a sound or a telephone's photograph."""
    start = struct.pack(">I4s4sI4s4s", 24, b"ftyp", brand.encode(), 0, b"isom", brand.encode())
    return start + struct.pack(">I4s", 8, b"free") + struct.pack(">I4s92x", 100, b"moov")


def wav() -> bytes:
    """A tenth of a second of silence."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    return made.getvalue()


MP3 = b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + (b"\xff\xfb\x90\x64" + bytes(413)) * 3
RTF = rb"{\rtf1\ansi Hearing on 3 December}"
TXT = "Je soussignée, Éléonore Ngo, déclare ce qui suit.\n".encode()

# name → (file, the media type under which it is kept)
FILES: dict[str, tuple[bytes, str]] = {
    "record.pdf": (pdf(), "application/pdf"),
    "affidavit.doc": (doc(), "application/msword"),
    "affidavit.docx": (ooxml(), f"{OOXML}wordprocessingml.document"),
    "affidavit.odt": (odf(), f"{ODF}text"),
    "affidavit.rtf": (RTF, "text/rtf"),
    "costs.xls": (xls(), "application/vnd.ms-excel"),
    "costs.xlsx": (ooxml("xl/workbook.xml"), f"{OOXML}spreadsheetml.sheet"),
    "costs.ods": (odf("spreadsheet"), f"{ODF}spreadsheet"),
    "wound.jpg": (image("JPEG"), "image/jpeg"),
    "wound.JPEG": (image("JPEG"), "image/jpeg"),
    "card.png": (image("PNG"), "image/png"),
    "scan.tif": (image("TIFF"), "image/tiff"),
    "scan.tiff": (image("TIFF"), "image/tiff"),
    "photo.HEIC": (image("HEIF"), "image/heic"),
    "statement.txt": (TXT, "text/plain"),
    "call.mp3": (MP3, "audio/mpeg"),
    "memo.m4a": (iso_media("M4A "), "audio/mp4"),
    "memo.wav": (wav(), "audio/wav"),
    "street.mp4": (iso_media("isom"), "video/mp4"),
}
