"""Files to draw: photographs with a side up, PDFs with more than pixels in them, and bombs."""

import io
import struct
import zlib

import pikepdf
import pillow_heif
from PIL import Image

RED, BLUE = (250, 130, 100), (30, 120, 200)
ORIENTATION = 0x0112


def photograph(kind: str, *, turned: bool = False, mode: str = "RGB") -> bytes:
    """Wider than high, red above and blue below; `turned`: stored on its side, as EXIF says."""
    pillow_heif.register_heif_opener()  # pyright: ignore[reportUnknownMemberType]
    image, made, exif = Image.new("RGB", (1200, 800), BLUE), io.BytesIO(), Image.Exif()
    image.paste(RED, (0, 0, 1200, 400))
    image = _sixteen_bits(image) if mode == "I;16" else image.convert(mode)
    if turned:
        exif[ORIENTATION] = 6
        image = image.rotate(90, expand=True)
        image.save(made, kind, exif=exif.tobytes())
    else:
        image.save(made, kind)
    return made.getvalue()


def _sixteen_bits(image: Image.Image) -> Image.Image:
    wide = [value * 257 for value in range(256)]
    grey = image.convert("L").tobytes()
    data = b"".join(wide[value].to_bytes(2, "little") for value in grey)
    return Image.frombytes("I;16", image.size, data)


def pages(count: int, *, colour: str = "0 0 1", size: tuple[float, float] = (612, 792)) -> bytes:
    """A PDF with so many pages, a filled square in the middle of each."""
    pdf, made = pikepdf.new(), io.BytesIO()
    for _ in range(count):
        page = pdf.add_blank_page(page_size=size)
        page.Contents = pikepdf.Stream(pdf, f"{colour} rg 206 296 200 200 re f".encode())
    pdf.save(made)
    return made.getvalue()


def loaded() -> bytes:
    """A page with everything that pixels are not: text, link, script, attachment, properties."""
    pdf, made = pikepdf.new(), io.BytesIO()
    page = pdf.add_blank_page(page_size=(612, 792))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    page.Contents = pikepdf.Stream(pdf, b"BT /F 40 Tf 72 700 Td (Marker of the text) Tj ET")
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=[0, 0, 100, 100],
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://marker.example.org"),
    )
    page.Annots = pikepdf.Array([link])
    pdf.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS="app.alert('Marker of the script')"
    )
    pdf.attachments["marker.txt"] = b"Marker of the attachment"
    pdf.docinfo["/Author"] = "Marker of the author"
    pdf.save(made, compress_streams=False)
    return made.getvalue()


def pixel_flood(side: int = 60_000) -> bytes:
    """A PNG of a few kilobytes that says it is 3,600,000,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", body), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def flood_inside() -> bytes:
    """A PDF of a few hundred kilobytes whose only picture inflates to 6 GB."""
    pdf, made = pikepdf.new(), io.BytesIO()
    page = pdf.add_blank_page(page_size=(612, 792))
    picture = pikepdf.Stream(
        pdf,
        zlib.compress(zlib.compress(bytes(200_000_000), 9), 9),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=45_000,
        Height=45_000,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=[pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode],
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
    page.Contents = pikepdf.Stream(pdf, b"612 0 0 792 0 0 cm /P Do")
    pdf.save(made)
    return made.getvalue()


def endless() -> bytes:
    """A page that draws a form that draws two, thirty deep: a billion squares."""
    pdf, made = pikepdf.new(), io.BytesIO()
    form = pikepdf.Stream(pdf, b"0 0 9 9 re f")
    for _ in range(30):
        inner = pdf.make_indirect(form)
        form = pikepdf.Stream(
            pdf,
            b"/P Do " * 4,
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=inner)),
        )
        _as_form(form)
        _as_form(inner)
    page = pdf.add_blank_page(page_size=(612, 792))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=pdf.make_indirect(form)))
    page.Contents = pikepdf.Stream(pdf, b"/P Do")
    pdf.save(made)
    return made.getvalue()


def _as_form(stream: pikepdf.Object) -> None:
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    stream.BBox = pikepdf.Array([0, 0, 612, 792])
