"""Fetches an npm package and takes single files out of it, with their hashes."""

import hashlib
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Package:
    """A pinned npm package and the files we take from it, by their path inside it."""

    name: str
    version: str
    licence: str
    files: Mapping[str, str]


HTMX = Package(
    name="htmx.org",
    version="4.0.1",
    licence="0BSD",
    files={"htmx.min.js": "package/dist/htmx.min.js", "htmx.LICENSE.txt": "package/LICENSE"},
)
GOVUK = Package(
    name="govuk-frontend",
    version="6.6.0",
    licence="MIT",
    files={"govuk-frontend.css": "package/dist/govuk/govuk-frontend.min.css"},
)


def fetch(package: Package) -> dict[str, bytes]:
    """The wanted files of a package, as published, under the names they get with us."""
    with tempfile.TemporaryDirectory() as folder:
        pinned = f"{package.name}@{package.version}"
        subprocess.run(
            ["npm", "pack", pinned, "--silent", "--pack-destination", folder], check=True
        )
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as tar:
            return {ours: _member(tar, theirs) for ours, theirs in package.files.items()}


def sha256(data: bytes) -> str:
    """The fingerprint written into the manifest."""
    return hashlib.sha256(data).hexdigest()


def _member(tar: tarfile.TarFile, path: str) -> bytes:
    stream = tar.extractfile(path)
    if stream is None:
        raise FileNotFoundError(path)
    return stream.read()
