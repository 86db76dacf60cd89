"""Papers nobody has seen before: real PDFs of scanned pages, fresh each time."""

import io
import os

import pikepdf

MB = 1_000_000
SIDE = 1000  # dots: a page is a square of so many greys, a megabyte
AROUND = 1500  # bytes of a PDF that are not its pages


def fresh_pdf(size: int) -> bytes:
    """A PDF of about this size, a page a megabyte; clamd and inspection have to read all of it."""
    pdf, made = pikepdf.new(), io.BytesIO()
    left = max(SIDE, size - AROUND)
    while left > 0:
        rows = max(1, min(left, MB) // SIDE)
        _scan(pdf, rows)
        left -= rows * SIDE
    pdf.save(made, compress_streams=False)
    return made.getvalue()


def _scan(pdf: pikepdf.Pdf, rows: int) -> None:
    page = pdf.add_blank_page(page_size=(612, 792))
    dots = pikepdf.Stream(
        pdf,
        os.urandom(rows * SIDE),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=SIDE,
        Height=rows,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=dots))
    page.Contents = pikepdf.Stream(pdf, b"612 0 0 792 0 0 cm /P Do")
