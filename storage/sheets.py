"""Sheets: a PDF of pictures alone, written page by page at constant memory."""

from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True)
class Jpeg:
    """A picture as it lies on one page: so many pixels, so many points."""

    data: bytes
    size: tuple[int, int]
    grey: bool
    points: tuple[float, float]


class Sheets:
    """The file grows with every page; it is a PDF once it is finished."""

    def __init__(self, file: BinaryIO) -> None:
        """`file`: empty, and written from its start."""
        self._file = file
        self._pages: list[int] = []
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        # Objects 1 and 2, the catalogue and the list of pages, are known last.
        self._places = {1: 0, 2: 0}

    def add(self, jpeg: Jpeg) -> None:
        """One more page, filled by this picture."""
        (across, down), (width, height) = jpeg.size, jpeg.points
        colour = "DeviceGray" if jpeg.grey else "DeviceRGB"
        picture = self._stream(
            jpeg.data,
            f"/Type /XObject /Subtype /Image /Width {across} /Height {down} /ColorSpace /{colour}"
            " /BitsPerComponent 8 /Filter /DCTDecode",
        )
        drawing = self._stream(f"{width:.3f} 0 0 {height:.3f} 0 0 cm /P Do".encode(), "")
        page = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.3f} {height:.3f}]"
            f" /Resources << /XObject << /P {picture} 0 R >> >> /Contents {drawing} 0 R >>"
        )
        self._pages.append(self._object(page.encode()))

    def finish(self) -> None:
        """Write what every reader looks for at the end."""
        listed = " ".join(f"{page} 0 R" for page in self._pages)
        self._object(b"<< /Type /Catalog /Pages 2 0 R >>", number=1)
        pages = f"<< /Type /Pages /Count {len(self._pages)} /Kids [{listed}] >>"
        self._object(pages.encode(), number=2)
        start, count = self._file.tell(), len(self._places) + 1
        rows = "".join(f"{self._places[number]:010} 00000 n \n" for number in range(1, count))
        self._write(f"xref\n0 {count}\n0000000000 65535 f \n{rows}".encode())
        self._write(
            f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
        )

    def _stream(self, data: bytes, says: str) -> int:
        head = f"<< {says} /Length {len(data)} >>\nstream\n".encode()
        return self._object(head, data, b"\nendstream")

    def _object(self, *pieces: bytes, number: int = 0) -> int:
        number = number or len(self._places) + 1
        self._places[number] = self._file.tell()
        self._write(f"{number} 0 obj\n".encode(), *pieces, b"\nendobj\n")
        return number

    def _write(self, *pieces: bytes) -> None:
        for piece in pieces:
            self._file.write(piece)
