"""The task of the confined child: look into one file by its type, and say what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import BinaryIO, Final

from storage.inspection.finding import Finding, Objection
from storage.inspection.images import inspect_heic, inspect_jpeg, inspect_png, inspect_tiff
from storage.inspection.media import inspect_iso_media, inspect_mp3, inspect_wav
from storage.inspection.office import inspect_office
from storage.inspection.oldoffice import inspect_old_office
from storage.inspection.opendocument import inspect_opendocument
from storage.inspection.pdf import inspect_pdf
from storage.inspection.rtf import inspect_rtf
from storage.inspection.text import inspect_text
from storage.sniffing import CALC, EXCEL, WORD, WRITER

# Each returns the number of pages, where the type has some, or raises Objection.
INSPECTIONS: Final[Mapping[str, Callable[[BinaryIO], int | None]]] = {
    "application/pdf": inspect_pdf,
    "application/msword": inspect_old_office,
    "application/vnd.ms-excel": inspect_old_office,
    WORD: inspect_office,
    EXCEL: inspect_office,
    WRITER: inspect_opendocument,
    CALC: inspect_opendocument,
    "text/rtf": inspect_rtf,
    "text/plain": inspect_text,
    "image/jpeg": inspect_jpeg,
    "image/png": inspect_png,
    "image/tiff": inspect_tiff,
    "image/heic": inspect_heic,
    "audio/mpeg": inspect_mp3,
    "audio/wav": inspect_wav,
    "audio/mp4": inspect_iso_media,
    "video/mp4": inspect_iso_media,
}


def inspect(file: BinaryIO, *, media_type: str) -> bytes:
    """Judge the file; returns a packed Finding."""
    try:
        pages = INSPECTIONS[media_type](file)
    except Objection as objection:
        return Finding("refused", objection.reason, objection.detail).packed()
    return Finding("clean", pages=pages).packed()
