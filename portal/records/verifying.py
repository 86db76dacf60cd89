"""Verifying: a certified record by itself, without a network, a database or this portal's settings."""

import hashlib
import json
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from portal.records.signing import fingerprint
from storage.zipping import Archive, Member, held

FORMAT = "dossier-record-1"
MANIFEST, SIGNATURE, KEY = "manifest.json", "manifest.sig", "record-key.pem"
OK, CHANGED, MISSING, UNKNOWN = "OK", "changed", "missing", "not in the manifest"
ARCHIVE = "the archive around the files"
PIECE = 1024 * 1024
# What a ZIP that was changed makes its reader say.
DAMAGE = (
    zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
    TypeError, AttributeError, OverflowError, struct.error, zlib.error, lzma.LZMAError,
)  # fmt: skip


class NotARecord(Exception):
    """No certified record, or one too damaged to say which of its files are whole."""


@dataclass(frozen=True)
class Verified:
    """What was found of each file, and whose signature it is."""

    found: dict[str, str]
    # The fingerprint of the key that was checked against, and whether the record brought it itself.
    key: str
    own_key: bool
    manifest: dict[str, Any]

    @property
    def whole(self) -> bool:
        """Whether every bit is as it was signed."""
        return set(self.found.values()) == {OK}


def verify_record(file: BinaryIO, key: bytes | None = None) -> Verified:
    """Look at every file and every bit between them; `key` is a public key in PEM.

    Without one, the key inside is used: whoever forges a record brings a key that fits.
    """
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(file))
            listed, signature = archive.read(MANIFEST), archive.read(SIGNATURE)
            manifest = json.loads(listed)
            public = load_pem_public_key(key or archive.read(KEY))
            if manifest["format"] != FORMAT or not isinstance(public, Ed25519PublicKey):
                raise NotARecord("this is no certified record")
            found = {MANIFEST: OK, SIGNATURE: _signed(public, signature, listed)}
            members = [_member(archive, one) for one in manifest["files"]]
            found |= {one.name: _looked_at(archive, one) for one in members}
            strange = set(archive.namelist()) - found.keys()
            found |= dict.fromkeys(sorted(strange), UNKNOWN)
            if set(found.values()) == {OK}:
                found[ARCHIVE] = _same(file, listed, signature, members, manifest)
        except DAMAGE as error:
            raise NotARecord(f"no certified record, or a damaged one: {error}") from error
    return Verified(found, fingerprint(public), key is None, manifest)


def _signed(public: Ed25519PublicKey, signature: bytes, listed: bytes) -> str:
    try:
        public.verify(signature, listed)
    except InvalidSignature:
        return CHANGED
    return OK


def _member(archive: zipfile.ZipFile, listed: dict[str, Any]) -> Member:
    path = str(listed["path"])
    at = datetime.fromisoformat(listed["time"])
    return Member(path, at, int(listed["size"]), listed["sha256"], partial(_read, archive, path))


def _looked_at(archive: zipfile.ZipFile, member: Member) -> str:
    digest, size = hashlib.sha256(), 0
    if member.name not in archive.NameToInfo:
        return MISSING
    try:
        for piece in member.read():
            digest.update(piece)
            size += len(piece)
    except DAMAGE:
        return CHANGED
    return OK if (digest.hexdigest(), size) == (member.sha256, member.size) else CHANGED


def _read(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    with archive.open(path) as file:
        while piece := file.read(PIECE):
            yield piece


def _same(
    file: BinaryIO, listed: bytes, signature: bytes, members: list[Member], manifest: dict[str, Any]
) -> str:
    """Make the archive anew from what was signed, and compare it with the one that came."""
    at = datetime.fromisoformat(manifest["time"])
    first = [held(MANIFEST, listed, at=at), held(SIGNATURE, signature, at=at)]
    made = Archive([*first, *members])
    place = 0
    for piece in made.pieces():
        file.seek(place)
        if file.read(len(piece)) != piece:
            return CHANGED
        place += len(piece)
    file.seek(place)
    return CHANGED if file.read(1) else OK


def report(path: Path, key: Path | None = None) -> tuple[int, list[str]]:
    """What to print of a record, and how to leave: 0 whole, 1 changed, 2 not to be read at all."""
    try:
        with path.open("rb") as file:
            found = verify_record(file, key.read_bytes() if key else None)
    except (NotARecord, OSError) as error:
        return 2, [f"{path}: {error}"]
    lines = [f"{verdict:<8} {name}" for name, verdict in found.found.items()]
    lines.append(f"Key {found.key}")
    if found.own_key:
        lines.append("The record brought this key itself. Compare it with the tribunal's own,")
        lines.append("or give that with --key: a forged record brings a key that fits.")
    lines.append("Whole: as it was signed." if found.whole else "NOT WHOLE.")
    return (0 if found.whole else 1), lines
