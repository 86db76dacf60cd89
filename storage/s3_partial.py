"""An object that comes to an S3 server in pieces: whole parts, and a tail too short to be one.

A part of a multipart upload has a least size. What comes is kept as small objects of its own,
each named by the byte it begins at and written once; when they fill a part they become it. So
every question about the upload is answered by what the server lists, and of two writers at the
same byte one is refused. Parts begin at fixed bytes: made twice, a part is the same.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from storage.objects import (
    ObjectExists,
    ObjectMissing,
    OutOfPlace,
    StoreUnavailable,
    WrongBytes,
)

Ask = Callable[..., dict[str, Any]]
TAILS: Final = "tails/"
TURNS: Final = 5


@dataclass(frozen=True, slots=True)
class Tail:
    """A piece that is in no part yet; a bucket that keeps versions must be told which to delete."""

    key: str
    version: str
    start: int
    size: int
    written: datetime

    @property
    def of(self) -> str:
        """The key of the object that it is a piece of."""
        name = self.key.split("/")[1]
        return f"{name[:2]}/{name}"


class S3Partial:
    """One such object; `part` is the size of all its parts but the last."""

    def __init__(self, ask: Ask, key: str, *, part: int) -> None:
        """`ask`: makes one call on the bucket."""
        self._ask, self._key, self._part = ask, key, part
        self._prefix = f"{TAILS}{key.rpartition('/')[2]}/"
        # Where the next piece begins, once the server was asked.
        self._end: int | None = None

    def offset(self) -> int:
        """Say how many bytes the server has, one after the other."""
        # The tail first: what becomes a part meanwhile is then counted once.
        tails = self._tails()
        upload = self._upload()
        if upload is None:
            self._end = self._finished() or 0
            return self._end
        end = sum(part["Size"] for part in self._parts(upload))
        for tail in tails:
            if tail.start == end:
                end += tail.size
        self._end = end
        return end

    def append(self, piece: bytes, *, at: int) -> None:
        """Add a piece that begins at this byte."""
        end = self.offset() if self._end is None else self._end
        if end != at:
            raise OutOfPlace(at)
        if at == 0:
            self._begin()
        rest = memoryview(piece)
        while rest:
            if at and at % self._part == 0:
                self._compose(at // self._part)
            now = rest[: self._part - at % self._part]
            self._put(bytes(now), at)
            rest, at = rest[len(now) :], at + len(now)
            self._end = at

    def finish(self) -> None:
        """Make the tail the last part, and the parts an object; of several at once, one does it."""
        upload: str | None = None
        for _ in range(TURNS):
            upload = None if self._finished() is not None else self._upload()
            if upload is None:
                break
            with suppress(ObjectExists, ObjectMissing):  # somebody else was first: look again
                self._finish(upload)
        if self._finished() is None:
            raise ObjectMissing(self._key) if upload is None else StoreUnavailable(self._key)
        self._cut(self._tails())

    def _finish(self, upload: str) -> None:
        size = self.offset()
        for number in range(len(self._parts(upload)) + 1, -(-size // self._part) + 1):
            self._compose(number)
        parts = [
            {name: part[name] for name in ("PartNumber", "ETag")} for part in self._parts(upload)
        ]
        self._complete(upload, parts)

    def abandon(self) -> None:
        """Give up the parts, and remove the tail and the object."""
        while (upload := self._upload()) is not None:
            self._ask("abort_multipart_upload", Key=self._key, UploadId=upload)
        self._ask("delete_object", Key=self._key)
        self._end = None
        self._cut(self._tails())

    def _begin(self) -> None:
        if self._upload() is None:
            if self._finished() is not None:
                raise OutOfPlace(0)
            self._ask("create_multipart_upload", Key=self._key)

    def _upload(self) -> str | None:
        """The multipart upload under our key; should two have been begun, the older one."""
        listed = self._ask("list_multipart_uploads", Prefix=self._key).get("Uploads", ())
        ours = [(one["Initiated"], one["UploadId"]) for one in listed if one["Key"] == self._key]
        return min(ours)[1] if ours else None

    def _finished(self) -> int | None:
        try:
            return self._ask("head_object", Key=self._key)["ContentLength"]
        except ObjectMissing:
            return None

    def _parts(self, upload: str) -> list[dict[str, Any]]:
        """The parts there are from the first on, each once: a server may list one it got twice."""
        found: dict[int, dict[str, Any]] = {}
        marker, more = 0, True
        while more:
            asked = {"Key": self._key, "UploadId": upload, "PartNumberMarker": marker}
            page = self._ask("list_parts", **asked)
            found |= {part["PartNumber"]: part for part in page.get("Parts", ())}
            more, marker = page.get("IsTruncated", False), page.get("NextPartNumberMarker", 0)
        return [found[number] for number in range(1, len(found) + 1) if number in found]

    def _tails(self) -> list[Tail]:
        """The pieces that are kept by themselves, in the order of their first bytes."""
        return sorted(_listed(self._ask, self._prefix), key=lambda tail: tail.start)

    def _put(self, piece: bytes, at: int) -> None:
        try:
            self._ask(
                "put_object",
                Key=f"{self._prefix}{at:015d}",
                Body=piece,
                IfNoneMatch="*",
                Metadata={"sha256": hashlib.sha256(piece).hexdigest()},
                **checksum(piece),
            )
        except ObjectExists as taken:
            raise OutOfPlace(at) from taken

    def _compose(self, number: int) -> None:
        """Make the part of this number out of its pieces, unless it is there."""
        upload = self._upload()
        if upload is None:
            raise OutOfPlace(number)
        first = (number - 1) * self._part
        tails = [tail for tail in self._tails() if first <= tail.start < first + self._part]
        if len(self._parts(upload)) < number:
            body = b"".join(map(self._piece, tails))
            digest = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
            part = {"PartNumber": number, "Body": body, "ContentMD5": digest}
            self._ask("upload_part", Key=self._key, UploadId=upload, **part)
        self._cut(tails)

    def _piece(self, tail: Tail) -> bytes:
        answer = self._ask("get_object", Key=tail.key, VersionId=tail.version)
        body: bytes = answer["Body"]
        if hashlib.sha256(body).hexdigest() != answer["Metadata"].get("sha256"):
            raise WrongBytes(tail.key)
        return body

    def _complete(self, upload: str, parts: list[dict[str, Any]]) -> None:
        whole = {"MultipartUpload": {"Parts": parts}, "IfNoneMatch": "*"}
        self._ask("complete_multipart_upload", Key=self._key, UploadId=upload, **whole)

    def _cut(self, tails: list[Tail]) -> None:
        for tail in tails:
            self._ask("delete_object", Key=tail.key, VersionId=tail.version)


def sweep_tails(ask: Ask, before: datetime, *, keeping: Container[str]) -> None:
    """Remove old pieces of objects that nobody goes on with."""
    for tail in list(_listed(ask, TAILS)):
        if tail.written < before and tail.of not in keeping:
            ask("delete_object", Key=tail.key, VersionId=tail.version)


def _listed(ask: Ask, prefix: str) -> Iterator[Tail]:
    markers: dict[str, str] = {}
    more = True
    while more:
        page = ask("list_object_versions", Prefix=prefix, **markers)
        for one in page.get("Versions", ()):
            start = int(one["Key"].rpartition("/")[2])
            yield Tail(one["Key"], one["VersionId"], start, one["Size"], one["LastModified"])
        more = page.get("IsTruncated", False)
        if more:
            markers = {name: page[f"Next{name}"] for name in ("KeyMarker", "VersionIdMarker")}


def checksum(body: bytes | bytearray) -> dict[str, str]:
    """The SHA-256 that the server compares with what arrived."""
    return {"ChecksumSHA256": base64.b64encode(hashlib.sha256(body).digest()).decode()}
