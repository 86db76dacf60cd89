"""The words of tus 1.0.0, the resumable upload protocol, as headers carry them."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

VERSION = "1.0.0"
PIECE_TYPE = "application/offset+octet-stream"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
# sha1 is the one that the protocol obliges everybody to know; sha256 is the one to use.
ALGORITHMS = ("sha1", "sha256")


class Unspoken(Exception):
    """The request is not as the protocol has it; `status` says how."""

    def __init__(self, status: int, what: str) -> None:
        """`what`: for whoever writes a client."""
        super().__init__(what)
        self.status = status
        self.what = what


class WrongSum(Unspoken):
    """The bytes are not those that were sent; none of them is kept."""

    def __init__(self) -> None:
        """Checksum Mismatch."""
        super().__init__(460, "Upload-Checksum: the bytes are others.")


@dataclass(frozen=True)
class Announced:
    """A file as its sender describes it."""

    name: str
    size: int
    modified: str | None = None
    # The id that the sender chose, so that asking again begins nothing anew.
    key: UUID | None = None


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one request must amount to."""

    algorithm: str
    digest: bytes


def require_version(headers: Mapping[str, str]) -> None:
    """Raise Unspoken unless it is the version that we speak."""
    if headers.get("tus-resumable") != VERSION:
        raise Unspoken(412, f"Tus-Resumable: {VERSION} is spoken here.")


def announced(headers: Mapping[str, str]) -> Announced:
    """The file that a request to begin tells of; raises Unspoken."""
    told = _metadata(headers.get("upload-metadata", ""))
    try:
        key = UUID(told["id"]) if told.get("id") else None
    except ValueError as error:
        raise Unspoken(400, "Upload-Metadata: id is no UUID.") from error
    return Announced(
        told_name(headers), number(headers, "upload-length"), told.get("modified"), key
    )


def told_name(headers: Mapping[str, str]) -> str:
    """What the sender calls the file; raises Unspoken."""
    told = _metadata(headers.get("upload-metadata", ""))
    return told.get("filename") or told.get("name") or ""


def number(headers: Mapping[str, str], name: str) -> int:
    """A header that must be a count of bytes; raises Unspoken."""
    text = headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Unspoken(400, f"{name.title()} must be a number of bytes.")
    return int(text)


def checksum(headers: Mapping[str, str]) -> Checksum | None:
    """What the body must amount to, if that was said; raises Unspoken."""
    text = headers.get("upload-checksum")
    if text is None:
        return None
    algorithm, _, digest = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise Unspoken(400, f"Upload-Checksum: {' and '.join(ALGORITHMS)} are known here.")
    return Checksum(algorithm, _decoded(digest))


def _metadata(text: str) -> dict[str, str]:
    """Pairs of a word and a Base64 text, told apart by commas (Creation extension)."""
    pairs = [pair.strip().partition(" ") for pair in text.split(",") if pair.strip()]
    return {word: _decoded(value).decode("utf-8", "replace") for word, _, value in pairs}


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Unspoken(400, "Not Base64.") from error
