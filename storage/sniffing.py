"""What a file really is: its name, libmagic and its structure must agree on an allowed type."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import ClassVar, Final

import magic

from storage.structure import Fits, has_mimetype, has_stream, holds_part, is_locked, is_text


class Refused(Exception):
    """A file that is not taken; `code` and `params` are for the sentence that people read."""

    code: ClassVar[str] = "refused"

    def __init__(self, **params: str | int) -> None:
        super().__init__(self.code, params)
        self.params = params


class Empty(Refused):
    """There was not one byte."""

    code = "empty"


class WrongType(Refused):
    """Files with this extension are not taken."""

    code = "wrong_type"


class LyingType(Refused):
    """The content is not what the name claims."""

    code = "type_lies"


class PasswordProtected(Refused):
    """The file opens only with a password, so nobody could check or read it."""

    code = "password_protected"


@dataclass(frozen=True, slots=True)
class Kind:
    """An allowed type: our name of it, libmagic's names, how it begins, what must be inside."""

    media_type: str
    begins: bytes
    found: str = ""
    fits: Fits | None = None

    def agrees(self, head: bytes, found: str) -> bool:
        """Say whether these first bytes are of this kind."""
        return (
            (found == self.media_type or re.fullmatch(self.found, found) is not None)
            and re.match(self.begins, head, re.DOTALL) is not None
            and (self.fits is None or self.fits(head, found))
        )


def extension(name: str) -> str:
    """Return the lower-case extension without its dot, or ""."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def claimed_kind(name: str) -> Kind:
    """Return the kind that the name claims, or raise WrongType."""
    claimed = extension(name)
    if claimed not in KINDS:
        raise WrongType(claimed=claimed)
    return KINDS[claimed]


def sniff(name: str, head: bytes) -> str:
    """Return the media type of a file from its name and its first bytes, or raise a Refused."""
    kind = claimed_kind(name)
    if not head:
        raise Empty
    found = _magic().from_buffer(head)
    if kind.fits and kind is not KINDS["txt"] and is_locked(head, found):
        raise PasswordProtected(claimed=extension(name))
    if not kind.agrees(head, found):
        raise LyingType(claimed=extension(name), found=found)
    return kind.media_type


def require_beginning(name: str, head: bytes) -> None:
    """Raise LyingType where the first bytes alone show that the rest need not come."""
    kind = claimed_kind(name)
    if len(head) >= BEGINNING and re.match(kind.begins, head, re.DOTALL) is None:
        raise LyingType(claimed=extension(name), found="")


@functools.cache
def _magic() -> magic.Magic:
    # A libmagic cookie is not for two threads at once; python-magic's object locks its own.
    return magic.Magic(mime=True)


BEGINNING: Final = 16  # no kind is told by more
OLE: Final = rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_FOUND: Final = "application/(x-ole-storage|CDFV2)"
ZIP: Final = rb"PK\x03\x04"
ISO_MEDIA: Final = rb"....ftyp"
UNSURE: Final = "application/octet-stream"  # libmagic knows not every camera's brand
# With a small picture of the first page among the first parts, libmagic knows no Office file.
ZIP_FOUND: Final = f"application/zip|{UNSURE}"
OOXML: Final = "application/vnd.openxmlformats-officedocument."
WORD, EXCEL = f"{OOXML}wordprocessingml.document", f"{OOXML}spreadsheetml.sheet"
ODF: Final = "application/vnd.oasis.opendocument."
WRITER, CALC = f"{ODF}text", f"{ODF}spreadsheet"
# Prose makes libmagic guess wildly; but a page or a drawing with script in it is not text.
TEXT_FOUND: Final = (
    "text/(?!html|xml|rtf).*|message/(rfc822|news)|application/(json|x-subrip|octet-stream)"
)

KINDS: Final = {
    "pdf": Kind("application/pdf", rb"%PDF-"),
    "doc": Kind("application/msword", OLE, OLE_FOUND, has_stream("WordDocument")),
    "docx": Kind(WORD, ZIP, ZIP_FOUND, holds_part("word/")),
    "odt": Kind(WRITER, ZIP, "", has_mimetype(WRITER)),
    "rtf": Kind("text/rtf", rb"\{\\rtf"),
    "xls": Kind("application/vnd.ms-excel", OLE, OLE_FOUND, has_stream("Workbook", "Book")),
    "xlsx": Kind(EXCEL, ZIP, ZIP_FOUND, holds_part("xl/")),
    "ods": Kind(CALC, ZIP, "", has_mimetype(CALC)),
    "jpg": Kind("image/jpeg", rb"\xff\xd8\xff"),
    "jpeg": Kind("image/jpeg", rb"\xff\xd8\xff"),
    "png": Kind("image/png", rb"\x89PNG\r\n\x1a\n....IHDR"),
    "tif": Kind("image/tiff", rb"II[*+]\0|MM\0[*+]"),
    "tiff": Kind("image/tiff", rb"II[*+]\0|MM\0[*+]"),
    "heic": Kind("image/heic", ISO_MEDIA, "image/hei[cf](-sequence)?"),
    "txt": Kind("text/plain", b"", TEXT_FOUND, is_text),
    "mp3": Kind("audio/mpeg", rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]", UNSURE),
    "m4a": Kind("audio/mp4", ISO_MEDIA, "audio/x-m4a|video/mp4"),
    "wav": Kind("audio/wav", rb"RIFF....WAVE", "audio/(x-wav|vnd.wave)"),
    "mp4": Kind("video/mp4", ISO_MEDIA, f"video/(x-m4v|3gpp)|audio/mp4|{UNSURE}"),
}
